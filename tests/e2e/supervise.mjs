#!/usr/bin/env node
// Consultation with a warm transfer, and supervision, where Graph carries the audio: what was asked of Graph makes each
// hear whom he should, by the local Graph's own account.
import { agent, done, House, MAIN, ok, same } from "./house.mjs";

const NAMES = ["", "ada", "ben", "cleo"];
const house = await new House("supervise", {
	agents: [1, 2, 3].map((n) => ({ user: agent(n), name: NAMES[n], behaviour: "answers", answers_after_s: 0.3, talk_s: 600, speech: "Yes." })),
}, (config) => {
	config.flows.welcome = [{ queue: "sales" }];
	config.queues = { sales: { wrap_up_seconds: 1 } };
	config.agents = [1, 2, 3].map((n) => ({ user: agent(n), name: NAMES[n], signed_in: n === 1, supervisor: n === 3, queues: ["sales"] }));
}).open();
const tokenOf = async (n, role) => (await house.control("POST", "/sim/token", { user: agent(n), name: NAMES[n], roles: [role], scp: "access_as_user" })).json.access_token;
const [ada, cleo] = [await tokenOf(1, "Agent"), await tokenOf(3, "Supervisor")];
const say = async (token, command) => {
	for (let tries = 0; ; tries++) {
		const r = await house.ask(house.port, "POST", "/api/v1/commands", { headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(command) });
		if (r.status !== 503 || tries === 200) return { status: r.status, json: JSON.parse(r.body) };
	}
};
const does = async (name, token, command) => {
	const r = await say(token, command);
	if (r.status !== 200) ok(false, name, r);
};
const hearing = async () => Object.fromEntries(Object.entries((await house.books()).calls.find((c) => c.caller === "anna")?.hears ?? {}).map(([who, whom]) => [who, whom.filter((w) => w !== "bot").sort().join(" ")]).sort());
// Until each hears whom he should: an object of names, sorted.
const hear = async (name, want, seconds = 20) => {
	let got;
	for (const end = Date.now() + seconds * 1000; ;) {
		got = await hearing();
		if (JSON.stringify(got) === JSON.stringify(want)) return ok(true, name);
		if (Date.now() > end) return ok(false, name, { got, want });
		await new Promise((yes) => setImmediate(yes));
	}
};

await house.start();
await house.control("POST", "/sim/calls", { name: "anna", number: "+4930555010001", to: MAIN, patience_s: 60, talk_s: 600, speech: "Hello." });
await hear("anna and Ada talk", { ada: "anna", anna: "ada" });
const contact = 1;

// ---- supervision
await does("listen", cleo, { command: "supervise", contact, hearing: "listen" });
await hear("who listens hears both, and neither hears her", { ada: "anna", anna: "ada", cleo: "ada anna" });
await does("whisper", cleo, { command: "supervise", contact, hearing: "whisper" });
await hear("a whisper is heard by the agent alone", { ada: "anna cleo", anna: "ada", cleo: "ada anna" });
await does("barge", cleo, { command: "supervise", contact, hearing: "barge" });
await hear("who barges in is heard by both", { ada: "anna cleo", anna: "ada cleo", cleo: "ada anna" });
await does("listen", cleo, { command: "supervise", contact, hearing: "listen" });
await hear("and is silent again", { ada: "anna", anna: "ada", cleo: "ada anna" });
await does("leave", cleo, { command: "supervise", contact, hearing: "leave" });
await hear("and gone", { ada: "anna", anna: "ada" });

// ---- hold, consultation, conference, warm transfer
await does("hold", ada, { command: "hold", contact });
await hear("who is on hold hears music, and is not heard", { ada: "", anna: "music" });
await does("unhold", ada, { command: "unhold", contact });
await hear("and is back", { ada: "anna", anna: "ada" });
await does("consult", ada, { command: "consult", contact, to: agent(2) });
await hear("the two agents talk while the caller hears music", { ada: "ben", anna: "music", ben: "ada" });
await does("conference", ada, { command: "conference", contact });
await hear("then all three", { ada: "anna ben", anna: "ada ben", ben: "ada anna" });
await does("complete", ada, { command: "complete", contact });
await hear("and at last the caller and whom Ada asked", { anna: "ben", ben: "anna" });

// ---- the supervisor takes over from him
await does("listen", cleo, { command: "supervise", contact, hearing: "listen" });
await hear("a supervisor listens to them", { anna: "ben", ben: "anna", cleo: "anna ben" });
await does("take over", cleo, { command: "take-over", contact });
await hear("and has the call alone", { anna: "cleo", cleo: "anna" });

const before = await house.books();
same(before.refused.filter((r) => r.status !== 404), [], "Graph refused nothing");
await house.control("POST", "/sim/stop");
await house.quiet();
const [record] = house.contacts();
same([record.outcome, record.agent_name], ["handled", "cleo"], "one contact, handled");
ok(record.held_ms > 0, "its time on hold is in the record", record);
same(await house.close(), 0, "the service ends well");
done();
