// Offered, handled and abandoned by interval, and the service level above them. uPlot draws; the table beneath says the same.
import "uplot/dist/uPlot.min.css";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { locale, percent, timeOfDay } from "../shared/i18n";
import type { QueueCell, Report } from "./told";
import { t } from "./words";

const HEIGHT = 240;
const themeNow = () => document.documentElement.dataset.theme;
const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const sum = (r: Report<QueueCell>, from: string, of: (c: QueueCell) => number) => r.rows.flatMap((x) => x.intervals).filter((c) => c.from === from).reduce((n, c) => n + of(c), 0);

function data(r: Report<QueueCell>): uPlot.AlignedData {
	const x = r.intervals.map((i) => Date.parse(i) / 1000), each = (of: (c: QueueCell) => number) => r.intervals.map((i) => sum(r, i, of));
	const within = each((c) => c.handled_within_service_level), handled = each((c) => c.handled), abandoned = each((c) => c.abandoned);
	return [x, each((c) => c.offered), handled, abandoned, within.map((w, i) => (handled[i]! + abandoned[i]! ? w / (handled[i]! + abandoned[i]!) : null))];
}

function options(width: number): uPlot.Options {
	const axis = { stroke: token("--text-3"), grid: { stroke: token("--line"), width: 1 }, ticks: { stroke: token("--line") }, font: "12px system-ui" };
	const contrast = document.documentElement.dataset.theme === "contrast";
	// In contrast all states have one colour: the lines differ by their dashes, too.
	const line = (label: string, stroke: string, dash: number[], more: Partial<uPlot.Series> = {}): uPlot.Series => ({ label, stroke, width: 2, dash: contrast || dash.length ? dash : [], points: { show: false }, ...more });
	return {
		width, height: HEIGHT, cursor: { points: { size: 6 } }, legend: { live: true },
		scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(4, max)] }, level: { range: [0, 1] } },
		axes: [{ ...axis, values: (_, at) => at.map((s) => new Intl.DateTimeFormat(locale, at.length > 1 && at.at(-1)! - at[0]! > 172_800 ? { day: "numeric", month: "short" } : { hour: "2-digit", minute: "2-digit" }).format(s * 1000)) },
			{ ...axis, size: 40 }, { ...axis, scale: "level", side: 1, size: 58, grid: { show: false }, values: (_, at) => at.map((v) => percent(v)) }],
		series: [{ label: t("time"), value: (_, s) => (s ? timeOfDay(s * 1000) : "–") }, line(t("col_offered"), token("--text-3"), [2, 3]), line(t("col_handled"), token("--brand"), []),
			line(t("col_abandoned"), token("--bad"), contrast ? [8, 4] : []), line(t("col_service_level"), token("--good"), [6, 4], { scale: "level", value: (_, v) => (v === null ? "–" : percent(v)) })],
	};
}

export function Plot({ report }: { report: Report<QueueCell> }) {
	const at = useRef<HTMLDivElement>(null), [theme, setTheme] = useState(themeNow);
	// A canvas keeps the colours it was drawn with.
	useLayoutEffect(() => {
		const looks = new MutationObserver(() => setTheme(themeNow()));
		looks.observe(document.documentElement, { attributeFilter: ["data-theme"] });
		return () => looks.disconnect();
	}, []);
	useLayoutEffect(() => {
		const root = at.current!, plot = new uPlot(options(Math.max(280, root.clientWidth)), data(report), root);
		const sized = new ResizeObserver(() => plot.setSize({ width: Math.max(280, root.clientWidth), height: HEIGHT }));
		sized.observe(root);
		return () => (sized.disconnect(), plot.destroy());
	}, [report, theme]);
	return <div class="plot" ref={at} role="img" aria-label={t("plot_label")} />;
}
