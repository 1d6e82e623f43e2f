// For a screen on a wall: three to six giant tiles, no names, a queue after the other.
import { useEffect, useState } from "preact/hooks";
import { duration, number, percent, timeOfDay } from "../shared/i18n";
import { Icon } from "../shared/parts/icon";
import type { View } from "../shared/view";
import { dutyOf, lateness, oldest, serviceLevel } from "./state";
import type { QueueCell, Report } from "./told";
import { t } from "./words";

const ROTATE_MS = 15_000, ROTATE_FROM = 2;

export function Tv({ v, now, today, live }: { v: View; now: number; today: Report<QueueCell> | null; live: boolean }) {
	const queues = Object.values(v.queues), [turn, next] = useState(0);
	useEffect(() => {
		if (queues.length < ROTATE_FROM) return;
		const timer = setInterval(() => next((n) => n + 1), ROTATE_MS);
		return () => clearInterval(timer);
	}, [queues.length < ROTATE_FROM]);
	// All together first, then each of them.
	const at = turn % (queues.length > 1 ? queues.length + 1 : 1), one = at ? queues[at - 1] : queues.length === 1 ? queues[0] : undefined;
	const shown = one ? [one] : queues, cell = one ? today?.rows.find((r) => r.key === one.queue) : today?.total;
	const wait = Math.max(0, ...shown.map((q) => oldest(q, now)));
	const tones = shown.map((q) => lateness(oldest(q, now), serviceLevel(v, q.queue)));
	const tone = tones.includes("bad") ? "bad" : tones.includes("warn") ? "warn" : "neutral";
	const free = Object.values(v.agents).filter((a) => dutyOf(a) === "idle" && (!one || a.signed_in_to.includes(one.queue))).length;
	const tiles = [
		{ name: t("kpi_waiting"), value: number(shown.reduce((n, q) => n + q.waiting, 0)), tone: "neutral", note: "" },
		{ name: t("kpi_longest"), value: duration(wait), tone, note: tone === "bad" ? t("late") : tone === "warn" ? t("near") : "" },
		{ name: t("kpi_level"), value: cell?.service_level === null || !cell ? "–" : percent(cell.service_level), tone: "neutral", note: t("today") },
		{ name: t("kpi_free"), value: number(free), tone: free || !shown.some((q) => q.waiting) ? "neutral" : "bad", note: "" },
		{ name: t("col_handled_tv"), value: cell ? number(cell.handled) : "–", tone: "neutral", note: t("today") },
		{ name: t("abandoned"), value: cell ? number(cell.abandoned) : "–", tone: "neutral", note: t("today") },
	];
	return (
		<section class="tv" aria-label={t("tv")}>
			<header><h2>{one ? one.queue : t("all_queues")}{one?.closed && ` · ${t("closed")}`}</h2><span>{live ? timeOfDay(now) : <><Icon name="unplug" size={32} /> {t("not_live")}</>}</span></header>
			<dl>{tiles.map((x) => <div key={x.name} class={x.tone}><dt>{x.name}</dt><dd><span class="num">{x.value}</span><small>{x.note && x.tone !== "neutral" && <Icon name="late" size={28} />}{x.note}</small></dd></div>)}</dl>
		</section>
	);
}
