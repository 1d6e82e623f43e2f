#!/usr/bin/env node
// People command the centre over HTTP: who may say what of whom, what is wrong and what would be right, and every
// command once, answered with its place in the journal when it is done, or with why it is not.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { agent, done, House, MAIN, ok, same } from "./house.mjs";
import { shapes } from "./shapes.mjs";

const OTHER = "99999999-0000-4000-8000-000000000009", CUSTOMER = "aaaaaaaa-0000-4000-8000-000000000011";
const NAMES = ["", "ada", "ben", "cleo", "olga"];
const caller = (n, more) => ({ name: `c${n}`, number: `+493055501000${n}`, to: MAIN, patience_s: 0, talk_s: 600, speech: "Hello.", ...more });
const house = await new House("commands", {
	tenants: [OTHER],
	application_instances: [{ id: MAIN, name: "Main" }, { id: CUSTOMER, name: "Customer", tenant: OTHER }],
	agents: [1, 2, 3, 4].map((n) => ({ user: agent(n), name: NAMES[n], ...(n === 4 && { tenant: OTHER }), behaviour: "answers", answers_after_s: 0.3, talk_s: 600, speech: "Yes." })),
}, (config) => {
	config.bots[0].tenants = [OTHER];
	config.flows = { welcome: [{ queue: "sales" }], there: [{ queue: "theirs" }] };
	config.entries = [{ application_instance: MAIN, flow: "welcome" }, { application_instance: CUSTOMER, tenant: OTHER, flow: "there" }];
	config.queues = { sales: { wrap_up_seconds: 60, wrap_up_more_seconds: 60, wait_seconds_max: 0 }, support: { wrap_up_seconds: 60, wait_seconds_max: 0 }, theirs: { tenant: OTHER } };
	config.agents = [1, 2, 3, 4].map((n) => ({ user: agent(n), name: NAMES[n], signed_in: n === 4, supervisor: n === 3, ...(n === 4 && { tenant: OTHER }), queues: n === 4 ? ["theirs"] : ["sales", "support"] }));
	config.pause_reasons = ["lunch", "training"];
	config.wrap_up_codes = ["sold", "not sold"];
	config.endpoints.entra_openid = config.endpoints.entra_openid.replace(/7d0f6a52[^/]*/, "organizations");
}).open();
const shapesAre = await shapes(house);

const tokenOf = async (n, roles, tenant) => (await house.control("POST", "/sim/token", { user: agent(n), name: NAMES[n], roles, scp: "access_as_user", ...(tenant && { tenant }) })).json.access_token;
const ask = async (method, path, token, body, headers = {}) => {
	for (let tries = 0; ; tries++) {
		const r = await house.ask(house.port, method, path, { headers: { ...(token && { Authorization: `Bearer ${token}` }), ...headers }, body });
		if (r.status !== 503 || tries === 200) return { status: r.status, json: r.body.length && String(r.headers["content-type"]).includes("json") ? JSON.parse(r.body) : null };
	}
};
const say = (token, command) => ask("POST", "/api/v1/commands", token, typeof command === "string" ? command : JSON.stringify(command));
const [ada, ben, cleo, boss] = [await tokenOf(1, ["Agent"]), await tokenOf(2, ["Agent"]), await tokenOf(3, ["Supervisor"]), await tokenOf(3, ["Admin"])];
const olga = await tokenOf(4, ["Supervisor"], OTHER);
const board = async (token = cleo) => (await ask("GET", "/api/board", token)).json;
const until = async (what, look, seconds = 20) => {
	for (const end = Date.now() + seconds * 1000; ;) {
		const found = look(await board());
		if (found) return found;
		if (Date.now() > end) return ok(false, `within ${seconds} s: ${what}`, await board()) || {};
		await new Promise((yes) => setImmediate(yes));
	}
};
const stateOf = (b, n) => b.agents.find((a) => a.name === NAMES[n])?.state;
let last = 0, bad = [];
const does = async (name, token, command) => {
	const r = await say(token, command);
	const good = r.status === 200 && r.json.position > last;
	last = r.json?.position ?? last;
	return ok(good, name, r);
};
const fails = async (name, token, command, status, pattern) => {
	const r = await say(token, command);
	return ok(r.status === status && pattern.test(r.json?.error?.message ?? ""), name, r);
};

// ---- what is no command
same((await say(null, { command: "pause" })).status, 403, "without a token, and not from our own page: 403");
same((await say(await tokenOf(1, []), { command: "pause" })).status, 403, "without a role: 403");
await fails("what is not JSON: 400", ada, "{", 400, /want a JSON object/);
await fails("no command: 400, and which there are", ada, {}, 400, /"command" is missing \(have: accept, decline, sign-in, .*recording-resume\)/);
await fails("an unknown one: 400, and which there are", ada, { command: "dance" }, 400, /"command" is unknown \(have: /);
await fails("a member that means nothing there: 400, and which do", ada, { command: "resume", queue: "sales" }, 400, /"queue" is no member of resume \(have: command, agent\)/);
await fails("a reason that is none: 400, and which there are", ada, { command: "pause", reason: "nap" }, 400, /"reason" is unknown \(have: lunch, training\)/);
await fails("an agent who is no GUID: 400", ada, { command: "resume", agent: "Ada" }, 400, /"agent" is not the Entra object id/);
await fails("a queue that is none: 400, and those of the tenant", cleo, { command: "queue-close", queue: "theirs" }, 400, /\(have: sales, support\)/);

// ---- who may say it
await fails("an agent does not command another: 403", ada, { command: "pause", agent: agent(2), reason: "lunch" }, 403, /for supervisors/);
await fails("nor what is for supervisors: 403", ada, { command: "queue-close", queue: "sales" }, 403, /for supervisors/);
await fails("a supervisor does not command another tenant's: 409", cleo, { command: "pause", agent: agent(4), reason: "lunch" }, 409, /no such agent/);
same((await house.ask(house.port, "POST", "/api/v1/commands", { headers: { Cookie: "__Host-sid=x" }, body: "{}" })).status, 403, "a cookie alone, from who knows where: 403");

// ---- agents
await does("an agent signs in", ada, { command: "sign-in" });
same(stateOf(await board(), 1), "idle", "and is free");
await does("pauses", ada, { command: "pause", reason: "lunch" });
await does("resumes", ada, { command: "resume" });
await does("signs out of one queue", ada, { command: "sign-out", queue: "support" });
await does("and into it", ada, { command: "sign-in", queue: "support" });
await does("a supervisor signs another in", cleo, { command: "sign-in", agent: agent(2) });
await does("and herself, in no role but hers", boss, { command: "sign-in" });
await does("and pauses them both", cleo, { command: "pause", agent: agent(2), reason: "training" });
await does("(herself)", cleo, { command: "pause", reason: "training" });
await fails("who does not wrap up is not done with it: 409", ada, { command: "wrap-up-done" }, 409, /does not wrap up/);

// ---- a call
await house.start();
await house.control("POST", "/sim/calls", caller(1));
const c1 = (await until("Ada talks with c1", (b) => stateOf(b, 1) === "talking" && b.contacts.find((c) => c.phase === "talking"))).contact;
await fails("another agent's call is not yours: 403", ben, { command: "hold", contact: c1 }, 403, /not yours/);
await fails("nor is it another tenant's: 409", olga, { command: "hold", contact: c1 }, 409, /no such contact/);
await fails("a call that is not there: 409", cleo, { command: "hold", contact: 99999 }, 409, /no such contact/);
await does("hold", ada, { command: "hold", contact: c1 });
await does("unhold", ada, { command: "unhold", contact: c1 });
await fails("a pause of a recording there is not: 409", ada, { command: "recording-pause", contact: c1 }, 409, /not recorded/);
await fails("nor does one go on: 409", ada, { command: "recording-resume", contact: c1 }, 409, /not recorded/);
await fails("nobody was asked: 409", ada, { command: "conference", contact: c1 }, 409, /nobody was asked/);
await does("ben is back", ben, { command: "resume" });
await does("consult", ada, { command: "consult", contact: c1, to: agent(2) });
await until("Ben talks", (b) => stateOf(b, 2) === "talking");
await does("conference", ada, { command: "conference", contact: c1 });
await does("consult-end", ada, { command: "consult-end", contact: c1 });
await until("Ben is out of it, and wraps up too", (b) => stateOf(b, 2) === "wrap_up");
await does("and is done with it", ben, { command: "wrap-up-done" });
await does("ben comes again", ada, { command: "consult", contact: c1, to: agent(2) });
await until("Ben talks again", (b) => stateOf(b, 2) === "talking");
await does("complete: Ben has the call now", ada, { command: "complete", contact: c1 });
await until("Ada wraps up", (b) => stateOf(b, 1) === "wrap_up");
await does("Ada is free", ada, { command: "wrap-up-done" });
await does("to-agent: and gets it back", ben, { command: "to-agent", contact: c1, to: agent(1) });
await until("Ada talks again", (b) => stateOf(b, 1) === "talking" && stateOf(b, 2) === "wrap_up");
await does("Ben is free", ben, { command: "wrap-up-done" });
await does("supervise: listen", cleo, { command: "supervise", contact: c1, hearing: "listen" });
await until("Cleo is there", (b) => stateOf(b, 3) === "talking");
await does("supervise: whisper", cleo, { command: "supervise", contact: c1, hearing: "whisper" });
await does("supervise: barge", cleo, { command: "supervise", contact: c1, hearing: "barge" });
await does("take-over", cleo, { command: "take-over", contact: c1 });
await does("the first agent wraps up longer", ada, { command: "wrap-up-more" });
await fails("but not twice: 409", ada, { command: "wrap-up-more" }, 409, /more time already/);
await does("says what came of it", ada, { command: "wrap-up-code", contact: c1, code: "sold" });
await does("and is done", ada, { command: "wrap-up-done" });
await does("to-agent", cleo, { command: "to-agent", contact: c1, to: agent(1) });
await until("Ada has the call again", (b) => stateOf(b, 1) === "talking");
await does("to-queue", ada, { command: "to-queue", contact: c1, queue: "support" });

// ---- who waits
await does("ben has lunch", ben, { command: "pause", reason: "lunch" });
await until("c1 waits in support, or talks again", (b) => b.contacts.find((c) => c.contact === c1 && c.queue === "support"));
await house.control("POST", "/sim/calls", caller(2));
const c2 = (await until("c2 is there", (b) => b.contacts.find((c) => c.contact !== c1 && ["waiting", "ringing", "talking"].includes(c.phase)))).contact;
await does("queue-close", cleo, { command: "queue-close", queue: "support" });
await does("queue-open", cleo, { command: "queue-open", queue: "support" });
await does("announce in one queue", cleo, { command: "announce", queue: "sales", prompt: "greeting" });
await does("and no more", cleo, { command: "announce", queue: "sales" });
await fails("in all queues only who has all of them: 400", cleo, { command: "announce", prompt: "greeting" }, 400, /"queue" is missing/);
const waits = (b, c) => b.contacts.find((k) => k.contact === c && k.phase === "waiting");
if (waits(await board(), c2)) {
	await fails("a priority from 1 to 5: 400", cleo, { command: "priority", contact: c2, priority: 6 }, 400, /1 \(very high\) to 5/);
	await does("priority", cleo, { command: "priority", contact: c2, priority: 1 });
	await fails("who is paused picks a call still", ben, { command: "pick", contact: c2, agent: agent(1) }, 403, /for supervisors/);
	await does("pick: assigned by a supervisor", cleo, { command: "pick", contact: c2, agent: agent(2) });
	await until("Ben has it", (b) => b.contacts.find((c) => c.contact === c2 && c.phase === "talking") && stateOf(b, 2) === "talking");
	await house.control("POST", "/sim/calls", caller(3));
	const c3 = (await until("c3 waits", (b) => b.contacts.find((c) => ![c1, c2].includes(c.contact) && c.phase === "waiting"))).contact;
	await does("release", cleo, { command: "release", contact: c3 });
	await until("c3 is gone", (b) => !b.contacts.some((c) => c.contact === c3 && c.phase === "waiting"));
} else ok(false, "c2 waits", await board());

const rows = JSON.parse(execFileSync("sqlite3", ["-json", "-cmd", ".timeout 5000", join(house.dir, "foyer.sqlite"), "select max(seq) as n from journal"], { encoding: "utf8" }));
ok(rows[0].n >= last, "every position is in the journal");
ok(/command by=bbbbbbbb-0000-4000-8000-000000000001 pause agent=\d+ reason=1 ref=bbbbbbbb-0000-4000-8000-000000000001/.test(house.foyerLog()), "the log says who commanded what", house.foyerLog().match(/command .*/g)?.slice(0, 3));
shapesAre("POST /api/v1/commands");
same(await house.close(), 0, "the service ends well");
done();
