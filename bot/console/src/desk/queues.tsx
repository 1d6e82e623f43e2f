// The queues I serve: who waits, how long, how well; in and out of each; and who may be taken by hand.
import { serviceNow, useTick } from "../shared/clock";
import { duration, percent } from "../shared/i18n";
import { act } from "../shared/live";
import { DoButton } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Empty, Panel } from "../shared/parts/panel";
import { attempt } from "../shared/parts/said";
import { Since } from "../shared/parts/time";
import type { Agent, Contact, Queue, View } from "../shared/view";
import { mayPick, ms, queueSettings, useMine } from "./mine";
import { t } from "./words";

const CALLERS_MOST = 9;

export const waitingIn = (v: View, queue: string): Contact[] =>
	Object.values(v.contacts).filter((c) => c.queue === queue && (c.phase === "waiting" || c.phase === "ringing")).sort((a, b) => (a.rank < b.rank ? -1 : 1));

// How near a wait is to the queue's promise, as a word with a shape.
export function WaitChip({ since, level }: { since: number; level: number }) {
	const share = (useTick() - since) / Math.max(1, level);
	if (share > 1) return <Chip tone="bad" icon="late">{t("wait_late")}</Chip>;
	return share > .6 ? <Chip tone="warn" icon="clock">{t("wait_soon")}</Chip> : null;
}

function levelOf(q: Queue): number | null {
	const all = q.handled + q.abandoned - q.abandoned_short;
	return all > 0 ? q.handled_within_service_level / all : null;
}

function Caller({ c, v, me, level }: { c: Contact; v: View; me: Agent; level: number }) {
	const queue = c.queue ?? "";
	return (
		<li class="caller">
			<div><span class="who">{c.caller || t("caller_unknown")}</span>
				<span class="wait"><Since since={ms(c.queued_at ?? c.since)} /><WaitChip since={ms(c.queued_at ?? c.since)} level={level} /></span></div>
			{c.phase === "waiting" && (
				<DoButton class="pick" kind={queueSettings(v, queue)?.by_hand ? "main" : "plain"} disabled={!mayPick(me)} label={t("pick_label", { caller: c.caller, queue })}
					run={() => attempt(() => act("pick", { contact: c.contact }))}>{t("pick")}</DoButton>
			)}
		</li>
	);
}

function Row({ name, v, me }: { name: string; v: View; me: Agent }) {
	const q = v.queues[name], settings = queueSettings(v, name), inside = me.signed_in_to.includes(name);
	if (!q) return null;
	const callers = waitingIn(v, name), share = levelOf(q), level = settings?.service_level_ms ?? 0;
	const toggle = (on: boolean) => attempt(() => act(on ? "sign-in" : "sign-out", { queue: name }));
	return (
		<li class={`queue${inside ? "" : " out"}`}>
			<div class="queue-head">
				<label class="switch"><input type="checkbox" role="switch" checked={inside} onInput={(e) => void toggle(e.currentTarget.checked)} aria-label={t("queue_sign_in", { queue: name })} /></label>
				<h3>{name}</h3>
				{q.closed && <Chip tone="warn" icon="pause">{t("queue_closed")}</Chip>}
				<strong class="num" aria-hidden="true">{q.waiting}</strong>
			</div>
			<p class="queue-line">
				<span>{q.waiting ? t("queue_waiting", { n: q.waiting }) : t("queue_nobody")}</span>
				{q.oldest_at && <span>{t("queue_longest", { time: duration(serviceNow() - ms(q.oldest_at)) })}</span>}
				{share !== null && <span title={t("queue_level_hint", { seconds: level / 1000 })}>{t("queue_level", { share: percent(share) })}</span>}
			</p>
			{callers.length > 0 && <ol aria-label={t("waiting_callers")}>{callers.slice(0, CALLERS_MOST).map((c) => <Caller key={c.contact} c={c} v={v} me={me} level={level} />)}</ol>}
		</li>
	);
}

export function Queues() {
	const { v, me } = useMine();
	useTick();
	return (
		<Panel title={t("queues")} icon="queue" id="queues" class="queues">
			{!me || me.serves.length === 0 ? <Empty text={t("queues_none")} icon="queue" />
				: <ul>{me.serves.map((name) => <Row key={name} name={name} v={v} me={me} />)}</ul>}
		</Panel>
	);
}
