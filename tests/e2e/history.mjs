#!/usr/bin/env node
// What is asked of the past: calls come and go, and then reports, contacts with their stories, notes, and why somebody
// waited tell it as it was; each to whom it may be told.
import { execFileSync } from "node:child_process";
import { agent, done, House, MAIN, ok, same } from "./house.mjs";
import { shapes } from "./shapes.mjs";

const NAMES = ["", "ada", "ben", "cleo"];
const caller = (n, more) => ({ name: `c${n}`, number: `+49305550100${n}`, to: MAIN, patience_s: 0, talk_s: 2, speech: "Hello.", ...more });
const house = await new House("history", {
	callers: [
		caller(1, { at_s: 0 }),
		caller(2, { at_s: 0.5, patience_s: 3 }),
		caller(3, { at_s: 4, number: "+493055501001" }),
	],
	agents: [1, 2, 3].map((n) => ({ user: agent(n), name: NAMES[n], behaviour: "answers", answers_after_s: 0.3, talk_s: 4, speech: "Yes." })),
}, (config) => {
	config.flows = { welcome: [{ queue: "sales" }] };
	config.entries = [{ application_instance: MAIN, flow: "welcome" }];
	config.queues = { sales: { wrap_up_seconds: 1, wait_seconds_max: 0, service_level_seconds: 20, short_abandon_seconds: 0, supervisors: [agent(3)] } };
	config.agents = [1, 2, 3].map((n) => ({ user: agent(n), name: NAMES[n], signed_in: n === 1, supervisor: n === 3, queues: ["sales"] }));
	config.reports = { time_zone: "Europe/Berlin" };
}).open();
const shapesAre = await shapes(house);

const tokenOf = async (n, roles) => (await house.control("POST", "/sim/token", { user: agent(n), name: NAMES[n], roles, scp: "access_as_user", preferred_username: `${NAMES[n]}@contoso.example` })).json.access_token;
const ask = async (method, path, token, body, headers = {}) => {
	for (let tries = 0; ; tries++) {
		const r = await house.ask(house.port, method, path, { headers: { ...headers, Authorization: `Bearer ${token}` }, body: body && JSON.stringify(body) });
		if (r.status !== 503 || tries === 200) return { status: r.status, headers: r.headers, text: r.body.toString(), get json() { return JSON.parse(this.text); } };
	}
};
const [ada, ben, boss] = [await tokenOf(1, ["Agent"]), await tokenOf(2, ["Agent"]), await tokenOf(3, ["Supervisor"])];
const other = await tokenOf(4, ["Supervisor"]); // of no queue here
const get = (path, token = boss) => ask("GET", `/api/v1/${path}`, token);

await house.start();

// ---- while it goes on: who waits, and why
let why;
for (const end = Date.now() + 20000; Date.now() < end;) {
	why = await get("explain?contact=2");
	if (why.status === 200 && why.json.agents.some((a) => a.why === "talking")) break;
}
const hers = why.json.agents?.find((a) => a.name === "ada");
ok(hers?.why === "talking" && /is with contact 1 since .* contact 1 of sales is before contact 2/.test(hers.text), "a caller waits: Ada talks, with whom and why with that one", why.text);
same(why.json.agents?.find((a) => a.name === "ben")?.why, "signed_out", "Ben is not signed in");
same((await get("explain?agent=ada")).json.contacts?.map((c) => [c.contact, c.queue]), [[2, "sales"]], "and of Ada: who waits for her");
same((await get("explain?contact=2", ada)).status, 403, "which is for supervisors");
same((await get("explain?contact=2", other)).status, 404, "of that queue");
same((await get("explain?agent=ada", other)).json.contacts, [], "who sees none of Ada's callers");

await house.idle();
await house.quiet();

// ---- contacts
const list = (await get("contacts")).json;
same(list.contacts.map((c) => [c.contact, c.outcome, c.agent, c.queue]), [[3, "handled", "ada", "sales"], [2, "abandoned_in_queue", null, "sales"], [1, "handled", "ada", "sales"]], "contacts, the newest first");
ok(list.contacts.every((c) => /^\+4\**\d\d$/.test(c.caller ?? "") || c.caller.includes("***")) && !JSON.stringify(list).includes("30555010"), "callers are masked", list);
const first = (await get("contacts?limit=2")).json;
same((await get(`contacts?limit=2&cursor=${first.next}`)).json.contacts.map((c) => c.contact), [1], "the next page begins after the last one");
same((await get("contacts?digits=1002")).json.contacts.map((c) => c.contact), [2], "by the last digits of a number");
same((await get("contacts?outcome=handled&agent=ada&queue=sales")).json.contacts.map((c) => c.contact), [3, 1], "by outcome, agent and queue");
same((await get("contacts", ada)).json.contacts.map((c) => c.contact), [3, 1], "an agent sees those she spoke with");
same((await get("contacts", ben)).json.contacts, [], "and no others");
same((await get("contacts", other)).json.contacts, [], "nor does another queue's supervisor");
same((await get("contacts/1", other)).status, 404, "to whom it is not there");
same((await get("contacts?outcome=lost")).json.error?.target, "outcome", "what is unknown is named");
same((await get("contacts?cursor=-1")).json.error?.target, "cursor", "and what is no number");

const story = (await get("contacts/1")).json;
const texts = story.story.map((m) => m.text);
const order = ["called", "was answered", "came into sales", "is offered to ada", "talks with ada", "is over: handled"];
ok(order.every((t, i) => texts.findIndex((x) => x.startsWith(t)) > (i ? texts.findIndex((x) => x.startsWith(order[i - 1])) : -1)), "the story in sentences, in order", texts);
same((await get("contacts/3")).json.earlier.map((c) => c.contact), [1], "earlier contacts of the same caller");
same((await get("contacts/1", ben)).status, 404, "not hers: not there");
same((await get("contacts/77")).status, 404, "none of that number");

// ---- any second that was
const second = async (at) => (await get(`past?at=${encodeURIComponent(at)}`)).json;
const talks = story.story.find((m) => m.what === "connected").at;
const was = await second(talks);
same([was.agents.find((a) => a.name === "ada").state, was.queues[0].waiting, was.contacts.find((c) => c.contact === 1)?.phase], ["talking", 0, "talking"], "as it was when Ada began to talk");
same([(await second(story.offered_at)).contacts.map((c) => [c.contact, c.phase])], [[[1, "arriving"]]], "and when the call came");
same((await get("past?at=2020-01-01T00:00:00Z")).status, 404, "not before there was anything");
same((await get("past?at=yesterday")).status, 400, "nor at what is no time");
same(Object.keys(was).sort(), Object.keys((await get("view")).json).sort(), "in the view's shape");

const called = (v) => v.agents.map((a) => a.username);
same([called((await get("view")).json), called(was)], [["ada@contoso.example", "ben@contoso.example", "cleo@contoso.example"], [null, null, null]], "who has been here can be called in Teams; of what was, nobody");

// ---- notes
const note = { text: "wants <b>two</b> of \"them\"" };
const written = await ask("POST", "/api/v1/contacts/1/notes", ada, note);
same(written.status, 201, "an agent writes a note");
same((await get("contacts/1", ada)).json.notes.map((n) => [n.text, n.author, n.editable]), [[note.text, "ada", true]], "and finds it word by word");
same((await get("contacts/1")).json.notes.map((n) => n.editable), [false], "others may not edit it");
same((await ask("POST", `/api/v1/contacts/1/notes/${written.json.note}`, ada, { text: "wants three" })).status, 200, "she may");
same((await ask("POST", `/api/v1/contacts/1/notes/${written.json.note}`, boss, { text: "no" })).status, 404, "a supervisor may not");
same((await get("contacts/1", ada)).json.notes.map((n) => [n.text, n.edited_at !== null]), [["wants three", true]], "edited, and said so");
const key = { "Idempotency-Key": "lost" }, last = { text: "calls again" };
const sent = [await ask("POST", "/api/v1/contacts/3/notes", ada, last, key), await ask("POST", "/api/v1/contacts/3/notes", ada, last, key)];
same([sent[0].status, sent[1].json, (await get("contacts/3", ada)).json.notes.length], [201, sent[0].json, 1], "a note whose answer was lost is sent again under its key, and is there once");
same((await ask("POST", "/api/v1/contacts/1/notes", ada, last, key)).status, 422, "another contact's under that key is not taken");
same([(await ask("POST", "/api/v1/contacts/77/notes", ada, last, { "Idempotency-Key": "none" })).status, (await ask("POST", "/api/v1/contacts/77/notes", ada, last, { "Idempotency-Key": "none" })).status],
	[404, 404], "and what was refused was not done");
same((await ask("POST", "/api/v1/contacts/1/notes", ben, note)).status, 404, "nobody writes on what she may not see");
same((await ask("POST", "/api/v1/contacts/1/notes", other, note)).status, 404, "nor another's supervisor");
same((await ask("POST", "/api/v1/contacts/1/notes/abc", ada, note)).status, 404, "what is no note's number makes none");
same((await get("contacts/1", ada)).json.notes.length, 1, "and there is still one");
same((await ask("POST", "/api/v1/contacts/1/notes", ada, { text: "x".repeat(4001) })).status, 400, "a note has a limit");

// ---- reports
const report = (await get("reports?step=15min")).json, sales = report.rows.find((r) => r.key === "sales");
same([sales.offered, sales.handled, sales.abandoned, sales.abandoned_short, sales.otherwise], [3, 2, 1, 0, 0], "a report counts them");
same(sales.service_level, 0.667, "the service level: two of three");
ok(sales.asa_ms > 0 && sales.aht_ms >= 1000 && sales.longest_wait_ms >= 1500 && sales.occupancy > 0 && sales.occupancy < 1, "waits, handling and occupancy", sales);
same([report.time_zone, report.per_agent], ["Europe/Berlin", false], "with its time zone");
same((await get("reports?by=agent")).status, 403, "by agent only where the configuration says so");
same((await get("reports?by=journey")).json.rows.map((r) => [r.key, r.contacts]), [["sales", 3]], "journeys");
same((await get("reports?by=flow")).json.rows.map((r) => [r.key, r.contacts, r.to_queue]), [["welcome", 3, 3]], "flows");
same((await get("reports", ada)).status, 403, "reports are for supervisors");
same((await get("reports?agent=ada")).json.error?.target, "agent", "an agent's figures are not had by another way");
same((await get("reports", other)).json.rows, [], "a supervisor counts her own queues");
same((await get("reports?by=flow", other)).status, 403, "and no flow, which is no queue's");
same((await get("reports?step=7min")).json.error?.target, "step", "steps are what they are");
same((await get("reports?from=2020-01-01T00:00:00Z&step=15min")).json.error?.target, "step", "no more intervals than may be");
const csv = await get("reports?step=day&format=csv");
ok(csv.headers["content-type"].startsWith("text/csv") && csv.text.startsWith("queue,from,to,offered,handled,") && csv.text.split("\r\n")[1].startsWith("\"sales\","), "as CSV", csv.text);

// ---- the same after a restart, and out of a file that is made anew
await house.stopFoyer();
execFileSync("sh", ["-c", `rm ${house.dir}/foyer.sqlite-history*`]);
await house.startFoyer();
const strip = (r) => ({ ...r, aht_ms: 0, occupancy: 0, intervals: 0 }); // which go on growing;
same(strip((await get("reports?step=15min")).json.rows.find((r) => r.key === "sales")), strip(sales), "made anew, it says the same");
same((await get("contacts/1")).json.story, story.story, "and tells the same story");

shapesAre("POST /api/v1/contacts/{contact}/notes", "POST /api/v1/contacts/{contact}/notes/{note}");
same(await house.close(), 0, "the service ends");
done();
