#!/usr/bin/env node
// A flow hands calls to somebody outside: a Teams user, a telephone number (from a resource account that has one), and,
// when nobody answers there, back into the flow.
import { agent, done, House, MAIN, ok, same } from "./house.mjs";

const instance = (i) => `aaaaaaaa-0000-4000-8000-00000000020${i}`;
const outside = ["user", "number", "nobody", "numberless"];
const house = await new House("transfer_out", {
	ring_timeout_s: 3,
	application_instances: [{ id: MAIN, name: "Main" }, ...outside.map((s, i) => ({ id: instance(i), name: s, has_number: s !== "numberless" }))],
	callers: outside.map((s, i) => ({ name: s, number: `+493055501000${i}`, to: instance(i), at_s: 0.2 * i, patience_s: 40, talk_s: 2, speech: "Hello." })),
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 0.3, talk_s: 1 },
		{ user: agent(8), name: "outsider", behaviour: "answers", answers_after_s: 0.3, talk_s: 1 },
		{ number: "+4930555020001", name: "phone", behaviour: "answers", answers_after_s: 0.3, talk_s: 1 },
		{ user: agent(9), name: "away", behaviour: "no-answer" }],
}, (config) => {
	config.transfers = { user: { user: agent(8) }, number: { number: "+4930555020001" }, nobody: { user: agent(9) }, numberless: { number: "+4930555020001" } };
	config.flows = Object.fromEntries(outside.map((s) => [s, [{ transfer: { to: s, prompt: s === "user" ? "transfer" : "", otherwise: "back" } }]]));
	config.flows.back = [{ play: "transfer-failed" }, { queue: "sales" }];
	config.entries = outside.map((s, i) => ({ application_instance: instance(i), flow: s }));
	config.queues = { sales: { wrap_up_seconds: 0 } };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
}).open();
await house.start();
const books = await house.idle();
await house.quiet();
const contacts = house.contacts(), by = (s) => contacts.find((c) => c.number?.endsWith(String(outside.indexOf(s))));
same(outside.map((s) => [s, by(s).outcome, by(s).agent_name]), [["user", "transferred", ""], ["number", "transferred", ""], ["nobody", "handled", "Ada"], ["numberless", "handled", "Ada"]],
	"two are with somebody outside, and who found nobody there came back to the queue");
same(outside.map((s) => [s, by(s).estimated]), [["user", 1], ["number", 1], ["nobody", 0], ["numberless", 0]], "of the first two what came after was not seen");
same(outside.map((s) => books.calls.find((c) => c.caller === s)).map((c) => [c.agent, c.ended_by]).slice(0, 2), [["outsider", "transfer"], ["phone", "transfer"]], "they talked with whom they were sent to");
same(books.surprises, [], "nothing surprised the local Graph");
same(books.refused.filter((r) => r.status !== 404), [], "which refused nothing");
ok(!/4930555/.test(house.foyerLog()), "no number is in the log");
same(await house.close(), 0, "the service ends well");
done();
