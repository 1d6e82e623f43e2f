#!/usr/bin/env node
// Graph lists one participant a page: after a restart in the middle of a talk the service asks who is in the call, and puts
// the pages together before it believes that somebody has left.
import { join } from "node:path";
import { agent, done, foyer, House, MAIN, ok, same } from "./house.mjs";

const house = await new House("roster_pages", {
	callers: [{ name: "ann", number: "+4930555040001", to: MAIN, at_s: 0, press: [{ on: "menu", digit: "1" }], patience_s: 40, talk_s: 12, speech: "Hello." }],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 0.5, talk_s: 60, speech: "Hello." }],
	roster_page: 1,
}, (config) => {
	config.queues.sales = { hand_off: "bridge", wrap_up_seconds: 0 };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
}).open();
const call = async () => (await house.books()).calls[0];
async function until(what, look, seconds = 30) {
	for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
		const found = await look();
		if (found) return found;
		await new Promise((yes) => setImmediate(yes));
	}
	throw new Error(`not within ${seconds} s: ${what}`);
}
await house.start();
await until("ann talks with Ada", async () => (await call())?.connected_ms);
await house.stopFoyer("SIGKILL");
await house.startFoyer();
const books = await house.idle();
await house.quiet();
const [ann] = books.calls;
ok(ann.ended_ms - ann.connected_ms >= 12000, "the talk goes on to its end", ann);
same([ann.agent, books.agents[0].rings], ["ada", 1], "and Ada was rung once");
same(house.contacts().map((c) => [c.outcome, c.n_offers]), [["handled", 1]], "one contact, handled, one offer");
same([books.surprises, books.refused.filter((r) => r.verb !== "DELETE")], [[], []], "Graph was surprised by nothing and refused nothing");
same(await house.close(), 0, "the service ends with status 0");
const told = foyer(["replay", join(house.dir, "foyer.sqlite")]).stdout;
ok(/call-present contact=1 .*presence=with-agent/.test(told), "the probe after the restart found both in the call", told);
ok(!/agent-left/.test(told), "and nobody was taken to have left before");
done();
