// Reports by interval: plots, the numbers beside them, and CSV. Each ratio says how it is made.
import { useState } from "preact/hooks";
import { request } from "../shared/api";
import { useCell } from "../shared/cell";
import { serviceNow } from "../shared/clock";
import { duration, number, percent, when } from "../shared/i18n";
import { view } from "../shared/live";
import { DoButton } from "../shared/parts/button";
import { Input, Select } from "../shared/parts/field";
import { Empty, Fault, Panel, Skeleton } from "../shared/parts/panel";
import { attempt, problem } from "../shared/parts/said";
import { Plot } from "./plot";
import { useAsked } from "../shared/asked";
import { query, type Report } from "./told";
import { t } from "./words";

type Cell = Record<string, number | string | null>;

const COLUMNS: Record<string, readonly string[]> = {
	queue: ["offered", "handled", "abandoned", "abandoned_short", "otherwise", "service_level", "asa_ms", "aht_ms", "occupancy", "longest_wait_ms", "transfers", "call_backs"],
	agent: ["conversations", "talk_ms", "wrap_up_ms", "aht_ms", "transfers", "available_ms", "paused_ms", "occupancy"],
	flow: ["contacts", "self_served", "left_in_flow", "to_queue", "handled", "abandoned"],
	journey: ["contacts", "handled", "abandoned", "mean_wait_ms"],
};
const RATIOS = ["service_level", "abandon_rate", "occupancy"];
const STEPS = ["15min", "30min", "60min", "day"] as const;

const show = (name: string, value: Cell[string] | undefined): string => (typeof value !== "number" ? "–"
	: RATIOS.includes(name) ? percent(value) : name.endsWith("_ms") ? duration(value) : number(value));
const title = (name: string) => t(`col_${name}` as "col_offered");

function Table({ r, columns, open }: { r: Report<Cell>; columns: readonly string[]; open: boolean }) {
	const lines = r.rows.flatMap((row) => [{ key: String(row.key), at: "", cell: row as Cell }, ...(open ? row.intervals.map((c) => ({ key: "", at: String(c.from), cell: c as Cell })) : [])]);
	return (
		<div class="scroll" tabIndex={0} role="group" aria-label={t("reports")}>
			<table class="report">
				<thead><tr><th scope="col">{t(`by_${r.by}` as "by_queue")}</th>{columns.map((c) => <th key={c} scope="col" class="number" title={r.formulas[c]}>{title(c)}</th>)}</tr></thead>
				<tbody>{lines.map((l) => (
					<tr key={`${l.key}${l.at}`} class={l.at ? "interval" : ""}><th scope="row">{l.at ? when(Date.parse(l.at), serviceNow()) : l.key}</th>
						{columns.map((c) => <td key={c} class="number num">{show(c, l.cell[c])}</td>)}</tr>
				))}</tbody>
				{r.rows.length > 1 && <tfoot><tr><th scope="row">{t("total")}</th>{columns.map((c) => <td key={c} class="number num">{show(c, (r.total as Cell)[c])}</td>)}</tr></tfoot>}
			</table>
		</div>
	);
}

// The browser asks with no token of its own, so the file is fetched and then saved.
async function save(path: string) {
	const response = await request(path);
	if (!response.ok) throw new Error(`HTTP ${response.status}`);
	const link = document.createElement("a"), url = URL.createObjectURL(await response.blob());
	Object.assign(link, { href: url, download: "report.csv" });
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const localDay = (ms: number) => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

export default function Reports() {
	const queues = useCell(view, (v) => v?.queues) ?? {}, today = localDay(serviceNow());
	const [by, setBy] = useState("queue"), [step, setStep] = useState("30min"), [queue, setQueue] = useState(""), [from, setFrom] = useState(today), [to, setTo] = useState(today), [open, setOpen] = useState(false);
	const wrong = from > to ? t("from_after_to") : undefined, end = new Date(`${to}T00:00:00`);
	end.setDate(end.getDate() + 1); // days are 23 to 25 hours long
	const minute = Math.ceil(serviceNow() / 60_000) * 60_000;
	const asks = query({ by, step, queue: by === "queue" ? queue : "", ...(from && to && { from: new Date(`${from}T00:00:00`).toISOString(), to: new Date(Math.min(minute, end.getTime())).toISOString() }) });
	// Today's goes on with the minute: it is the same report, and stays until the next is here.
	const path = `/api/v1/reports${asks}`, asked = useAsked<Report<Cell>>(wrong ? null : path, 0, 0, [by, step, queue, from, to].join()), r = asked.data;
	return (
		<div class="reports">
			<Panel title={t("reports")} icon="history" tools={<DoButton icon="download" run={() => attempt(() => save(`${path}&format=csv`))}>CSV</DoButton>}>
				<div class="filters">
					<Select label={t("by")} value={by} set={setBy} options={["queue", "flow", "journey", ...(r?.per_agent || by === "agent" ? ["agent"] : [])].map((b) => ({ value: b, label: t(`by_${b}` as "by_queue") }))} />
					<Input label={t("from")} type="date" value={from} set={setFrom} wrong={wrong} /><Input label={t("to")} type="date" value={to} set={setTo} />
					<Select label={t("step")} value={step} set={setStep} options={STEPS.map((s) => ({ value: s, label: t(`step_${s}`) }))} />
					{by === "queue" && <Select label={t("queue")} value={queue} set={setQueue} empty={t("all_queues")} options={Object.keys(queues).map((q) => ({ value: q, label: q }))} />}
				</div>
				{r && <p class="zone"><small>{t("zone", { zone: r.time_zone })}</small></p>}
			</Panel>
			{asked.error && !r ? <Fault text={problem(asked.error)} again={asked.again} /> : !r ? <Skeleton rows={6} /> : !r.rows.length ? <Empty text={t("no_report")} /> : (
				<>
					{by === "queue" && r.intervals.length > 1 && <Panel title={t("course")} icon="live"><Plot report={r as never} /></Panel>}
					<Panel title={t("numbers")} icon="queue" tools={by !== "journey" && <button type="button" class="button quiet" aria-pressed={open} onClick={() => setOpen(!open)}>{t(open ? "hide_intervals" : "show_intervals")}</button>}>
						<Table r={r} columns={COLUMNS[by]!} open={open} />
						{by === "queue" && <details class="formulas"><summary>{t("formulas")}</summary><dl lang="en">{Object.entries(r.formulas).map(([k, f]) => <div key={k}><dt lang={document.documentElement.lang}>{title(k)}</dt><dd>{f}</dd></div>)}</dl></details>}
					</Panel>
				</>
			)}
		</div>
	);
}
