// Nothing to do with a caller right now: why, and what changes that. Calm.
import { act } from "../shared/live";
import { when } from "../shared/i18n";
import { useTick } from "../shared/clock";
import { DoButton } from "../shared/parts/button";
import { Icon, type IconName } from "../shared/parts/icon";
import { Empty, Fault, Panel, Skeleton } from "../shared/parts/panel";
import { attempt, problem } from "../shared/parts/said";
import { Countdown } from "../shared/parts/time";
import type { Agent } from "../shared/view";
import { outcomeWord } from "./context";
import { ms } from "./mine";
import { useAsked } from "../shared/asked";
import type { ContactRows } from "../shared/records";
import { t } from "./words";

interface Calm {
	icon: IconName;
	title: string;
	text: string;
	go?: string;
	command?: string;
}

function calmOf(me: Agent): Calm {
	if (!me.signed_in) return { icon: "unplug", title: t("idle_offline_title"), text: t("idle_offline_text"), go: t("idle_offline_go"), command: "sign-in" };
	if (me.paused) return { icon: "pause", title: t("idle_paused_title", { reason: me.paused }), text: t("idle_paused_text"), go: t("idle_paused_go"), command: "resume" };
	if (me.state === "back_off") return { icon: "clock", title: t("idle_missed_title"), text: t("idle_missed_text"), go: t("idle_missed_go"), command: "resume" };
	return { icon: "accept", title: t("idle_title"), text: t("idle_text") };
}

// What Teams says beside it, where that keeps calls away.
const teamsWord = (me: Agent): string =>
	["DoNotDisturb", "Away", "Offline", "BeRightBack", "Busy", "BusyIdle"].includes(me.presence) ? t(`teams_${me.presence}` as "teams_Away") : "";

export function Idle({ me }: { me: Agent }) {
	const calm = calmOf(me), teams = me.signed_in ? teamsWord(me) : "";
	return (
		<section class="card calm" aria-labelledby="calm-title">
			<Icon name={calm.icon} size={24} />
			<h2 id="calm-title">{calm.title}</h2>
			<p class="quiet">{calm.text}</p>
			{me.state === "back_off" && me.until && <Countdown since={ms(me.since)} until={ms(me.until)} label={t("idle_missed_left")} />}
			{teams && <p class="teams-word"><Icon name="info" />{teams}</p>}
			{calm.command && <div class="actions"><DoButton kind="main" big run={() => attempt(() => act(calm.command!))}>{calm.go}</DoButton></div>}
		</section>
	);
}

const RECENT = 6;

export function Recent({ handled }: { handled: number }) {
	const now = useTick(), rows = useAsked<ContactRows>(`/api/v1/contacts?limit=${RECENT}`, 0, handled);
	return (
		<Panel title={t("recent")} icon="history" tools={<a href="/app/desk/history">{t("recent_all")}</a>} class="recent">
			{rows.error && !rows.data ? <Fault text={problem(rows.error)} again={rows.again} /> : !rows.data ? <Skeleton rows={3} /> : rows.data.contacts.length === 0 ? <Empty text={t("recent_none")} icon="history" /> : (
				<ul class="rows">
					{rows.data.contacts.map((r) => (
						<li key={r.contact}><a href={`/app/desk/contact/${r.contact}`}>{r.offered_at ? when(ms(r.offered_at), now) : r.contact}</a>
							<span>{r.caller || t("caller_unknown")}</span><small>{[r.queue, outcomeWord(r.outcome), r.wrap_up_code].filter(Boolean).join(" · ")}</small></li>
					))}
				</ul>
			)}
		</Panel>
	);
}
