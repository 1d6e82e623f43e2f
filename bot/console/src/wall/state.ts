// What stands out in a view: lateness, and alarms by word and by colour. Of a view alone, so that any past second tells the same.
import type { Tone } from "../shared/parts/chip";
import type { IconName } from "../shared/parts/icon";
import { duration } from "../shared/i18n";
import type { Agent, Contact, Queue, View } from "../shared/view";
import { t } from "./words";

const WRAP_UP_LONG_MS = 5 * 60_000;
const WAITS: readonly Contact["phase"][] = ["waiting", "ringing", "call_back"];

export const at = (time: string | null | undefined): number => (time ? Date.parse(time) : 0);
export const settingsOf = (v: View, queue: string) => v.settings.queues.find((q) => q.queue === queue);
export const serviceLevel = (v: View, queue: string): number => settingsOf(v, queue)?.service_level_ms ?? 20_000;
export const waiting = (v: View, queue?: string): Contact[] => Object.values(v.contacts)
	.filter((c) => WAITS.includes(c.phase) && (!queue || c.queue === queue)).sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
export const oldest = (q: Queue, now: number): number => (q.oldest_at ? Math.max(0, now - at(q.oldest_at)) : 0);
export const nameOf = (v: View, agent: string | null | undefined): string => (agent && (v.agents[agent]?.name ?? v.settings.agents.find((a) => a.agent === agent)?.name)) || "–";

// Below three fifths of the target a wait is ordinary, then it is near, then late.
export function lateness(wait_ms: number, target_ms: number): Tone {
	if (!wait_ms || wait_ms < target_ms * 0.6) return "neutral";
	return wait_ms <= target_ms ? "warn" : "bad";
}

export const dutyOf = (a: Agent): string => (a.state === "idle" && a.paused ? "paused" : a.state === "talking" && a.role === "supervise" ? "supervising" : a.state);
export const DUTY_TONE: Record<string, Tone> = { idle: "good", talking: "brand", ringing: "brand", wrap_up: "warn", back_off: "warn", paused: "neutral", signed_out: "neutral", supervising: "neutral" };
export const DUTY_ICON: Record<string, IconName> = { idle: "accept", talking: "call", ringing: "call", wrap_up: "note", back_off: "late", paused: "pause", signed_out: "remove", supervising: "ear" };

export interface Alarm {
	key: string;
	tone: "warn" | "bad";
	icon: IconName;
	text: string;
	queue?: string;
	agent?: string;
}

function ofQueue(v: View, q: Queue, now: number): Alarm[] {
	const wait = oldest(q, now), tone = lateness(wait, serviceLevel(v, q.queue)), name = q.queue, made: Alarm[] = [];
	if (q.waiting && !q.staff.active)
		made.push({ key: `${name}:nobody`, tone: "bad", icon: "people", queue: name, text: t("alarm_nobody", { queue: name, n: q.waiting }) });
	if (tone === "bad") made.push({ key: `${name}:late`, tone: "bad", icon: "late", queue: name, text: t("alarm_late", { queue: name, time: duration(wait) }) });
	else if (tone === "warn") made.push({ key: `${name}:near`, tone: "warn", icon: "clock", queue: name, text: t("alarm_near", { queue: name, time: duration(wait) }) });
	if (q.closed) made.push({ key: `${name}:closed`, tone: "warn", icon: "remove", queue: name, text: t("alarm_closed", { queue: name }) });
	if (q.announcement) made.push({ key: `${name}:said`, tone: "warn", icon: "megaphone", queue: name, text: t("alarm_said", { queue: name, prompt: q.announcement }) });
	return made;
}

const ofAgent = (a: Agent, now: number): Alarm[] => a.state === "wrap_up" && now - at(a.since) > WRAP_UP_LONG_MS
	? [{ key: `${a.agent}:wrap`, tone: "warn", icon: "note", agent: a.agent, text: t("alarm_wrap_up", { name: a.name, time: duration(now - at(a.since)) }) }] : [];

// The worst first.
export function alarms(v: View, now: number): Alarm[] {
	const all = [...Object.values(v.queues).flatMap((q) => ofQueue(v, q, now)), ...Object.values(v.agents).flatMap((a) => ofAgent(a, now))];
	return all.sort((a, b) => (a.tone === b.tone ? 0 : a.tone === "bad" ? -1 : 1));
}
