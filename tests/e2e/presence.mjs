#!/usr/bin/env node
// Presence, with the real programs: who is busy in Teams is passed over, who comes back is offered the caller at once,
// Teams is told who is in a call of ours, and a tenant that gives no permission loses nothing but that.
import { agent, done, House, MAIN, ok, same } from "./house.mjs";

const caller = (name, n, more = {}) => ({ name, number: `+493055501000${n}`, to: MAIN, patience_s: 60, talk_s: 2, ...more });
const person = (n, name, presence) => ({ user: agent(n), name, presence, behaviour: "answers", answers_after_s: 0.3, talk_s: 60 });
const people = (change) => (config) => {
	config.flows.welcome = [{ queue: "sales" }];
	config.queues.sales = { wrap_up_seconds: 0.5, ring_seconds: 10, short_abandon_seconds: 0 };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }, { user: agent(2), name: "Ben", queues: ["sales"] }];
	config.presence = { waiting_seconds: 0.3, seldom_seconds: 1, ...change };
};
const until = async (what, look, seconds = 20) => {
	for (const end = Date.now() + seconds * 1000; ;) {
		const found = await look();
		if (found) return found;
		if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
		await new Promise((yes) => setImmediate(yes));
	}
};

// ---- Ada does not want to be disturbed

const house = await new House("presence", { callers: [], agents: [person(1, "ada", "DoNotDisturb"), person(2, "ben", "Available")] },
	people({ set: true })).open();
const { access_token: token } = (await house.control("POST", "/sim/token", { user: agent(1), name: "Ada", roles: ["Supervisor"], scp: "access_as_user" })).json;
const board = async () => {
	const r = await house.ask(house.port, "GET", "/api/board", { headers: { Authorization: `Bearer ${token}` } });
	return r.status === 200 ? JSON.parse(r.body) : null; // 503 while the keys of people's tokens are fetched
};
const shown = async () => (await board())?.agents.map((a) => a.presence);
const becomes = (n, availability) => house.control("POST", "/sim/presence", { user: agent(n), availability });
const call = (name, n, more) => house.control("POST", "/sim/calls", caller(name, n, more));
const states = async () => (await board())?.agents.map((a) => a.state);
const sessions = async (n) => (await house.books()).presence.find((p) => p.user === agent(n)).sessions;

same(await until("both presences", async () => {
	const now = await shown();
	return now?.every((p) => p !== "PresenceUnknown") && now;
}), ["DoNotDisturb", "Available"], "the board shows what Graph says, before the first call");

await house.start();
await call("anna", 1);
await until("Ben talks", async () => (await states())?.[1] === "talking");
const [session] = await until("a session for Ben", async () => {
	const now = await sessions(2);
	return now.length > 0 && now;
});
same([session.sessionId, session.availability, session.activity], [house.config.bots[0].app_id, "Busy", "InACall"],
	"Teams is told that Ben is in a call, by the application's own session");
same(await sessions(1), [], "and nothing about Ada");

// ---- both are elsewhere, and one comes back

await becomes(2, "Busy"); // in a meeting of his own, while he talks with anna
await until("Ben's session cleared", async () => (await sessions(2)).length === 0);
ok(true, "the session is gone after wrap-up");
await until("Ben idle, and seen busy", async () => {
	const ben = (await board())?.agents[1];
	return ben?.state === "idle" && ben.presence === "Busy";
});
ok(true, "who was in our call is asked about at once, and is busy elsewhere");
await call("bert", 2, { patience_s: 0 });
await until("bert waits", async () => (await board())?.queues[0].waiting === 1);
same(await states(), ["idle", "idle"], "with both elsewhere the caller waits");
await becomes(1, "Available");
const from = Date.now();
await until("Ada talks with bert", async () => (await states())?.[0] === "talking");
ok(Date.now() - from < 3000, "who comes back is offered the caller at once", `${Date.now() - from} ms`);
await house.idle();
await house.quiet();
const books = await house.books();
same(await house.close(), 0, "the service ends with status 0");

const of = Object.fromEntries(house.contacts().map((c) => [c.number, c]));
same([of["+4930555010001"]?.agent_name, of["+4930555010001"]?.n_offers], ["Ben", 1], "Ada, who would have been next, was not offered the first call");
same([of["+4930555010002"]?.agent_name, of["+4930555010002"]?.n_offers], ["Ada", 1], "and nobody who was busy the second");
same(books.surprises, [], "Graph was surprised by nothing");
same(books.refused.filter((r) => r.verb !== "DELETE"), [], "and refused nothing but hang-ups of calls that were over");
ok(!/(warn|error) +presence /.test(house.foyerLog()), "presence has nothing to complain of");

// ---- a tenant that has not given the permissions

const poor = await new House("presence_denied", {
	callers: [caller("carl", 3, { at_s: 0 })], agents: [person(1, "ada", "DoNotDisturb"), person(2, "ben", "DoNotDisturb")],
	roles: ["Calls.AccessMedia.All", "Calls.Initiate.All", "Calls.InitiateGroupCall.All", "Calls.JoinGroupCall.All", "Calls.JoinGroupCallAsGuest.All"],
}, people({ set: true })).open();
await poor.start();
await poor.idle();
await poor.quiet();
same(await poor.close(), 0, "without the permissions the service goes on and ends with status 0");
same(poor.contacts().map((c) => [c.outcome, c.n_offers]), [["handled", 1]], "its caller is served");
const lines = poor.foyerLog().split("\n").filter((l) => / presence /.test(l));
same([lines.filter((l) => l.includes("Presence.Read.All")).length, lines.filter((l) => l.includes("Presence.ReadWrite.All")).length, lines.length],
	[1, 1, 2], "one line names each of the missing permissions, and no more is said");
done();
