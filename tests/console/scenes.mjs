// Scenes: what the service might say, without one. A page gets its view, its stream and its answers from here, by a fetch of its own
// and at a fixed time, so that every screen can be looked at in every state. Shapes: tests/fixtures/api. Not a test itself.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../e2e/house.mjs";

export const NOW = "2026-11-23T08:14:03.120Z";
const fixture = (name) => JSON.parse(readFileSync(join(root, "tests", "fixtures", "api", `${name}.json`), "utf8"));
const before = (seconds) => new Date(Date.parse(NOW) - seconds * 1000).toISOString();
const clone = (x) => JSON.parse(JSON.stringify(x));

// In the page, before its own scripts, by ?scene=NAME of its address. window.sceneSend adds to the stream, sceneAway takes the network
// away, sceneLoses does what is posted and loses the answer, sceneOld lets no note be changed any more, sceneRefuses refuses the stream; posted is what the page said, keys under
// which keys, and asked what it asked for.
export function stand(scenes) {
	const scene = scenes[new URLSearchParams(location.search).get("scene")];
	if (!scene) return;
	const real = window.fetch, open = [];
	const json = (body, status = 200) => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
	const block = (event, data, id) => `event: ${event}\ndata: ${JSON.stringify(data)}\n${id ? `id: ${id}\n` : ""}\n`;
	window.posted = [];
	window.sceneSend = (event, data, id) => open.forEach((c) => c.enqueue(new TextEncoder().encode(block(event, data, id))));
	window.sceneAway = (away) => (scene.away = away) && open.splice(0).forEach((c) => c.error(new TypeError("network error")));
	window.sceneRefuses = (status) => (scene.refuses = status);
	window.sceneLoses = (loses) => (scene.loses = loses);
	window.sceneOld = (old) => (scene.old = old);
	window.asked = [];
	window.keys = [];
	window.fetch = async (input, init = {}) => {
		const url = new URL(String(input), location.href);
		if (!url.pathname.startsWith("/api/")) return real(input, init);
		const after = new Headers(init.headers).get("Last-Event-ID");
		window.asked.push({ path: url.pathname, after });
		if (scene.away) throw new TypeError("Failed to fetch");
		if (url.pathname === "/api/v1/events") {
			if (scene.refuses) return json({ error: { code: "x", message: "x", target: null } }, scene.refuses);
			return new Response(new ReadableStream({ start(c) {
				open.push(c);
				init.signal?.addEventListener("abort", () => open.includes(c) && (open.splice(open.indexOf(c), 1), c.error(new DOMException("", "AbortError"))));
				if (!after) c.enqueue(new TextEncoder().encode(block("snapshot", scene.view, scene.view.position)));
			} }), { headers: { "Content-Type": "text/event-stream" } });
		}
		if ((init.method ?? "GET") !== "GET") {
			window.posted.push({ path: url.pathname, body: JSON.parse(init.body ?? "null") });
			window.keys.push(new Headers(init.headers).get("Idempotency-Key"));
			if (scene.loses) throw new TypeError("Failed to fetch");
			if (scene.old && /\/notes\/\d+$/.test(url.pathname)) return json({ error: { code: "refused", message: "too old", target: "note" } }, 404);
			return json(url.pathname.endsWith("/notes") ? { note: 9 } : { position: scene.view.position });
		}
		const hit = Object.entries(scene.gets).find(([path]) => (url.pathname + url.search).startsWith(path));
		return hit ? json(hit[1]) : json({ error: { code: "not_found", message: "no such thing", target: null } }, 404);
	};
}

// For chromium.mjs' `before`: scenes by name.
export const inScenes = (scenes) => async (page) => {
	await page.clock.setFixedTime(new Date(NOW));
	await page.addInitScript(stand, scenes);
};

const ADA = "b0000000-0000-4000-8000-000000000001", BEN = "b0000000-0000-4000-8000-000000000002";
const row = (contact, seconds, more) => ({ contact, offered_at: before(seconds), ended_at: before(seconds - 300), caller: "+49 30 ***567", queue: "Sales", agent: "Ada", outcome: "handled",
	flow: "welcome", wait_ms: 24000, talk_ms: 254000, held_ms: 0, queues: 1, wrap_up_code: "sold", recorded: false, ...more });
const ROWS = { contacts: [row(9, 900), row(8, 2400, { caller: "+43 1 ***210", queue: "Billing", wrap_up_code: null, talk_ms: 61000 }),
	row(7, 7000, { outcome: "abandoned_ringing", talk_ms: 0, wrap_up_code: null }), row(5, 90000, { caller: null, wrap_up_code: "call again" })], next: "c" };
const note = (n, seconds, author, text) => ({ note: n, contact: 12, at: before(seconds), edited_at: null, author, text, editable: author === "Ada" });
const moment = (seconds, what, more) => ({ at: before(seconds), position: 4700 - seconds, what, agent: null, queue: null, by: null, value: 0, text: "in the service's words", ...more });
const STORY = { ...row(12, 60), story: [moment(42, "came"), moment(32, "queued", { queue: "Sales", value: 1 }), moment(2, "offered", { agent: "Ada" })],
	notes: [note(2, 86400, "Ben", "Asked for the invoice of October.\nWants a copy by mail."), note(1, 260000, "Ada", "Prefers to be called after 4 pm.")], earlier: [] };

function base() {
	const v = clone(fixture("view-agent")), rename = (q) => ({ sales: "Sales", support: "Billing" })[q] ?? q;
	v.settings.pause_reasons = ["Lunch", "Training"];
	v.settings.queues.forEach((q) => Object.assign(q, { queue: rename(q.queue), yours: true, wrap_up_codes: ["sold", "call again", "complaint"], wrap_up_ms: 60000, wrap_up_more_ms: 30000 }));
	v.queues = [v.queues[0], clone(v.queues[0])];
	Object.assign(v.queues[0], { queue: "Sales", waiting: 3, oldest_at: before(13) });
	Object.assign(v.queues[1], { queue: "Billing", waiting: 1, oldest_at: before(72), handled: 9, handled_within_service_level: 7 });
	const me = v.agents[0], ben = v.agents[1];
	Object.assign(me, { state: "idle", since: before(761), contact: null, role: null, attempt: null, wrap_up_contact: null, wrap_up_queue: null, serves: ["Sales", "Billing"], signed_in_to: ["Sales", "Billing"], handled: 14 });
	Object.assign(ben, { paused: null, serves: ["Sales"], signed_in_to: ["Sales"] });
	const more = [["Cleo", "talking", null], ["Dora", "idle", "Lunch"], ["Emil", "signed_out", null]].map(([name, state, paused], i) =>
		({ ...clone(ben), agent: `b0000000-0000-4000-8000-00000000000${i + 3}`, name, username: null, state, paused, signed_in: state !== "signed_out" }));
	v.agents.push(...more);
	v.settings.agents = v.agents.map(({ agent, name }) => ({ agent, name }));
	const [mine, other] = v.contacts;
	Object.assign(mine, { queue: "Sales", phase: "waiting", agent: null, offered_at: before(42), queued_at: before(32), keys: "2, 1", entry: "Hotline", caller_name: "Erika Muster", parties: [] });
	mine.lookups = [{ lookup: "CRM", answer: "Gold customer since 2019, two open invoices", at: before(41) }, { lookup: "Tickets", answer: "No open ticket", at: before(40) }];
	mine.earlier[0].queue = "Sales";
	const waits = (contact, queue, seconds, caller) => ({ ...clone(other), contact, queue, since: before(seconds), queued_at: before(seconds), offered_at: before(seconds + 10), caller, rank: String(1e6 - seconds) });
	v.contacts = [waits(21, "Sales", 13, "+43 1 ***210"), waits(22, "Sales", 7, "+49 89 ***114"), waits(23, "Sales", 2, "+41 44 ***908"), waits(24, "Billing", 72, "+49 40 ***333"),
		{ ...waits(25, "Sales", 600, "+49 221 ***871"), phase: "call_back", call_back: true }];
	v.voicemails[0].mailbox = "Sales";
	v.voicemails.push({ ...clone(v.voicemails[0]), voicemail: "b.wav", caller: "+49 711 ***020", heard: true, taken_by: BEN, at: before(7000) });
	return { v, me, ben, mine };
}

const engage = (s, state, party = {}) => {
	Object.assign(s.me, { state, since: before(state === "talking" ? 135 : 2), contact: 12, role: "offer", attempt: 88 });
	Object.assign(s.mine, { phase: state, since: before(state === "talking" ? 135 : 2), connected_at: state === "talking" ? before(135) : null, queued_at: before(state === "talking" ? 161 : 32), agent: ADA });
	s.mine.parties = [{ agent: ADA, attempt: 88, role: "offer", state, asked: false, can_accept: false, can_decline: state === "ringing", until: state === "ringing" ? before(-18) : null, hearing: "all", ...party }];
	s.v.contacts.unshift(s.mine);
};
const asks = (s, state, held) => {
	s.mine.held = held;
	s.mine.parties.push({ ...clone(s.mine.parties[0]), agent: BEN, attempt: 89, role: "consult", state, hearing: "all" });
};

// By name: how the view is changed from the quiet one. A scene's page is /app/desk, if it does not say otherwise.
export const SCENES = {
	idle: () => {},
	offline: (s) => Object.assign(s.me, { state: "signed_out", signed_in: false, signed_in_to: [] }),
	paused: (s) => Object.assign(s.me, { paused: "Lunch", presence: "DoNotDisturb" }),
	missed: (s) => Object.assign(s.me, { state: "back_off", since: before(5), until: before(-25) }),
	offer: (s) => engage(s, "ringing"),
	asked: (s) => engage(s, "ringing", { asked: true, can_accept: true }),
	elsewhere: (s) => (engage(s, "ringing", { asked: true, can_accept: true }), (s.path = "/app/desk/history")),
	call: (s) => engage(s, "talking"),
	held: (s) => (engage(s, "talking"), (s.mine.held = true), (s.mine.recording = "paused")),
	consult: (s) => (engage(s, "talking"), asks(s, "talking", true)),
	together: (s) => (engage(s, "talking"), asks(s, "talking", false), (s.mine.recording = "on")),
	wrap_up: (s) => Object.assign(s.me, { state: "wrap_up", since: before(15), until: before(-45), wrap_up_contact: 12, wrap_up_queue: "Sales" }),
	empty: (s) => (Object.assign(s.me, { serves: [], signed_in_to: [] }), (s.v.contacts = []), (s.v.voicemails = [])),
	stranger: (s) => (s.v.me.agent = null),
	whom: (s) => (SCENES.call(s), (s.opens = { keys: ["t"], shows: "dialog .whom" })),
	keys: (s) => (SCENES.call(s), (s.opens = { keys: ["?"], shows: "dialog .keys" })),
	tab_queues: (s) => (s.opens = { clicks: [".tabs button:nth-child(2)"], shows: ".desk[data-tab=queues] .queues" }),
	tab_messages: (s) => (s.opens = { clicks: [".tabs button:nth-child(3)"], shows: ".desk[data-tab=messages] .messages" }),
	tab_caller: (s) => (SCENES.call(s), (s.opens = { clicks: [".tabs button:nth-child(4)"], shows: ".desk[data-tab=caller] .context" })),
	no_role: (s) => (s.refuses = 403),
	no_token: (s) => (s.refuses = 401),
	down: (s) => (s.refuses = 503),
	history: (s) => (s.path = "/app/desk/history"),
	contact: (s) => (s.path = "/app/desk/contact/12"),
};

const WHOLE = ["idle", "asked", "call", "wrap_up", "history", "contact"];

export function scene(name) {
	const s = base();
	SCENES[name](s);
	return { path: s.path ?? "/app/desk", whole: WHOLE.includes(name), ...(s.refuses && { refuses: s.refuses }), ...s.opens, view: s.v, gets: { "/api/v1/contacts?": ROWS, "/api/v1/contacts/12": STORY } };
}

export const deskScenes = () => Object.fromEntries(Object.keys(SCENES).map((name) => [name, scene(name)]));
