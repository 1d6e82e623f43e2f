// What of the live view is about me: my state, and the one contact I have to do with.
import { useCell } from "../shared/cell";
import { view } from "../shared/live";
import type { Agent, Contact, Party, QueueSettings, View } from "../shared/view";
import { t } from "./words";

export type Doing =
	| { kind: "nothing" }
	| { kind: "offer" | "call"; contact: Contact; party: Party | undefined }
	| { kind: "wrap_up"; contact: number; queue: string | null; since: number; until: number };

export const meOf = (v: View | null): Agent | null => (v?.me.agent ? v.agents[v.me.agent] ?? null : null);

export const ms = (time: string | null | undefined): number => (time ? Date.parse(time) : 0);

export function doingOf(v: View | null): Doing {
	const me = meOf(v);
	if (!v || !me) return { kind: "nothing" };
	if (me.state === "wrap_up" && me.wrap_up_contact != null)
		return { kind: "wrap_up", contact: me.wrap_up_contact, queue: me.wrap_up_queue ?? null, since: ms(me.since), until: ms(me.until) };
	const contact = me.contact != null ? v.contacts[me.contact] : undefined;
	if (!contact || (me.state !== "ringing" && me.state !== "talking")) return { kind: "nothing" };
	return { kind: me.state === "ringing" ? "offer" : "call", contact, party: contact.parties?.find((p) => p.agent === me.agent && p.attempt === me.attempt) };
}

// Which contact the page is about, also after it ended.
export const contactOf = (d: Doing): number | null => (d.kind === "nothing" ? null : typeof d.contact === "number" ? d.contact : d.contact.contact);

export const useMine = () => {
	const v = useCell(view)!;
	return { v, me: meOf(v), doing: doingOf(v) };
};

export const queueSettings = (v: View, queue: string | null): QueueSettings | undefined => v.settings.queues.find((q) => q.queue === queue);
export const nameOf = (v: View, agent: string | null | undefined): string =>
	agent ? v.agents[agent]?.name ?? v.settings.agents.find((a) => a.agent === agent)?.name ?? agent : "";

// Whether I may take somebody by hand now.
export const mayPick = (me: Agent | null): boolean => !!me?.signed_in && me.state === "idle";

// My state in words; a break that begins after this call is told with it.
export function stateWord(me: Agent): string {
	if (!me.signed_in) return t("state_offline");
	const state = me.state === "signed_out" ? t("state_offline") : t(`state_${me.state}`);
	if (!me.paused) return state;
	return me.state === "idle" || me.state === "back_off" ? t("state_paused", { reason: me.paused }) : t("state_then", { state, reason: me.paused });
}

export type StateShape = "ready" | "busy" | "pause" | "off";

export const stateShape = (a: Agent): StateShape =>
	!a.signed_in || a.state === "signed_out" ? "off" : a.state === "ringing" || a.state === "talking" || a.state === "wrap_up" ? "busy"
		: a.paused || a.state === "back_off" ? "pause" : "ready";

// A colleague's state, in a word.
export const personWord = (a: Agent): string =>
	!a.signed_in ? t("person_signed_out") : a.paused && a.state === "idle" ? t("person_paused", { reason: a.paused }) : t(`person_${a.state}`);
