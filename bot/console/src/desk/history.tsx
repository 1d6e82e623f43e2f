// One's own contacts that are over, the newest first; found by the last digits of the number.
import { useState } from "preact/hooks";
import { get } from "../shared/api";
import { useTick } from "../shared/clock";
import { duration, when } from "../shared/i18n";
import { useKeys } from "../shared/keys";
import { Button } from "../shared/parts/button";
import { Input } from "../shared/parts/field";
import { Empty, Fault, Panel, Skeleton } from "../shared/parts/panel";
import { attempt, problem } from "../shared/parts/said";
import { outcomeWord } from "./context";
import { ms } from "./mine";
import { useAsked } from "../shared/asked";
import type { ContactRow, ContactRows } from "../shared/records";
import { t } from "./words";

const DIGITS = /^[0-9]{3,15}$/;

function Table({ rows, now }: { rows: ContactRow[]; now: number }) {
	return (
		<div class="scroll" tabIndex={0} role="region" aria-label={t("recent")}>
			<table class="stack">
				<thead><tr><th>{t("history_when")}</th><th>{t("history_caller")}</th><th>{t("history_queue")}</th><th>{t("history_outcome")}</th><th class="number">{t("history_talk")}</th><th>{t("history_code")}</th></tr></thead>
				<tbody>
					{rows.map((r) => (
						<tr key={r.contact}>
							<td><a href={`/app/desk/contact/${r.contact}`}>{r.offered_at ? when(ms(r.offered_at), now) : r.contact}</a></td>
							<td>{r.caller || t("caller_unknown")}</td><td>{r.queue}</td><td>{outcomeWord(r.outcome)}</td><td class="number">{r.talk_ms > 0 && duration(r.talk_ms)}</td><td>{r.wrap_up_code}</td>
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}

export function History() {
	const [digits, search] = useState(""), now = useTick(), query = DIGITS.test(digits) ? `&digits=${digits}` : "";
	const path = `/api/v1/contacts?limit=50${query}`, first = useAsked<ContactRows>(path);
	const [more, add] = useState<{ of: string; rows: ContactRow[]; next: string | null }>({ of: "", rows: [], next: null });
	useKeys([{ id: "desk.search", key: "/", label: t("key_search"), run: () => document.querySelector<HTMLElement>(".history input")?.focus() }]);
	const older = more.of === path ? more : { rows: [], next: first.data?.next ?? null };
	const bring = () => attempt(async () => {
		const page = await get<ContactRows>(`${path}&cursor=${encodeURIComponent(older.next!)}`);
		add({ of: path, rows: [...older.rows, ...page.contacts], next: page.next });
	});
	return (
		<Panel title={t("history")} icon="history" class="history"
			tools={<Input label={t("history_search")} hidden placeholder={t("history_search")} type="search" value={digits} set={search} inputMode="numeric" />}>
			{first.error && !first.data ? <Fault text={problem(first.error)} again={first.again} /> : !first.data ? <Skeleton rows={8} />
				: first.data.contacts.length === 0 ? <Empty text={t("history_none")} icon="history" /> : <Table rows={[...first.data.contacts, ...older.rows]} now={now} />}
			{older.next && <div class="panel-end"><Button onClick={() => void bring()}>{t("history_more")}</Button></div>}
		</Panel>
	);
}
