// Opening hours: a week and its holidays, a calendar each.
import { useState } from "preact/hooks";
import { Button } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Input } from "../shared/parts/field";
import { Empty, Panel } from "../shared/parts/panel";
import { at, change, names, pointer, setAt, type Json, type Obj } from "./draft";
import { FindingsAt } from "./finding";
import { WithDraft } from "./page";
import { NewName } from "./queues";
import { t } from "./words";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const RANGE = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const read = (s: string) => s.split(/[,;]\s*|\s+/).map((r) => r.trim().replace("–", "-")).filter(Boolean);

// "09:00-12:00, 13:00-17:30"; nothing: closed. Taken over when it is left and reads as hours.
function Ranges({ label, path, value }: { label: string; path: readonly (string | number)[]; value: Json | undefined }) {
	const now = ((value ?? []) as string[]).join(", "), [text, set] = useState(now);
	const good = read(text).every((r) => RANGE.test(r));
	return <Input key={now} label={label} value={text} set={set} placeholder={t("closed_all_day")} wrong={good ? undefined : t("hours_wrong")}
		onBlur={() => good && setAt(path, read(text).length ? read(text) : undefined)} />;
}

function Holidays({ name, list }: { name: string; list: Obj[] }) {
	const path = ["hours", name, "holidays"] as const, [date, set] = useState("");
	return (
		<div class="stack">
			<h3>{t("holidays")}</h3>
			<ul class="holidays">{list.map((h, i) => (
				<li key={`${h["date"]}${i}`}>
					<Chip icon="flag">{String(h["date"])}</Chip>
					<Input label={t("holiday_name", { date: String(h["date"]) })} hidden value={String(h["name"] ?? "")} set={(v) => setAt([...path, i, "name"], v)} />
					<Ranges label={t("holiday_hours", { date: String(h["date"]) })} path={[...path, i, "hours"]} value={h["hours"]} />
					<Button kind="quiet" icon="decline" label={t("remove_n", { name: String(h["date"]) })} onClick={() => change((c) => void (at(c, path) as Json[]).splice(i, 1))} />
				</li>
			))}</ul>
			<form class="new-name" onSubmit={(e) => (e.preventDefault(), date && (change((c) => {
				const cal = at(c, ["hours", name]) as Obj;
				cal["holidays"] = [...((cal["holidays"] ?? []) as Obj[]), { date, name: "" }].sort((a, b) => String(a["date"]).localeCompare(String(b["date"])));
			}), set("")))}>
				<Input label={t("new_holiday")} type="date" value={date} set={set} /><Button type="submit" icon="add" disabled={!date}>{t("add")}</Button>
			</form>
		</div>
	);
}

export const Hours = () => (
	<WithDraft>{({ config }) => (
		<div class="stack">
			{names(config, "hours").map((name) => {
				const cal = at(config, ["hours", name]) as Obj;
				return (
					<Panel key={name} title={name} icon="clock">
						<div class="pad stack">
							<FindingsAt where={pointer(["hours", name])} />
							<div class="members"><Input label={t("time_zone")} value={String(cal["time_zone"] ?? "")} set={(v) => setAt(["hours", name, "time_zone"], v)} placeholder="Europe/Berlin" /></div>
							<div class="members week">{DAYS.map((d) => <Ranges key={`${name}${d}`} label={t(`day_${d}`)} path={["hours", name, "week", d]} value={at(cal, ["week", d])} />)}</div>
							<Holidays name={name} list={(cal["holidays"] ?? []) as Obj[]} />
						</div>
					</Panel>
				);
			})}
			{names(config, "hours").length === 0 && <Panel title={t("hours")} icon="clock"><Empty text={t("no_hours")} icon="clock" /></Panel>}
			<Panel title={t("new_calendar")} icon="add"><NewName what={t("name")} taken={names(config, "hours")} add={(name) => setAt(["hours", name], { time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
				week: Object.fromEntries(DAYS.slice(0, 5).map((d) => [d, ["09:00-17:00"]])) })} /></Panel>
		</div>
	)}</WithDraft>
);
