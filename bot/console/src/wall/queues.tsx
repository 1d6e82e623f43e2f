// The queues, a row each, and who waits in one when it is opened.
import { useState } from "preact/hooks";
import { act } from "../shared/live";
import { duration, number, percent } from "../shared/i18n";
import { Button } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Confirm } from "../shared/parts/dialog";
import { Icon } from "../shared/parts/icon";
import { Menu, type MenuItem } from "../shared/parts/menu";
import { Panel } from "../shared/parts/panel";
import { attempt } from "../shared/parts/said";
import type { Contact, Queue, View } from "../shared/view";
import { Announce } from "./announce";
import { at, lateness, oldest, serviceLevel, waiting } from "./state";
import type { QueueCell, Report } from "./told";
import { t } from "./words";

const PRIORITIES = [1, 2, 3, 4, 5];

function Waiting({ v, c, now, acts }: { v: View; c: Contact; now: number; acts: boolean }) {
	const wait = now - at(c.queued_at), tone = lateness(wait, serviceLevel(v, c.queue ?? ""));
	const free = Object.values(v.agents).filter((a) => c.queue && a.serves.includes(c.queue) && a.state === "idle");
	const assign: MenuItem[] = free.map((a) => ({ label: a.name, icon: "person", note: a.paused ?? undefined, run: () => void attempt(() => act("pick", { contact: c.contact, agent: a.agent }), t("done_assigned", { name: a.name })) } as MenuItem));
	const more: MenuItem[] = [
		...PRIORITIES.map((p): MenuItem => ({ label: t("priority_n", { p: String(p) }), checked: c.priority === p, run: () => void attempt(() => act("priority", { contact: c.contact, priority: p })) })),
	];
	return (
		<li class={tone}>
			<a href={`/app/wall/contact/${c.contact}`}>{c.caller || t("unknown")}</a>
			<time class="num">{duration(wait)}</time>
			<Chip tone={tone} icon={tone === "bad" ? "late" : tone === "warn" ? "clock" : undefined}>{t(c.phase === "ringing" ? "is_ringing" : c.phase === "call_back" ? "is_call_back" : tone === "bad" ? "late" : "is_waiting")}</Chip>
			{c.priority !== 3 && <Chip>{t("priority_n", { p: String(c.priority) })}</Chip>}
			{acts && <span class="does">
				<Menu kind="quiet" class="right" label={t("assign_who", { caller: c.caller })} items={assign.length ? assign : [{ label: t("nobody_free"), disabled: true, run: () => undefined }]}><Icon name="person" /><span>{t("assign")}</span></Menu>
				<Menu kind="quiet" class="right" label={t("priority_who", { caller: c.caller })} items={more}><Icon name="flag" /></Menu>
			</span>}
		</li>
	);
}

function Row({ v, q, now, cell, acts, open, toggle, announce }: { v: View; q: Queue; now: number; cell: QueueCell | undefined; acts: boolean; open: boolean; toggle: () => void; announce: () => void }) {
	const wait = oldest(q, now), tone = lateness(wait, serviceLevel(v, q.queue)), list = open ? waiting(v, q.queue) : [];
	const [closing, setClosing] = useState(false);
	const does = (name: string) => void attempt(() => act(name, { queue: q.queue }), t(name === "queue-close" ? "done_closed" : "done_opened", { queue: q.queue }));
	const items: MenuItem[] = [
		q.closed ? { label: t("open_queue"), icon: "accept", run: () => does("queue-open") } : { label: t("close_queue"), icon: "remove", run: () => setClosing(true) },
		{ label: t("announce"), icon: "megaphone", run: announce },
	];
	return (
		<>
			<tr class={`queue ${tone}`}>
				<th scope="row">
					<Button kind="quiet" icon={open ? "down" : "next"} aria-expanded={open} label={t(open ? "hide_waiting" : "show_waiting", { queue: q.queue })} onClick={toggle} />
					<span class="name">{q.queue}</span>
					{q.closed && <Chip tone="warn" icon="remove">{t("closed")}</Chip>}
					{q.announcement && <Chip tone="warn" icon="megaphone">{t("announced")}</Chip>}
				</th>
				<td class="number num">{number(q.waiting)}</td>
				<td class="number"><span class={`wait ${tone}`}>{tone !== "neutral" && <Icon name={tone === "bad" ? "late" : "clock"} size={14} />}<span class="num">{duration(wait)}</span>{tone === "bad" && <small>{t("late")}</small>}</span></td>
				<td class="number num">{cell?.service_level === null || !cell ? "–" : percent(cell.service_level)}</td>
				<td class="number num no-phone">{q.estimate_s ? `${q.estimate_told ? "" : "~"}${duration(q.estimate_s * 1000)}` : "–"}</td>
				<td class="number num"><span title={t("staff_help")}>{q.staff.present}<span class="quiet"> / {q.staff.signed_in}</span></span></td>
				<td class="number num no-phone">{cell ? `${cell.handled} / ${cell.offered}` : "–"}</td>
				{acts && <td class="does"><Menu kind="quiet" class="right" label={t("queue_does", { queue: q.queue })} items={items}><Icon name="more" /></Menu></td>}
			</tr>
			{open && <tr class="inside"><td colSpan={8}>{list.length ? <ul class="waiting">{list.map((c) => <Waiting key={c.contact} v={v} c={c} now={now} acts={acts} />)}</ul> : <p class="quiet">{t("nobody_waits")}</p>}</td></tr>}
			{closing && <Confirm title={t("close_queue")} text={t("close_text", { queue: q.queue })} yes={t("close_queue")} run={() => does("queue-close")} close={() => setClosing(false)} />}
		</>
	);
}

export function Queues({ v, now, today, acts }: { v: View; now: number; today: Report<QueueCell> | null; acts: boolean }) {
	const [open, setOpen] = useState<string | null>(null), [announce, setAnnounce] = useState<string | null>(null);
	const list = Object.values(v.queues).sort((a, b) => oldest(b, now) - oldest(a, now) || a.queue.localeCompare(b.queue));
	return (
		<Panel title={t("queues")} icon="queue" class="queues" tools={acts && <Button icon="megaphone" onClick={() => setAnnounce("")}>{t("announce_all")}</Button>}>
			<div class="scroll" tabIndex={0} role="group" aria-label={t("queues")}>
				<table>
					<thead><tr>
						<th scope="col">{t("queue")}</th><th scope="col" class="number">{t("col_waiting")}</th><th scope="col" class="number">{t("col_longest")}</th>
						<th scope="col" class="number" title={today?.formulas.service_level}>{t("col_level")}</th><th scope="col" class="number no-phone">{t("col_estimate")}</th>
						<th scope="col" class="number" title={t("staff_help")}>{t("col_staff")}</th><th scope="col" class="number no-phone">{t("col_handled")}</th>{acts && <th><span class="unseen">{t("does")}</span></th>}
					</tr></thead>
					<tbody>{list.map((q) => <Row key={q.queue} v={v} q={q} now={now} acts={acts} cell={today?.rows.find((r) => r.key === q.queue)} open={open === q.queue}
						toggle={() => setOpen(open === q.queue ? null : q.queue)} announce={() => setAnnounce(q.queue)} />)}</tbody>
				</table>
			</div>
			{announce !== null && <Announce v={v} queue={announce} close={() => setAnnounce(null)} />}
		</Panel>
	);
}
