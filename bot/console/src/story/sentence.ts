// A moment of a contact's story in the page's language. A word that is newer than this page is told as the service tells it.
import { duration, say } from "../shared/i18n";
import type { Moment } from "../shared/records";
import { t } from "./words";

const EXITS = ["moved", "timeout", "full", "nobody", "closed", "key"] as const;
const RINGS = ["other", "no_answer", "busy", "rejected", "unreachable", "failed"] as const;
const ROLES = ["offer", "consult", "transfer", "supervise"] as const;
const HEARS = ["leaves", "barges", "listens", "whispers"] as const;
const TAPES = ["off", "on", "paused"] as const;
// Words for them are each area's own.
const ORDER = ["in_progress", "handled", "abandoned_in_ivr", "abandoned_short", "abandoned_in_queue", "abandoned_ringing", "timeout_disconnect", "overflow_disconnect", "no_agents_disconnect",
	"self_served", "rejected", "failed", "voicemail", "transferred", "released", "callback_answered", "callback_failed", "callback_merged", "closed_disconnect"];

const pick = <T extends string>(list: readonly T[], n: number): T => list[n] ?? list[0]!;

type Say = (m: Moment & { agent: string; queue: string }) => string;
const SAY: Record<string, Say> = {
	came: () => t("m_came"), heard: () => t("m_heard"),
	queued: (m) => t("m_queued", { queue: m.queue, place: m.value }),
	refused: (m) => t("m_refused", { queue: m.queue, why: t(`exit_${pick(EXITS, m.value)}`) }),
	left_queue: (m) => t("m_left_queue", { queue: m.queue, why: t(`exit_${pick(EXITS, m.value)}`) }),
	promised: (m) => t("m_promised", { time: duration(m.value * 1000) }),
	asked: (m) => t("m_asked", { agent: m.agent }),
	offered: (m) => t(`m_offered_${pick(ROLES, m.value)}`, { agent: m.agent }),
	not_taken: (m) => t("m_not_taken", { agent: m.agent, why: t(`ring_${pick(RINGS, m.value)}`) }),
	withdrawn: (m) => t("m_withdrawn", { agent: m.agent || "–" }),
	connected: (m) => t(`m_connected_${pick(ROLES, m.value)}`, { agent: m.agent }),
	agent_left: (m) => t("m_agent_left", { agent: m.agent }),
	held: () => t("m_held"), unheld: () => t("m_unheld"),
	consulted: (m) => t("m_consulted", { agent: m.agent }), consult_ended: () => t("m_consult_ended"),
	conference: () => t("m_conference"), completed: () => t("m_completed"),
	sent_to_agent: (m) => t("m_sent_to", { to: m.agent }), sent_to_queue: (m) => t("m_sent_to", { to: m.queue }),
	supervised: (m) => t(`m_${pick(HEARS, m.value)}`, { agent: m.agent }),
	taken_over: (m) => t("m_taken_over", { agent: m.agent }),
	priority: (m) => t("m_priority", { p: String(m.value) }), picked: (m) => t("m_picked", { agent: m.agent }), released: () => t("m_released"),
	recording: (m) => t(`m_tape_${pick(TAPES, m.value)}`),
	looked_up: (m) => t(m.value < 0 ? "m_not_looked_up" : "m_looked_up"), voicemail: () => t("m_voicemail"),
	call_back_kept: () => t("m_call_back_kept"), called_back: () => t("m_called_back"), call_back_failed: () => t("m_call_back_failed"), sent_out: () => t("m_sent_out"),
	over: (m) => t("m_over", { outcome: m.value in ORDER ? say(`outcome_${ORDER[m.value]}`) : m.text }),
};

export function sentence(m: Moment): string {
	const said = SAY[m.what]?.({ ...m, agent: m.agent ?? "", queue: m.queue ?? "" }) ?? m.text;
	return m.by && m.by !== m.agent ? t("m_by", { said, by: m.by }) : said;
}
