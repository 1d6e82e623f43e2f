// Scenes of the supervisor's wall, on the ground of the desk's. Not a test itself.
import { NOW, scene as deskScene } from "./scenes.mjs";

const before = (seconds) => new Date(Date.parse(NOW) - seconds * 1000).toISOString();
const CLEO = "b0000000-0000-4000-8000-000000000003";
const INTERVALS = ["2026-11-23T05:00:00.000Z", "2026-11-23T05:30:00.000Z", "2026-11-23T06:00:00.000Z", "2026-11-23T06:30:00.000Z", "2026-11-23T07:00:00.000Z", "2026-11-23T07:30:00.000Z", "2026-11-23T08:00:00.000Z"];

const cell = (offered, handled, within, abandoned, more) => ({ offered, handled, handled_within_service_level: within, abandoned, abandoned_short: 1, otherwise: 1, timeout: 0, overflow: 1, no_agents: 0, closed: 0,
	service_level: within / (handled + abandoned), abandon_rate: abandoned / (handled + abandoned), asa_ms: 14200, aht_ms: 251000, occupancy: 0.71, longest_wait_ms: 64000, transfers: 2, call_backs: 1, call_backs_answered: 1, ...more });
const course = (scale) => INTERVALS.map((from, i) => ({ from, ...cell(...[4, 9, 14, 12, 17, 11, 5].map((n) => [n * scale, n * scale - 1, Math.round(n * scale * 0.8), 1])[i]) }));
const REPORT = { by: "queue", from: INTERVALS[0], to: NOW, time_zone: "Europe/Berlin", step: "30min", position: 4711, per_agent: false, intervals: INTERVALS,
	formulas: { service_level: "handled within the queue's service level / (handled + abandoned)", asa_ms: "sum of waits of the handled / handled", aht_ms: "(talk + wrap-up) / conversations", occupancy: "(talking + wrap-up) / (talking + wrap-up + available)", abandon_rate: "abandoned / (handled + abandoned)" },
	rows: [{ key: "Billing", ...cell(36, 30, 22, 4), intervals: course(1) }, { key: "Sales", ...cell(72, 64, 58, 5), intervals: course(2) }], total: cell(108, 94, 80, 9) };
const EXPLAINED = { at: NOW, position: 4711, contact: 24, queue: "Billing", place: 1, text: "contact 24 waits", agents: [
	{ agent: "b0000000-0000-4000-8000-000000000001", name: "Ada", why: "talking", until: null, text: "is with contact 31 since 12.0 s; contact 31 of Sales is before contact 24, waiting 9.2 s longer" },
	{ agent: "b0000000-0000-4000-8000-000000000002", name: "Ben", why: "presence", until: null, text: "shows Away in Teams, which Billing does not ring" },
	{ agent: CLEO, name: "Cleo", why: "wrap_up", until: before(-30), text: "wraps up until 08:14:33.120" }] };
const moment = (seconds, what, text, more) => ({ at: before(seconds), position: 4700 - seconds, what, agent: null, queue: null, by: null, value: 0, text, ...more });
const ROW = { contact: 24, offered_at: before(82), ended_at: null, caller: "+49 40 ***333", queue: "Billing", agent: null, outcome: "in_progress", flow: "Hotline", wait_ms: 72000, talk_ms: 0, held_ms: 0, queues: 2, wrap_up_code: null, recorded: false };
const STORY = { ...ROW, position: 4711, notes: [{ note: 1, contact: 24, at: before(30), edited_at: null, author: "Cleo", text: "Asked twice already <b>today</b>.", editable: true }],
	story: [moment(82, "came", "called"), moment(80, "heard", "was answered"), moment(78, "refused", "was not let into Sales: it was full", { queue: "Sales", value: 2 }), moment(72, "queued", "came into Billing", { queue: "Billing", value: 1 }),
		moment(60, "offered", "is offered to Ben", { agent: "Ben" }), moment(40, "not_taken", "Ben did not answer", { agent: "Ben", value: 1 }), moment(20, "priority", "has priority 1 now", { value: 1, by: "Cleo" }), moment(2, "of a newer service", "something new happened")],
	earlier: [{ ...ROW, contact: 9, offered_at: before(90000), ended_at: before(89700), agent: "Ada", outcome: "handled", talk_ms: 240000, wait_ms: 12000 }],
	sound: [{ agent: null, mos: 4.38, mos_there: 4.4, packets: 12000, lost: 3, frames: 12000, concealed: 4, jitter_ms: 2.4, delay_ms: 41 },
		{ agent: "Ada", mos: 3.7, mos_there: null, packets: 0, lost: 0, frames: 11800, concealed: 290, jitter_ms: 0, delay_ms: 90 }] };
const LIST = { contacts: [ROW, ...STORY.earlier, { ...ROW, contact: 7, offered_at: before(7000), outcome: "abandoned_in_queue" }], next: "7", position: 4711 };

// As a supervisor who is an agent too: Cleo. Ada talks, Dora pauses, Ben is away.
function base() {
	const { view: v } = deskScene("idle");
	Object.assign(v.me, { user: CLEO, roles: ["Supervisor"], agent: CLEO, name: "Cleo" });
	v.settings.prompts = ["emergency", "storm"];
	v.agents.forEach((a) => Object.assign(a, { detail: true, contact: null, role: null, attempt: null, hearing: null, handled: 8 }));
	const [ada, ben, cleo] = v.agents;
	Object.assign(ada, { state: "talking", since: before(135), contact: 31, role: "offer", hearing: "barge" });
	Object.assign(ben, { state: "wrap_up", since: before(420) });
	Object.assign(cleo, { state: "idle", since: before(900) });
	v.contacts.forEach((c) => Object.assign(c, { detail: true }));
	v.contacts.push({ ...v.contacts[0], contact: 31, phase: "talking", since: before(135), agent: ada.agent, caller: "+49 30 ***567", queue: "Sales" });
	return { v, cleo, path: "/app/wall", gets: { "/api/v1/reports": REPORT, "/api/v1/contacts/24": STORY, "/api/v1/contacts/31": { ...STORY, ...ROW, contact: 31, story: [], notes: [], earlier: [], sound: [] }, "/api/v1/contacts": LIST, "/api/v1/explain": EXPLAINED, "/api/v1/past": v } };
}

const ALL = {
	live: () => {},
	announcing: (s) => (s.opens = { clicks: [".queues > header .tools button"], shows: "dialog select" }),
	closing: (s) => (s.opens = { clicks: [".queue .does button", ".queue .does [role=menuitem]"], shows: "dialog .danger" }),
	quiet: (s) => {
		s.v.contacts = [];
		s.v.queues.forEach((q) => Object.assign(q, { waiting: 0, call_backs: 0, oldest_at: null }));
		s.v.agents.forEach((a) => Object.assign(a, { state: "idle", paused: null, contact: null, since: before(60) }));
	},
	closed: (s) => (Object.assign(s.v.queues[1], { closed: true, announcement: "storm", staff: { signed_in: 0, active: 0, present: 0 } })),
	listening: (s) => Object.assign(s.cleo, { state: "talking", role: "supervise", contact: 31, hearing: "listen" }),
	nothing: (s) => Object.assign(s.v, { queues: [], agents: [], contacts: [] }),
	tv: (s) => (s.path = "/app/wall?mode=tv"),
	tv_calm: (s) => (ALL.quiet(s), (s.path = "/app/wall?mode=tv")),
	contacts: (s) => (s.path = "/app/wall/contacts"),
	contact: (s) => (s.path = "/app/wall/contact/24"),
	talking: (s) => (s.path = "/app/wall/contact/31"),
	reports: (s) => (s.path = "/app/wall/reports"),
	no_report: (s) => ((s.path = "/app/wall/reports"), (s.gets["/api/v1/reports"] = { ...REPORT, rows: [] })),
	past: (s) => (s.path = "/app/wall/past"),
};
const WHOLE = ["live", "tv", "contact", "reports", "past"];

export function wallScene(name) {
	const s = base();
	ALL[name](s);
	return { path: s.path, whole: WHOLE.includes(name), ...s.opens, view: s.v, gets: s.gets };
}

export const wallScenes = () => Object.fromEntries(Object.keys(ALL).map((name) => [name, wallScene(name)]));
