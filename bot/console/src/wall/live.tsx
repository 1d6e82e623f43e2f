// What is now: the picture of the stream's view, with today's figures beside it; or, with ?mode=tv, the same for a wall.
import { useEffect, useRef } from "preact/hooks";
import { useCell } from "../shared/cell";
import { useTick } from "../shared/clock";
import { link, view } from "../shared/live";
import { announce } from "../shared/parts/said";
import { Skeleton } from "../shared/parts/panel";
import { Picture } from "./picture";
import { alarms } from "./state";
import { useAsked } from "../shared/asked";
import type { QueueCell, Report } from "./told";
import { Tv } from "./tv";

const TODAY_MS = 60_000;
export const isTv = (): boolean => new URLSearchParams(location.search).get("mode") === "tv";

// New alarms are said, each once; timers are not.
function useSaid(list: { key: string; tone: string; text: string }[]) {
	const said = useRef<Set<string> | null>(null);
	useEffect(() => {
		const fresh = list.filter((a) => said.current && !said.current.has(a.key));
		said.current = new Set(list.map((a) => a.key));
		if (fresh.length) announce(fresh.map((a) => a.text).join(". "), fresh.some((a) => a.tone === "bad"));
	});
}

export function Live() {
	const v = useCell(view), now = useTick(), { state } = useCell(link), tv = isTv();
	const today = useAsked<Report<QueueCell>>("/api/v1/reports?step=60min", TODAY_MS).data;
	const list = v ? alarms(v, now) : [];
	useSaid(tv ? [] : list);
	useEffect(() => {
		document.documentElement.dataset.mode = tv ? "tv" : "";
		return () => void delete document.documentElement.dataset.mode;
	}, [tv]);
	if (!v) return <Skeleton rows={6} />;
	return tv ? <Tv v={v} now={now} today={today} live={state === "live"} /> : <Picture v={v} now={now} alarms={list} today={today} acts />;
}
