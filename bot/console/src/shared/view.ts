// The live view: what GET /api/v1/view and the stream's snapshot tell, and how an event changes it. The shapes are the
// service's (tests/fixtures/api, /api/v1/openapi.json); here lists become tables by key.
import type { SseEvent } from "./sse";

export interface Me {
	user: string;
	tenant: string;
	roles: string[];
	agent: string | null; // she is one of the configuration's agents
	name: string | null;
}

export interface QueueSettings {
	queue: string;
	yours: boolean;
	service_level_ms: number;
	ring_ms: number;
	accept_ms: number; // 0: rung at once, without being asked before
	wrap_up_ms: number;
	wrap_up_more_ms: number;
	hand_off: "bridge" | "transfer";
	by_hand: boolean; // nobody is offered; agents pick
	wrap_up_codes: string[];
}

export interface Settings {
	pause_reasons: string[];
	prompts: string[];
	queues: QueueSettings[];
	agents: { agent: string; name: string }[];
}

export interface Queue {
	queue: string;
	waiting: number;
	call_backs: number;
	oldest_at: string | null;
	closed: boolean;
	announcement: string | null;
	staff: { signed_in: number; active: number; present: number };
	estimate_s: number;
	estimate_told: boolean;
	handled: number;
	handled_within_service_level: number;
	abandoned: number;
	abandoned_short: number;
}

export type AgentState = "signed_out" | "idle" | "ringing" | "talking" | "wrap_up" | "back_off";

export interface Agent {
	agent: string;
	name: string;
	username: string | null; // by which Teams calls her
	state: AgentState;
	since: string;
	until: string | null;
	presence: string;
	signed_in: boolean;
	paused: string | null;
	serves: string[];
	signed_in_to: string[];
	detail: boolean; // only then what follows
	contact?: number | null;
	role?: "offer" | "consult" | "transfer" | "supervise" | null;
	attempt?: number | null;
	hearing?: string | null;
	handled?: number;
	wrap_up_contact?: number | null;
	wrap_up_queue?: string | null;
}

export interface Party {
	agent: string;
	attempt: number;
	role: "offer" | "consult" | "transfer" | "supervise";
	state: string;
	asked: boolean;
	can_accept: boolean;
	can_decline: boolean;
	until: string | null;
	hearing: string | null;
}

export interface Contact {
	contact: number;
	phase: "arriving" | "flow" | "waiting" | "ringing" | "talking" | "closing" | "call_back";
	since: string;
	queue: string | null;
	rank: string; // orders who waits, as text
	offered_at: string;
	queued_at: string | null;
	connected_at: string | null;
	priority: number;
	language: string;
	caller: string; // masked
	call_back: boolean;
	agent: string | null;
	detail: boolean; // only then what follows
	caller_kind?: string;
	caller_name?: string;
	entry?: string;
	keys?: string;
	lookups?: { lookup: string; answer: string; at: string }[];
	earlier?: { contact: number; at: string; queue: string | null; agent: string | null; outcome: string; wrap_up_code: string | null }[];
	parties?: Party[];
	held?: boolean;
	held_ms?: number;
	recording?: string;
	offers?: number;
	wrap_up_code?: string | null;
}

export interface Ended {
	contact: number;
	queue: string | null;
	agent: string | null;
	outcome: string;
	ended_at: string;
	waited_ms: number;
	talked_ms: number;
	wrap_up_code: string | null;
}

export interface Voicemail {
	voicemail: string;
	contact: number;
	mailbox: string;
	caller: string;
	at: string;
	length_ms: number;
	heard: boolean;
	taken_by: string | null;
	taken_at: string | null;
}

interface Whole {
	position: number;
	at: string;
	me: Me;
	settings: Settings;
	queues: Queue[];
	agents: Agent[];
	contacts: Contact[];
	voicemails: Voicemail[];
}

type Table<T> = Readonly<Record<string, T>>;

export interface View {
	position: number;
	at: string;
	me: Me;
	settings: Settings;
	queues: Table<Queue>;
	agents: Table<Agent>;
	contacts: Table<Contact>;
	voicemails: Table<Voicemail>;
	ended: readonly Ended[]; // seen to end, the newest first
}

const ENDED_MOST = 50;

const table = <T>(list: T[], key: (item: T) => string | number): Table<T> => Object.fromEntries(list.map((item) => [key(item), item]));

export const viewOf = (w: Whole): View => ({ ...w, queues: table(w.queues, (q) => q.queue), agents: table(w.agents, (a) => a.agent),
	contacts: table(w.contacts, (c) => c.contact), voicemails: table(w.voicemails, (v) => v.voicemail), ended: [] });

const put = <T>(t: Table<T>, key: string | number, item: T): Table<T> => ({ ...t, [key]: item });

function without<T>(t: Table<T>, key: string | number): Table<T> {
	const { [String(key)]: gone, ...rest } = t;
	return gone === undefined ? t : rest;
}

// What each event does to a view. A noun comes whole and takes its predecessor's place, so that one that came twice is harmless.
// (Tables are of Readonly records, and the data is the service's: each line knows which shape its event has.)
const EVENTS: Record<string, (v: View, data: never) => View> = {
	snapshot: (_, w: Whole) => viewOf(w),
	queue: (v, q: Queue) => ({ ...v, queues: put(v.queues, q.queue, q) }),
	agent: (v, a: Agent) => ({ ...v, agents: put(v.agents, a.agent, a) }),
	contact: (v, c: Contact) => ({ ...v, contacts: put(v.contacts, c.contact, c) }),
	contact_ended: (v, e: Ended) => ({ ...v, contacts: without(v.contacts, e.contact), ended: [e, ...v.ended.filter((o) => o.contact !== e.contact)].slice(0, ENDED_MOST) }),
	contact_gone: (v, c: { contact: number }) => ({ ...v, contacts: without(v.contacts, c.contact) }),
	voicemail: (v, m: Voicemail) => ({ ...v, voicemails: put(v.voicemails, m.voicemail, m) }),
	voicemail_gone: (v, m: { voicemail: string }) => ({ ...v, voicemails: without(v.voicemails, m.voicemail) }),
};

const NOBODY: View = { position: 0, at: "", me: { user: "", tenant: "", roles: [], agent: null, name: null },
	settings: { pause_reasons: [], prompts: [], queues: [], agents: [] }, queues: {}, agents: {}, contacts: {}, voicemails: {}, ended: [] };

// All that one position of the journal changed, at once. Events we do not know are of a newer service and change nothing here.
export const viewApply = (view: View | null, events: readonly SseEvent[], position: number): View =>
	({ ...events.reduce<View>((v, e) => EVENTS[e.event]?.(v, JSON.parse(e.data) as never) ?? v, view ?? NOBODY), position });
