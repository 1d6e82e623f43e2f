// A line of a few numbers, without axes: the shape of the last hours. The number beside it says how much.
export function Spark({ of, width = 96, height = 20 }: { of: (number | null)[]; width?: number; height?: number }) {
	const most = Math.max(1, ...of.map((x) => x ?? 0)), step = width / Math.max(1, of.length - 1);
	const points = of.map((x, i) => (x === null ? null : `${(i * step).toFixed(1)} ${(height - 2 - (x / most) * (height - 4)).toFixed(1)}`));
	const d = points.map((p, i) => (p === null ? "" : `${points[i - 1] ? "L" : "M"}${p}`)).join("");
	return (
		<svg class="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
			<path d={d} />
		</svg>
	);
}
