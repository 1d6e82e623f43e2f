// Contacts that were: searched by time, queue, outcome and the last digits of a number.
import { useState } from "preact/hooks";
import { get } from "../shared/api";
import { useCell } from "../shared/cell";
import { serviceNow } from "../shared/clock";
import { duration, when } from "../shared/i18n";
import { view } from "../shared/live";
import { DoButton } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Input, Select } from "../shared/parts/field";
import { Empty, Fault, Panel, Skeleton } from "../shared/parts/panel";
import { attempt, problem } from "../shared/parts/said";
import { useAsked } from "../shared/asked";
import type { ContactRow } from "../shared/records";
import { query } from "./told";
import { OUTCOMES, outcomeText, outcomeTone } from "./outcome";
import { t } from "./words";

interface Page {
	contacts: ContactRow[];
	next: string | null;
}

const ContactTable = ({ list, label }: { list: ContactRow[]; label: string }) => (
	<div class="scroll" tabIndex={0} role="group" aria-label={label}>
		<table>
			<thead><tr><th scope="col">{t("col_when")}</th><th scope="col">{t("col_caller")}</th><th scope="col">{t("queue")}</th><th scope="col" class="no-phone">{t("col_agent")}</th>
				<th scope="col">{t("col_outcome")}</th><th scope="col" class="number no-phone">{t("col_wait")}</th><th scope="col" class="number no-phone">{t("col_talk")}</th></tr></thead>
			<tbody>{list.map((c) => (
				<tr key={c.contact}>
					<th scope="row"><a href={`/app/wall/contact/${c.contact}`}>{c.offered_at ? when(Date.parse(c.offered_at), serviceNow()) : "–"}</a></th>
					<td>{c.caller ?? t("unknown")}</td><td>{c.queue ?? "–"}</td><td class="no-phone">{c.agent ?? "–"}</td>
					<td><Chip tone={outcomeTone(c.outcome)}>{outcomeText(c.outcome)}</Chip></td>
					<td class="number num no-phone">{duration(c.wait_ms)}</td><td class="number num no-phone">{c.talk_ms ? duration(c.talk_ms) : "–"}</td>
				</tr>
			))}</tbody>
		</table>
	</div>
);

export default function Contacts() {
	const queues = useCell(view, (v) => v?.queues) ?? {};
	const [queue, setQueue] = useState(""), [outcome, setOutcome] = useState(""), [digits, setDigits] = useState(""), [day, setDay] = useState("");
	const [more, setMore] = useState<{ path: string; pages: Page[] }>({ path: "", pages: [] });
	const from = day && new Date(`${day}T00:00:00`), wrong = digits && !/^\d{3,15}$/.test(digits) ? t("digits_wrong") : undefined;
	const path = `/api/v1/contacts${query({ queue, outcome, digits: wrong ? "" : digits, ...(from && { from: from.toISOString(), to: new Date(from.getTime() + 86_400_000).toISOString() }) })}`;
	const first = useAsked<Page>(path), later = more.path === path ? more.pages : [];
	const list = [first.data, ...later].flatMap((p) => p?.contacts ?? []), next = (later.at(-1) ?? first.data)?.next;
	const bring = () => attempt(async () => {
		const page = await get<Page>(`${path}${path.includes("?") ? "&" : "?"}cursor=${next}`);
		setMore({ path, pages: [...later, page] });
	});
	return (
		<Panel title={t("contacts")} icon="history">
			<div class="filters">
				<Input label={t("day")} type="date" value={day} set={setDay} />
				<Select label={t("queue")} value={queue} set={setQueue} empty={t("all_queues")} options={Object.keys(queues).map((q) => ({ value: q, label: q }))} />
				<Select label={t("col_outcome")} value={outcome} set={setOutcome} empty={t("all_outcomes")} options={OUTCOMES.map((o) => ({ value: o, label: outcomeText(o) }))} />
				<Input label={t("digits")} value={digits} set={setDigits} wrong={wrong} maxLength={15} />
			</div>
			{first.error ? <Fault text={problem(first.error)} again={first.again} /> : !first.data ? <Skeleton /> : list.length ? <ContactTable list={list} label={t("contacts")} /> : <Empty text={t("no_contacts")} icon="search" />}
			{next && <footer><DoButton run={bring}>{t("more_contacts")}</DoButton></footer>}
		</Panel>
	);
}
