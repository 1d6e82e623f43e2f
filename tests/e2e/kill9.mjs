#!/usr/bin/env node
// The service is killed with SIGKILL again and again, at moments drawn from a seed, while the local Graph and its callers
// go on. Afterwards the books of both sides are compared: what was acknowledged has exactly one contact record.
// alone: how soon the service is up again decides what Graph can tell it.
import { join } from "node:path";
import { agent, done, foyer, gone, HOTLINE, House, MAIN, ok, same } from "./house.mjs";

const KILLS = 28, SEED = Number(process.env.SEED ?? 1);

// mulberry32: the moments of one seed are the same everywhere.
let state = SEED;
function random() {
	state = (state + 0x6d2b79f5) | 0;
	let t = Math.imul(state ^ (state >>> 15), 1 | state);
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
	return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n) => Math.floor(random() * n);

const house = await new House("kill9", {
	agents: [
		{ user: agent(1), name: "ada", behaviour: ["answers", "no-answer", "answers"], answers_after_s: 0.5, talk_s: 60, speech: "Ada." },
		{ user: agent(2), name: "ben", behaviour: ["answers", "busy"], answers_after_s: 0.5, talk_s: 60, speech: "Ben." },
		{ user: agent(3), name: "cleo", behaviour: "answers", answers_after_s: 0.5, talk_s: 60, speech: "Cleo." },
		{ user: agent(4), name: "dan", behaviour: "answers", answers_after_s: 1, talk_s: 2, hangs_up_first: true, speech: "Dan." },
	],
	faults: { double: 0.1, reorder: 0.1, delay_ms: [0, 60], redeliver: 2 },
}, (config) => {
	// A ring outlasts a restart, as twenty seconds do in earnest; the sanitizers make restarts slow.
	const queue = { ring_seconds: 5, wrap_up_seconds: 0.5, back_off_seconds: 1, announce_seconds: 4, short_abandon_seconds: 0 };
	config.queues.sales = { ...queue, hand_off: "bridge" };
	config.queues.support = { ...queue, hand_off: "transfer" };
	config.limits = { active_seconds: 10, transfer_seconds: 10, play_seconds: 30, talk_seconds: 60 };
	config.agents = [
		{ user: agent(1), name: "Ada", queues: ["sales"] },
		{ user: agent(2), name: "Ben", queues: ["sales", "support"] },
		{ user: agent(3), name: "Cleo", queues: ["support"] },
		{ user: agent(4), name: "Dan", queues: ["sales"] },
	];
}).open();
await house.start();

// ---- callers, some while nobody is there to take their call

const callers = [];
function caller() {
	const n = callers.length + 1, kind = ["bridge", "transfer", "bridge", "transfer", "relay"][below(5)];
	const number = `+49305550${String(n).padStart(5, "0")}`;
	const one = { name: `c${n}`, number, to: kind === "relay" ? HOTLINE : MAIN, patience_s: 4 + below(8), talk_s: 1 + below(3), speech: "Hello." };
	if (kind !== "relay") one.press = [{ on: "menu", digit: kind === "bridge" ? "1" : "2" }];
	callers.push({ ...one, kind });
	return house.control("POST", "/sim/calls", one);
}

// ---- moments

const ready = (child) => new Promise((yes, no) => {
	let text = "";
	child.stderr.on("data", (chunk) => {
		text += chunk;
		if (text.includes("foyer: ready on")) yes();
	});
	child.once("exit", (code, signal) => no(new Error(`the service ended by itself (${code ?? signal}):\n${text.slice(-2000)}`)));
});
// So many lines of its log, or so many milliseconds, whichever is first; then the time of a few instructions more.
const moment = (child, lines, ms) => new Promise((yes) => {
	const timer = setTimeout(yes, ms);
	child.stderr.on("data", (chunk) => {
		lines -= chunk.toString().split("\n").length - 1;
		if (lines > 0) return;
		clearTimeout(timer);
		setTimeout(yes, below(4));
	});
});
async function kill(child) {
	same([child.exitCode, child.signalCode], [null, null], `kill ${++killed}: the service had not ended by itself`);
	child.kill("SIGKILL");
	await gone(child);
}

let killed = 0, early = 0;
while (killed < KILLS) {
	await caller();
	if (below(3) === 0) await caller();
	await moment(house.foyer, 1 + below(80), 200 + below(1500));
	await kill(house.foyer);
	if (below(3) === 0) await caller();
	while (killed < KILLS && below(4) === 0) { // and while it reads its journal
		const child = house.spawnFoyer();
		await moment(child, 1 + below(2), below(500));
		await kill(child);
		early++;
	}
	await ready(house.spawnFoyer());
}
ok(early >= 2, `${early} of the kills came before the service was ready again`);
const books = await house.idle(60);
const health = await house.quiet(60);
same(await house.stopFoyer(), 0, "at last the service ends with status 0");

// ---- the books of both sides

const incoming = books.calls.filter((c) => c.direction === "incoming");
const offered = incoming.filter((c) => c.offered_ms !== null);
const contacts = house.contacts();
const by = (name) => callers.find((c) => c.name === name);
const records = (name) => contacts.filter((c) => c.number === by(name).number);
ok(offered.length >= 20, `${offered.length} calls were acknowledged, of ${callers.length}`);
ok(contacts.some((c) => c.outcome === "handled"), "some were handled", contacts.map((c) => c.outcome));
same(offered.filter((c) => records(c.caller).length !== 1).map((c) => [c.caller, by(c.caller).kind, records(c.caller)]), [],
	"each acknowledged call has exactly one contact record");
same(incoming.filter((c) => records(c.caller).length > 1).map((c) => c.caller), [], "no call has two");
same(contacts.filter((c) => !callers.some((k) => k.number === c.number)), [], "no contact is of nobody");
same(contacts.filter((c) => !c.outcome || c.outcome === "in_progress"), [], "every contact has an outcome");
same([health.in_progress, health.offered], [0, contacts.length], "nothing is in progress, and the ledger counts the same contacts");
same(Object.values(health.outcomes).reduce((a, b) => a + b), contacts.length, "the outcomes add up to them");
same(books.calls_held, 0, "Graph holds no call");
same(books.agents.filter((a) => a.on_the_phone), [], "and no agent is on the telephone");
same(books.refused.filter((r) => r.path.endsWith("/answer") && r.status !== 404), [], "no call was answered twice");
same(books.surprises, [], "Graph was surprised by nothing");
// A transfer ends the call for us: where Graph's word of it found nobody, and Graph gave up, nobody can know.
const lost = (c) => c.ended_by === "transfer" && books.notifications.given_up > 0;
same(incoming.filter((c) => c.connected_ms !== null && records(c.caller)[0]?.outcome !== "handled" && by(c.caller).kind !== "relay" && !lost(c))
	.map((c) => [c, records(c.caller)[0]]), [], "who talked to an agent was handled, as far as Graph could tell");
ok(incoming.filter((c) => lost(c) && records(c.caller)[0]?.outcome !== "handled").length <= books.notifications.given_up, "and Graph gave up telling of the others");
same(contacts.filter((c) => c.outcome === "handled" && incoming.find((i) => by(i.caller).number === c.number)?.connected_ms === null)
	.map((c) => c.number), [], "and who was handled talked to one");

// Two talks of one agent never overlap: neither as the service wrote them down ...
function overlaps(talks) {
	const found = [];
	for (const name of new Set(talks.map((t) => t.agent))) {
		const own = talks.filter((t) => t.agent === name).sort((a, b) => a.from - b.from);
		own.forEach((t, i) => i && own[i - 1].until > t.from && found.push([own[i - 1], t]));
	}
	return found;
}
same(overlaps(contacts.filter((c) => c.connected_ms && !c.estimated)
	.map((c) => ({ agent: c.agent_name, from: c.connected_ms, until: c.ended_ms, contact: c.contact }))), [],
	"no agent was in two calls at once, by the service's records");
// ... nor as Graph saw it.
same(overlaps(incoming.filter((c) => c.connected_ms !== null)
	.map((c) => ({ agent: c.agent, from: c.connected_ms, until: c.caller_gone_ms ?? c.ended_ms, call: c.caller }))), [],
	"nor by Graph's books");

// ---- the journal

const journal = join(house.dir, "foyer.sqlite");
const first = foyer(["replay", journal]), second = foyer(["replay", journal]);
same([first.code, first.stderr], [0, ""], "the journal replays");
ok(/\ndigest=[0-9a-f]{16,}\n$/.test(first.stdout) && first.stdout === second.stdout, "and a second time to the same bytes", first.stdout.slice(-200));
same(first.stdout.match(/^\d+ call-incoming /gm)?.length, contacts.length, "each contact came in once");
same(first.stdout.match(/^ {2}-> \d+ outcome /gm)?.length, contacts.length, "and has one outcome");
const report = foyer(["report", journal]);
same([report.code, report.stdout.trim().split("\n").at(-1)], [0, `contacts=${contacts.length}`], "foyer report tells the same");
ok(!/ lost(?!=)\b/.test(house.foyerLog()), "the log knows of nothing lost", house.foyerLog().match(/.* lost(?!=)\b.*/g));
await house.close();
done();
