#!/usr/bin/env node
// Call-backs: a caller who waits presses a key, keeps her place and hangs up; when it is her turn the service calls her
// telephone from the resource account, or her Teams, and the agent comes in when she answers. Who does not answer is tried
// again and then given up.
import { agent, done, House, MAIN, ok, same } from "./house.mjs";

const busyCaller = { name: "first", number: "+4930555010009", to: MAIN, at_s: 0, patience_s: 60, talk_s: 9, speech: "I talk and talk." };
const press = [{ on: "prompt 1", after_s: 0.3, digit: "1" }];
const house = await new House("call_back", {
	ring_timeout_s: 3,
	callers: [busyCaller,
		{ name: "anna", number: "+4930555010001", to: MAIN, at_s: 2, patience_s: 60, talk_s: 2, speech: "Hello.", press },
		{ name: "boris", number: "+4930555010002", to: MAIN, at_s: 2.5, patience_s: 60, talk_s: 2, speech: "Hello.", press },
		{ name: "tina", user: agent(7), to: MAIN, at_s: 3, patience_s: 60, talk_s: 2, speech: "Hello.", press }],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 0.3, talk_s: 30, speech: "Sales, Ada speaking." },
		{ number: "+4930555010001", name: "annas-phone", behaviour: "answers", answers_after_s: 0.5, talk_s: 2, hangs_up_first: true, speech: "Anna here." },
		{ number: "+4930555010002", name: "boris-phone", behaviour: ["no-answer", "busy"] },
		{ user: agent(7), name: "tinas-teams", behaviour: ["rejects", "answers"], answers_after_s: 0.5, talk_s: 2, hangs_up_first: true, speech: "Tina here." }],
}, (config) => {
	config.flows = { welcome: [{ queue: "sales" }], keep: [{ call_back: { done_prompt: "call-back-kept" } }] };
	config.entries = [{ application_instance: MAIN, flow: "welcome" }, { default: true, flow: "welcome" }];
	config.queues = { sales: { wrap_up_seconds: 0, leave: { 1: "keep" }, announce_seconds: 6, call_back: { attempts: 2, retry_seconds: 1, dial_seconds: 8, prompt: "" } } };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
}).open();
await house.start();
await house.idle(); // who waits to be called back has no call
await house.quiet(120);
const books = await house.idle();
const contacts = house.contacts(), by = (n) => contacts.find((c) => (c.number ?? "").endsWith(n));
same([by("1").outcome, by("1").n_dials, by("1").agent_name], ["callback_answered", 1, "Ada"], "anna was called back and talked with Ada", contacts);
same([by("2").outcome, by("2").n_dials], ["callback_failed", 2], "boris did not answer, was tried again, and is counted as failed");
same([by("7").outcome, by("7").n_dials, by("7").agent_name], ["callback_answered", 2, "Ada"], "tina, in Teams, rejected the first and took the second");
same(contacts.length, 4, "each is one contact, whatever calls it took");
const out = books.calls.filter((c) => c.direction === "outgoing");
same(out.map((c) => [c.agent || null]).length, 5, "five calls were made", out);
same(books.surprises, [], "nothing surprised the local Graph");
same(books.refused.filter((r) => r.status !== 404), [], "which refused nothing");
ok(out.every((c) => c.ended_ms !== null), "and every call is over");
ok(!/4930555/.test(house.foyerLog()), "no number is in the log");
same(await house.close(), 0, "the service ends well");
done();
