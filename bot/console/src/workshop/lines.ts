// What differs between two texts, line by line (Myers' shortest edit), with a few lines around it.
export interface Line {
	kind: "same" | "gone" | "new" | "gap";
	text: string;
}

const AROUND = 2, MOST = 2000; // beyond so many edits it is another text altogether

function edits(a: readonly string[], b: readonly string[]): Line[] {
	const most = Math.min(a.length + b.length, MOST), trace: Map<number, number>[] = [];
	let at = new Map<number, number>([[1, 0]]);
	for (let d = 0; d <= most; d++) {
		trace.push(new Map(at));
		for (let k = -d; k <= d; k += 2) {
			let x = k === -d || (k !== d && (at.get(k - 1) ?? -1) < (at.get(k + 1) ?? -1)) ? at.get(k + 1) ?? 0 : (at.get(k - 1) ?? 0) + 1;
			while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
			at.set(k, x);
			if (x >= a.length && x - k >= b.length) return walkBack(a, b, trace, d, k);
		}
	}
	return [...a.map((text): Line => ({ kind: "gone", text })), ...b.map((text): Line => ({ kind: "new", text }))];
}

function walkBack(a: readonly string[], b: readonly string[], trace: Map<number, number>[], last: number, k: number): Line[] {
	const out: Line[] = [];
	let x = a.length, y = b.length;
	for (let d = last; d >= 0; d--) {
		const at = trace[d]!, down = k === -d || (k !== d && (at.get(k - 1) ?? -1) < (at.get(k + 1) ?? -1)), from = down ? k + 1 : k - 1;
		const fromX = at.get(from) ?? 0, fromY = fromX - from;
		while (x > fromX && y > fromY && x > 0 && y > 0 && a[x - 1] === b[y - 1]) out.push({ kind: "same", text: a[x - 1]! }), x--, y--;
		if (d === 0) break;
		if (down) out.push({ kind: "new", text: b[--y]! });
		else out.push({ kind: "gone", text: a[--x]! });
		k = from;
	}
	return out.reverse();
}

export function lines(from: string, to: string): Line[] {
	if (from === to) return [];
	const all = edits(from.split("\n"), to.split("\n"));
	const near = all.map((_, i) => all.slice(Math.max(0, i - AROUND), i + AROUND + 1).some((l) => l.kind !== "same"));
	return all.flatMap((l, i): Line[] => (near[i] ? [l] : near[i - 1] || i === 0 ? [{ kind: "gap", text: "" }] : []));
}
