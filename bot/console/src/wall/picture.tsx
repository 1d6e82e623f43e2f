// One view, drawn: figures, alarms, queues with who waits in them, agents. Of now, or of any second that was.
import type { View } from "../shared/view";
import { duration, number, percent } from "../shared/i18n";
import { Chip } from "../shared/parts/chip";
import { Icon } from "../shared/parts/icon";
import { Empty, Panel } from "../shared/parts/panel";
import { Agents } from "./agents";
import { Queues } from "./queues";
import { Spark } from "./spark";
import { dutyOf, lateness, oldest, serviceLevel, type Alarm } from "./state";
import type { QueueCell, Report } from "./told";
import { t } from "./words";

export interface Drawn {
	v: View;
	now: number;
	alarms: Alarm[];
	today: Report<QueueCell> | null;
	acts?: boolean; // of now: things may be done
}

// The last twelve intervals of a figure over all queues: a sum, or the ratio of two. It is the one beside it, by the same formula.
export function trend(today: Report<QueueCell>, of: (c: QueueCell) => number, by?: (c: QueueCell) => number): (number | null)[] {
	const sum = (cells: QueueCell[], what: (c: QueueCell) => number) => cells.reduce((n, c) => n + what(c), 0);
	return today.intervals.slice(-12).map((from) => {
		const cells = today.rows.flatMap((r) => r.intervals.filter((c) => c.from === from)), all = by ? sum(cells, by) : 1;
		return cells.length && all ? sum(cells, of) / all : null;
	});
}
const offers = (c: QueueCell) => c.handled + c.abandoned, waited = (c: QueueCell) => (c.asa_ms ?? 0) * c.handled;

const share = (x: number | null | undefined) => (x === null || x === undefined ? "–" : percent(x));
const long = (ms: number | null | undefined) => (ms === null || ms === undefined ? "–" : duration(ms));

function Figure({ name, value, note, tone = "neutral", help, children }: { name: string; value: string; note?: string; tone?: string; help?: string; children?: preact.ComponentChildren }) {
	return (
		<div class={`figure ${tone}`} title={help}>
			<dt>{name}</dt>
			<dd><strong class="num">{value}</strong>{note && <small>{note}</small>}</dd>
			{children}
		</div>
	);
}

function Figures({ v, now, today }: Drawn) {
	const queues = Object.values(v.queues), agents = Object.values(v.agents), total = today?.total, f = today?.formulas;
	const wait = Math.max(0, ...queues.map((q) => oldest(q, now)));
	const tones = queues.map((q) => lateness(oldest(q, now), serviceLevel(v, q.queue)));
	const count = (duty: string) => agents.filter((a) => dutyOf(a) === duty).length;
	const waits = queues.reduce((n, q) => n + q.waiting, 0);
	return (
		<dl class="figures">
			<Figure name={t("kpi_waiting")} value={number(waits)} note={t("kpi_call_backs", { n: queues.reduce((n, q) => n + q.call_backs, 0) })} />
			<Figure name={t("kpi_longest")} value={duration(wait)} tone={tones.includes("bad") ? "bad" : tones.includes("warn") ? "warn" : "neutral"} note={tones.includes("bad") ? t("late") : undefined} />
			{total && <Figure name={t("kpi_level")} value={share(total.service_level)} note={t("today")} help={f?.service_level}><Spark of={trend(today!, (c) => c.handled_within_service_level, offers)} /></Figure>}
			{total && <Figure name={t("kpi_offered")} value={number(total.offered)} note={t("kpi_abandoned", { share: share(total.abandon_rate) })} help={f?.abandon_rate}><Spark of={trend(today!, (c) => c.offered)} /></Figure>}
			{total && <Figure name={t("kpi_asa")} value={long(total.asa_ms)} note={t("kpi_aht", { time: long(total.aht_ms) })} help={f?.asa_ms}><Spark of={trend(today!, waited, (c) => c.handled)} /></Figure>}
			<Figure name={t("kpi_agents")} value={number(count("idle"))} note={t("kpi_busy", { busy: count("talking") + count("ringing"), wrap: count("wrap_up") })} />
		</dl>
	);
}

const Alarms = ({ list }: { list: Alarm[] }) => (
	<Panel title={t("alarms")} icon="flag" class="alarms" tools={<Chip tone={list.some((a) => a.tone === "bad") ? "bad" : list.length ? "warn" : "good"}>{list.length ? number(list.length) : t("alarms_none")}</Chip>}>
		{list.length > 0 && <ul>{list.map((a) => <li key={a.key} class={a.tone}><Icon name={a.icon} /><b>{t(a.tone === "bad" ? "alarm" : "notice")}</b><span>{a.text}</span></li>)}</ul>}
	</Panel>
);

export function Picture(drawn: Drawn) {
	const { v, now, alarms, today, acts } = drawn;
	return (
		<div class="wall">
			<Figures {...drawn} />
			{(alarms.length > 0 || acts) && <Alarms list={alarms} />}
			{Object.keys(v.queues).length ? <Queues v={v} now={now} today={today} acts={acts ?? false} /> : <Empty text={t("no_queues")} />}
			<Agents v={v} now={now} acts={acts ?? false} />
		</div>
	);
}
