#!/usr/bin/env node
// The board: for people of the tenant with a role, by the token Teams gives their tab, and for nobody else.
import { agent, done, House, MAIN, ok, same } from "./house.mjs";

const house = await new House("people", {
	callers: [{ name: "anna", number: "+4930555010001", to: MAIN, at_s: 0, press: [{ on: "menu", digit: "1" }], patience_s: 8, talk_s: 4, speech: "Hello." }],
	agents: [{ user: agent(1), name: "ada", behaviour: "no-answer" }],
}, (config) => {
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
}).open();
const tokenOf = async (more) => (await house.control("POST", "/sim/token", { user: agent(1), name: "Ada", roles: ["Supervisor"], scp: "access_as_user", ...more })).json;
const board = async (token) => {
	for (let tries = 0; ; tries++) {
		const r = await house.ask(house.port, "GET", "/api/board", token ? { headers: { Authorization: `Bearer ${token}` } } : {});
		if (r.status !== 503 || tries === 200) return { status: r.status, headers: r.headers, json: r.status === 200 ? JSON.parse(r.body) : null };
	}
};
const text = (t) => (typeof t === "string" ? t : t.token ?? t.access_token);

same((await board()).status, 401, "without a token: 401");
same((await board("e30.e30.e30")).status, 401, "with nonsense for a token: 401");
same((await board(text(await tokenOf({ roles: [] })))).status, 403, "a person without a role: 403");
same((await board(text(await tokenOf({ scp: "" })))).status, 401, "a token without scp, as an app's: 401");
const supervisor = text(await tokenOf({}));
const empty = await board(supervisor);
same([empty.status, empty.json?.queues.map((q) => q.name), empty.json?.contacts], [200, ["sales", "support"], []], "a supervisor sees queues and no contact yet");

await house.start();
let seen = null;
const until = Date.now() + 20000;
while (!seen && Date.now() < until) {
	const now = (await board(supervisor)).json;
	if (now.contacts.some((c) => c.phase === "ringing")) seen = now;
}
ok(seen, "a caller who waits is seen while the agent rings");
same([seen?.contacts[0].queue, seen?.queues[0].waiting, seen?.agents[0].state], ["sales", 1, "ringing"], "in her queue, with the agent ringing");
const asAgent = await board(text(await tokenOf({ roles: ["Agent"] })));
same([asAgent.status, asAgent.json?.contacts], [200, undefined], "an agent sees queues and agents, but no contacts");
ok(!JSON.stringify(seen).includes("4930555"), "nobody's number is on the board");
await house.idle();
await house.close();
done();
