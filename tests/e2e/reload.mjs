#!/usr/bin/env node
// The configuration changes while people wait: SIGHUP. Who waits keeps the place, who is new is offered callers at once,
// what is said is said anew, and a file that is wrong changes nothing and says where. Seen through the log, the journal, the
// local Graph's books and the caller's ear.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agent, done, foyer, House, MAIN, ok, same } from "./house.mjs";
import { Log } from "./log.mjs";

const caller = (name, n, more = {}) => ({ name, number: `+493055504${n}`, to: MAIN, at_s: 0, press: [{ on: "menu", digit: "1" }],
	patience_s: 90, talk_s: 2, speech: "Hello.", ...more });
const house = await new House("reload", {
	callers: [caller("ann", "0001"), caller("bob", "0002", { at_s: 0.5 }), caller("cid", "0003", { at_s: 1 })],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 0.3, talk_s: 60, speech: "Hello." },
		{ user: agent(4), name: "dan", behaviour: "answers", answers_after_s: 0.3, talk_s: 60, speech: "Hello." }],
}, (config) => {
	config.entries = [{ default: true, flow: "welcome" }];
	config.queues.sales = { hand_off: "bridge", wrap_up_seconds: 0, announce_seconds: 3 };
	// Somebody serves the queue and does not answer: nobody of the first configuration is ever on the line.
	config.prompts.position = { text: "You wait." };
	config.agents = [{ user: agent(9), name: "Ida", queues: ["sales"] }, { user: agent(3), name: "Cleo", queues: ["support"] }];
}).open();
const log = new Log(house);
const path = join(house.dir, "foyer.json");
function write(change) {
	const config = JSON.parse(readFileSync(path, "utf8"));
	change(config);
	writeFileSync(path, JSON.stringify(config, null, "\t"));
}
async function reload(change, pattern) {
	const from = log.end;
	if (typeof change === "string") writeFileSync(path, change);
	else write(change);
	house.foyer.kill("SIGHUP");
	return log.line(pattern, from, 60);
}
const stays = /reload .*the old configuration stays/;
const inForce = /reload .* is in force/;

let reloadedAt;
await house.start();
const startedAt = Date.now();
ok(await log.line(/hold contact=3 .*value=3/, 0, 60), "three callers wait in one line", log.text.slice(-2000));

// ---- what is wrong changes nothing

{
	const good = readFileSync(path, "utf8");
	const from = log.end;
	ok(await reload(good.replace('"sales"', '"trade"'), stays), "a configuration with a fault is refused");
	ok(await log.line(/reload .*foyer\.json:\d+:\d+: "trade" is neither flow nor queue/, from, 5), "and the log says what and where, as foyer check does",
		log.text.slice(from));
	ok(await reload("{", stays), "so is one that is no JSON");
	const fixed = log.end;
	ok(await reload(good.replace(/"rtp_port_first": \d+/, '"rtp_port_first": 20000'), stays),
		"so is one that wants a restart");
	ok(await log.line(/reload .*foyer\.json:\d+:\d+: "media" is not what the service began with: restart it/, fixed, 5), "in words",
		log.text.slice(fixed));
	writeFileSync(path, good);
	same((await house.health()).in_progress, 3, "and everybody waits on");
}

// ---- a new agent, a new queue, another prompt

{
	const line = await reload((config) => {
		config.agents.unshift({ user: agent(4), name: "Dan", queues: ["sales"] });
		config.queues = { extra: { hand_off: "bridge" }, ...config.queues };
		config.agents.push({ user: agent(5), name: "Eve", queues: ["extra"] });
		config.prompts.position = { text: "These are the new words." };
	}, inForce);
	reloadedAt = Date.now() - startedAt;
	ok(line, "a good configuration is in force", log.text.slice(-2000));
	const pause = Number(/pause_us=(\d+)/.exec(line)?.[1]);
	ok(pause < 1000000, `the loop stood still for ${(pause / 1000).toFixed(1)} ms, with the sanitizers`);
	const from = log.end;
	ok(await log.line(/connect contact=1 .*agent=1 queue=2/, 0, 30), "who has waited longest talks with the new agent", log.text.slice(-3000));
	ok(!/hang-up contact=[23]/.test(log.text), "and the others wait on");
	ok(await log.line(/connect contact=2 /, from, 30) && await log.line(/connect contact=3 /, from, 60), "then the second, then the third");
}
const books = await house.idle();
await house.quiet();
same(books.calls.map((c) => [c.caller, c.agent]), [["ann", "dan"], ["bob", "dan"], ["cid", "dan"]], "all three were served by her");
const connected = books.calls.map((c) => c.connected_ms);
ok(connected[0] < connected[1] && connected[1] < connected[2], "in the order in which they came", connected);
same(house.contacts().map((c) => c.outcome), ["handled", "handled", "handled"], "as the records say");
same(books.surprises, [], "Graph was surprised by nothing");

// ---- the journal knows

same(await house.close(), 0, "the service ends with status 0");
const told = foyer(["replay", join(house.dir, "foyer.sqlite")]);
same(told.code, 0, "the journal replays");
same((told.stdout.match(/ reload /g) ?? []).length, 1, "the one reload that changed something is in it");

// ---- what the last caller heard: her place was told in the old words, then in the new

const spoken = new Map();
for (const e of house.timeline("cid")) {
	if (e.what === "clip-started") spoken.set(e.name, [...(spoken.get(e.name) ?? []), { from: e.ms }]);
	if (e.what === "clip-ended") spoken.get(e.name).at(-1).ms = e.ms - spoken.get(e.name).at(-1).from;
}
const words = [...spoken.values()].filter((times) => times.some((t) => t.ms !== undefined && t.ms < 2500));
const after = words.filter((times) => times.some((t) => t.from > reloadedAt));
same([after.length, after[0]?.every((t) => t.from > reloadedAt)], [1, true], "after the change there is one announcement, never heard before it");
done();
