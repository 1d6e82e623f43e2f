#!/usr/bin/env node
// The main job with prompts that Graph plays: greeting, menu, queue, music and position, an agent who does not answer,
// bridge and transfer, and what everybody heard of it.
// listens
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { cut, find, findPiece, level, readWav } from "./ear.mjs";
import { agent, done, House, MAIN, ok, same } from "./house.mjs";

const caller = (name, number, more) => ({ name, number, to: MAIN, patience_s: 60, talk_s: 4, ...more });
const house = await new House("service_hosted", {
	callers: [
		caller("anna", "+4930555010001", { at_s: 0, press: [{ on: "menu", digit: "1" }], speech: "Hello, I would like to order a new telephone for my office." }),
		caller("boris", "+4930555010002", { at_s: 0.5, press: [{ on: "prompt 2", digit: "2" }], speech: "Good morning, my line has been dead since yesterday." }),
		caller("emil", "+4930555010005", { at_s: 4, press: [{ on: "menu", digit: "1" }], patience_s: 5, speech: "Nobody will ever hear this." }),
		caller("fay", "+4930555010006", { at_s: 1.5, patience_s: 1, speech: "I hang up during the greeting." }),
	],
	agents: [
		{ user: agent(1), name: "ada", behaviour: "no-answer", speech: "This is Ada speaking, she never answers." },
		{ user: agent(2), name: "ben", behaviour: "answers", answers_after_s: 1, talk_s: 60, speech: "Ben at your service, what can I do for you today?" },
		{ user: agent(3), name: "cleo", behaviour: "answers", answers_after_s: 1, talk_s: 60, speech: "Support desk, you are talking to Cleo." },
	],
	faults: { double: 0.2, reorder: 0.1, delay_ms: [0, 60] },
}, (config) => {
	config.queues.sales = { short_abandon_seconds: 0, ring_seconds: 3, wrap_up_seconds: 1, back_off_seconds: 60, announce_seconds: 4 };
	config.agents = [
		{ user: agent(1), name: "Ada", queues: ["sales"] },
		{ user: agent(2), name: "Ben", queues: ["sales"] },
		{ user: agent(3), name: "Cleo", queues: ["support"] },
	];
}).open();
await house.start();
const books = await house.idle();
const health = await house.quiet();
same(await house.stopFoyer(), 0, "the service ends with status 0");

const of = Object.fromEntries(house.contacts().map((c) => [c.number, c]));
const call = (name) => books.calls.find((c) => c.caller === name);
same([of["+4930555010001"]?.outcome, of["+4930555010001"]?.agent_name], ["handled", "Ben"],
	"an agent who does not answer is passed over, and the next one gets the call");
same(of["+4930555010001"]?.n_offers, 2, "it took two offers");
same([of["+4930555010002"]?.outcome, of["+4930555010002"]?.estimated, call("boris")?.ended_by], ["handled", 1, "transfer"],
	"a transferred call is handled, its figures marked as estimated");
same(of["+4930555010005"]?.outcome, "abandoned_in_queue", "a caller without patience has abandoned in the queue");
same(of["+4930555010006"]?.outcome, "abandoned_in_ivr", "one who hangs up during the greeting has abandoned before the queue");
same([health.offered, Object.values(health.outcomes).reduce((a, b) => a + b)], [4, 4], "four offered, four outcomes");
ok(of["+4930555010001"].connected_ms - of["+4930555010001"].queued_ms >= 3000, "the first ring's three seconds count as waiting");
same(books.refused.filter((r) => r.verb !== "DELETE"), [], "Graph refused nothing but hang-ups of calls that were over");
same(books.surprises, [], "and was surprised by nothing");
same(books.calls_held, 0, "no call is held");

// ---- what was heard, and by whom

const wav = (name) => readWav(house.ear(name));
const mouth = (name) => readWav(house.ear(`${name}.mouth`));
const when = (name, what) => house.timeline(name).filter((l) => l.what === what).map((l) => l.ms);
const joined = (name) => Math.max(...when(name, "joined"));
const talk = (name, from) => cut(wav(name), from, from + 3500);
const prompts = readdirSync(house.config.store.prompts).filter((n) => n.endsWith(".wav"))
	.map((n) => readWav(join(house.config.store.prompts, n)));

// Every prompt of a call, by the telephone's own timeline: is it in the ear sample by sample, from its first moment on?
function clips(name) {
	const lines = house.timeline(name), ear = wav(name);
	return lines.filter((l) => l.what === "clip-started").map((l) => {
		const end = lines.find((e) => e.sample > l.sample && /^(clip-ended|clip-started|play-cancelled|say-on|left|hung-up)$/.test(e.what));
		const file = readWav(join(house.config.store.prompts, l.name));
		const n = Math.min(file.length, end.sample - l.sample);
		return { ms: l.ms, n, exact: file.subarray(0, n).every((x, i) => x === ear[l.sample + i]) };
	});
}
{
	const heard = clips("anna");
	ok(heard.length >= 3 && heard.every((h) => h.exact && h.n > 8000), "anna heard greeting, position and music, sample by sample", heard);
	ok(heard[0].ms < 1500, "the greeting began within 1.5 s", heard[0]);
}
const says = when("anna", "say-on");
ok(says.length === 1, "anna talked once", house.timeline("anna"));
{
	const from = says[0];
	const hears = findPiece(talk("anna", from), mouth("ben"), 16000);
	const self = findPiece(talk("anna", from), mouth("anna"), 16000);
	ok(hears.correlation > 0.9, "anna hears Ben once she is connected", hears);
	ok(self.correlation < 0.4, "and does not hear herself", self);
	ok(!house.ears().some((n) => /^ada/.test(n)), "Ada, who did not answer, was never on a line");
}
{
	const ear = house.ears().find((n) => /^ben.*\.wav$/.test(n) && !n.includes("mouth"));
	const ben = readWav(join(house.dir, "ears", ear));
	ok(findPiece(ben, mouth("anna"), 16000).correlation > 0.9, "Ben hears anna");
	ok(findPiece(ben, mouth("ben"), 16000).correlation < 0.4, "and not himself");
	const late = cut(ben, 500);
	ok(prompts.every((p) => find(late, p).correlation < 0.6), "the music had stopped: Ben hears none of our prompts half a second on");
}
{
	const emil = wav("emil");
	ok(findPiece(emil, mouth("ben"), 16000).correlation < 0.4, "emil, who waited in vain, heard no agent");
	ok(level(cut(emil, 3000, 5000)).dbfs > -50, "but music, not silence", level(cut(emil, 3000, 5000)));
}
ok(!/\+4930555\d+/.test(house.foyerLog()), "no phone number is in the log in full");
ok(!/eyJ[A-Za-z0-9_-]{20}/.test(house.foyerLog()), "and no token");
await house.close();
done();
