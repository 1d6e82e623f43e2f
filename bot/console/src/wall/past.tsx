// Any past second: the same picture as of now, and a slider.
import { useEffect, useState } from "preact/hooks";
import { get } from "../shared/api";
import { serviceNow } from "../shared/clock";
import { timeOfDaySeconds, when } from "../shared/i18n";
import { useKeys } from "../shared/keys";
import { Button } from "../shared/parts/button";
import { Input } from "../shared/parts/field";
import { Fault, Panel, Skeleton } from "../shared/parts/panel";
import { problem } from "../shared/parts/said";
import { viewOf, type View } from "../shared/view";
import { Picture } from "./picture";
import { alarms } from "./state";
import { t } from "./words";

const HOURS_MS = 3_600_000, PLAY_MS = 1_000, SETTLE_MS = 120;
const pad = (n: number) => String(n).padStart(2, "0");
const field = (ms: number) => {
	const d = new Date(ms);
	return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}T${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`;
};

export default function Past() {
	const [end, setEnd] = useState(serviceNow), [at, setAt] = useState(() => serviceNow() - 60_000), [plays, play] = useState(false);
	const [told, tell] = useState<{ v: View; at: number } | null>(null), [error, fail] = useState<unknown>(null);
	const from = end - HOURS_MS, second = Math.round(at / 1000) * 1000;
	const move = (ms: number) => {
		const to = Math.min(serviceNow(), ms);
		setAt(to);
		if (to < from || to > end) setEnd(Math.min(serviceNow(), to + HOURS_MS / 2));
	};
	useEffect(() => {
		let here = true;
		const timer = setTimeout(() => get<Parameters<typeof viewOf>[0]>(`/api/v1/past?at=${encodeURIComponent(new Date(second).toISOString())}`)
			.then((w) => here && (tell({ v: viewOf(w), at: second }), fail(null)), (e: unknown) => here && fail(e)), SETTLE_MS);
		return () => ((here = false), clearTimeout(timer));
	}, [second]);
	useEffect(() => {
		if (!plays) return;
		const timer = setInterval(() => setAt((ms) => Math.min(serviceNow(), ms + 1000)), PLAY_MS);
		return () => clearInterval(timer);
	}, [plays]);
	useKeys([{ id: "past.play", key: "p", label: t("play"), run: () => play(!plays) }, { id: "past.back", key: ",", label: t("second_back"), run: () => move(at - 1000) }, { id: "past.on", key: ".", label: t("second_on"), run: () => move(at + 1000) }]);
	return (
		<div class="past">
			<Panel title={<>{t("past_at")} <time class="num" dateTime={new Date(second).toISOString()}>{when(second, serviceNow()).replace(/\d\d:\d\d.*$/, "")}{timeOfDaySeconds(second)}</time></>} icon="history"
				tools={<>
					<Button kind="quiet" icon="back" label={t("minute_back")} onClick={() => move(at - 60_000)} /><Button icon={plays ? "pause" : "play"} hint="p" onClick={() => play(!plays)}>{t(plays ? "pause" : "play")}</Button>
					<Button kind="quiet" icon="next" label={t("minute_on")} onClick={() => move(at + 60_000)} />
				</>}>
				<div class="slide">
					<label class="unseen" for="past-at">{t("slider")}</label>
					<input id="past-at" type="range" min={from} max={end} step={1000} value={second} aria-valuetext={timeOfDaySeconds(second)} onInput={(e) => setAt(Number(e.currentTarget.value))} />
					<div class="ends num"><small>{when(from, serviceNow())}</small><small>{when(end, serviceNow())}</small></div>
					<Input label={t("moment")} type="datetime-local" step={1} value={field(second)} set={(text) => Number.isFinite(Date.parse(text)) && move(Date.parse(text))} />
				</div>
			</Panel>
			{error ? <Fault text={problem(error)} /> : !told ? <Skeleton rows={6} /> : <Picture v={told.v} now={told.at} alarms={alarms(told.v, told.at)} today={null} />}
		</div>
	);
}
