#!/usr/bin/env node
// The view and its events: an agent, a supervisor, an admin and somebody of another tenant listen at once while a caller
// comes, is rung for, talks and goes. Each sees hers alone; what a stream leads to is the view; who is cut off comes again
// and has missed nothing and heard nothing twice; who does not read is let go, and nobody else notices.
import { agent, done, House, MAIN, ok, same } from "./house.mjs";
import { applied, Stream } from "./stream.mjs";

const OTHER = "99999999-0000-4000-8000-000000000009", CUSTOMER = "aaaaaaaa-0000-4000-8000-000000000011";
const NAMES = ["", "ada", "ben", "cleo", "olga"];
const house = await new House("events", {
	tenants: [OTHER],
	application_instances: [{ id: MAIN, name: "Main" }, { id: CUSTOMER, name: "Customer", tenant: OTHER }],
	agents: [1, 2, 3, 4].map((n) => ({ user: agent(n), name: NAMES[n], ...(n === 4 && { tenant: OTHER }), behaviour: "answers", answers_after_s: 0.3, talk_s: 600, speech: "Yes." })),
}, (config) => {
	config.bots[0].tenants = [OTHER];
	config.flows = { welcome: [{ menu: { prompt: "menu", keys: { 1: "sales", 2: "support" } } }], there: [{ queue: "theirs" }] };
	config.flows.welcome = [{ menu: { 1: "sales", 2: "support" } }];
	config.entries = [{ application_instance: MAIN, flow: "welcome" }, { application_instance: CUSTOMER, tenant: OTHER, flow: "there" }];
	config.queues = { sales: { wrap_up_seconds: 60, wait_seconds_max: 0 }, support: { wrap_up_seconds: 60, wait_seconds_max: 0 }, theirs: { tenant: OTHER } };
	config.agents = [1, 2, 3, 4].map((n) => ({ user: agent(n), name: NAMES[n], signed_in: n === 4, supervisor: n === 3, ...(n === 4 && { tenant: OTHER }), queues: n === 4 ? ["theirs"] : n === 2 ? ["support"] : ["sales"] }));
	config.pause_reasons = ["lunch"];
	config.endpoints.entra_openid = config.endpoints.entra_openid.replace(/7d0f6a52[^/]*/, "organizations");
}).open();

const tokenOf = async (n, roles, more) => (await house.control("POST", "/sim/token", { user: agent(n), name: NAMES[n], roles, scp: "access_as_user", ...more })).json.access_token;
const ask = async (method, path, token, body) => {
	for (let tries = 0; ; tries++) {
		const r = await house.ask(house.port, method, path, { headers: { Authorization: `Bearer ${token}` }, body: body && JSON.stringify(body) });
		if (r.status !== 503 || tries === 200) return { status: r.status, json: r.body.length ? JSON.parse(r.body) : null };
	}
};
const say = (token, command) => ask("POST", "/api/v1/commands", token, command);
const [ada, ben, cleo, boss] = [await tokenOf(1, ["Agent"]), await tokenOf(2, ["Agent"]), await tokenOf(3, ["Supervisor"]), await tokenOf(3, ["Admin"])];
const olga = await tokenOf(4, ["Agent"], { tenant: OTHER });
const listen = (token, last) => new Stream(house, token, last).began;

// ---- the view
const view = (await ask("GET", "/api/v1/view", ada)).json;
same([view.me.agent, view.me.roles, view.queues.map((q) => q.queue), view.agents.map((a) => a.name)], [agent(1), ["Agent"], ["sales"], ["ada", "cleo"]], "an agent sees herself, her queues and who serves them too");
same([view.agents[0].detail, "handled" in view.agents[0], view.agents[1].detail, "handled" in view.agents[1]], [true, true, false, false], "herself whole, others in short");
same((await ask("GET", "/api/v1/view", boss)).json.queues.map((q) => q.queue), ["sales", "support"], "an admin sees all of the tenant");
same((await ask("GET", "/api/v1/view", olga)).json.queues.map((q) => q.queue), ["theirs"], "and another tenant's people theirs");

// ---- a call, and who hears of it
const streams = { ada: await listen(ada), ben: await listen(ben), cleo: await listen(cleo), boss: await listen(boss), olga: await listen(olga) };
for (const s of Object.values(streams)) await s.until((e) => e.event === "snapshot");
ok(Object.values(streams).every((s) => s.events[0]?.event === "snapshot" && s.events[0].id === s.events[0].data.position), "everybody begins with the view, and its position");
const signed = await say(ada, { command: "sign-in" });
const told = await streams.ada.until((e) => e.event === "agent" && e.data.state === "idle");
same([signed.status, told?.data.agent, streams.ada.id], [200, agent(1), signed.json.position], "what came of a command has the command's position for its id");
await house.start();
await house.control("POST", "/sim/calls", { name: "anna", number: "+4930555010001", to: MAIN, press: [{ after_s: 0.5, digit: "1" }], patience_s: 0, talk_s: 600, speech: "Hello." });
const ringing = await streams.ada.until((e) => e.event === "contact" && e.data.phase === "ringing" && e.data.detail);
const contact = ringing?.data.contact;
same([ringing?.data.queue, ringing?.data.keys, ringing?.data.entry, ringing?.data.caller, ringing?.data.parties[0]?.agent], ["sales", "1", "welcome", "+49 30 ***001", agent(1)], "who is rung for it sees the caller masked, and what she chose");
const talking = await streams.ada.until((e) => e.event === "contact" && e.data.phase === "talking");
ok(talking?.data.connected_at && talking.data.agent === agent(1), "and that they talk");
await streams.boss.until((e) => e.event === "contact" && e.data.phase === "talking");
ok(!streams.ben.events.some((e) => /contact/.test(e.event) || e.data.queue === "sales"), "an agent of another queue hears nothing of it", streams.ben.events);
ok(!streams.olga.events.some((e) => e.event !== "snapshot"), "nor does anybody of another tenant", streams.olga.events);
ok(streams.boss.events.some((e) => e.event === "contact" && e.data.phase === "flow") && !streams.ada.events.some((e) => e.event === "contact" && e.data.phase === "flow"), "who sees all saw her in the menu, agents did not");
ok(!Object.values(streams).some((s) => JSON.stringify(s.events).includes("30555010001")), "nobody's number is in any of it");

// ---- two callers: the second waits for everybody in the queue
await house.control("POST", "/sim/calls", { name: "bert", number: "+4930555010002", to: MAIN, press: [{ after_s: 0.5, digit: "1" }], patience_s: 0, talk_s: 600, speech: "Hello." });
const waiting = await streams.ada.until((e) => e.event === "contact" && e.data.phase === "waiting" && e.data.contact !== contact);
same([waiting?.data.detail, "keys" in (waiting?.data ?? {}), typeof waiting?.data.rank], [false, false, "string"], "who waits in her queue is seen in short, with a rank");

// ---- the same, cut off every few events: nothing lost, nothing twice
const whole = streams.cleo, pieces = [];
let piece = await listen(cleo, whole.events[0].id);
const commands = [["hold", ada], ["unhold", ada], ["hold", ada], ["unhold", ada]];
for (const [command, who] of commands) {
	const { json } = await say(who, { command, contact });
	await piece.until((e) => e.id >= json.position);
	piece.cut();
	pieces.push(...piece.events);
	const last = piece.id;
	await say(cleo, { command: "priority", contact: waiting.data.contact, priority: 1 + (pieces.length % 5) });
	piece = await listen(cleo, last);
}
const end = await say(cleo, { command: "queue-close", queue: "sales" });
await Promise.all([piece.until((e) => e.id >= end.json.position), whole.until((e) => e.id >= end.json.position)]);
pieces.push(...piece.events);
same(pieces, whole.events.slice(1), "who is cut off again and again hears what who was not heard, in the same order");
const now = (await ask("GET", "/api/v1/view", cleo)).json;
const led = applied(whole.events);
same([led.queues, led.agents, led.contacts], [now.queues, now.agents, now.contacts], "and what the events lead to is the view");
piece.cut();

// ---- from where the journal has gone on without the stream's memory
const again = await listen(cleo, 1);
same((await again.until(() => true))?.event, "snapshot", "who lacks what is not remembered any more begins with the view");
const future = await listen(cleo, 999999999);
same((await future.until(() => true))?.event, "snapshot", "and so does who comes from a future that never was");
again.cut(), future.cut();

// ---- the token ends
const short = await listen(await tokenOf(1, ["Agent"], { life_s: 2 }));
const word = await short.until((e) => e.event === "end", 40);
same([short.status, word?.data.reason], [200, "token_expired"], "with the token the stream ends, and says so");

// ---- the call is over
await say(cleo, { command: "release", contact: waiting.data.contact });
const released = await streams.cleo.until((e) => e.event === "contact_ended" && e.data.contact === waiting.data.contact);
same(released?.data.outcome, "released", "the end of a contact is told with its outcome");
for (const s of Object.values(streams)) s.cut();
await house.close();
done();
