#!/usr/bin/env node
// What a journal answers afterwards: foyer explain, foyer replay --config and foyer plan, on a journal with two queues, too
// few agents, one who does not answer and a reload that takes a queue away.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agent, done, foyer, House, MAIN, ok, same } from "./house.mjs";
import { Log } from "./log.mjs";

// Every third one asks for the queue that is taken away, and has the patience to outlast the reload and Cleo's ringing.
const caller = (i) => ({ name: `c${i}`, number: `+4930555060${String(i).padStart(3, "0")}`, to: MAIN, at_s: i / 5,
	press: [{ on: "menu", digit: i % 3 ? "1" : "2" }], patience_s: i % 3 ? 4 + (i % 5) * 2 : 40, talk_s: 1 + (i % 3), speech: "Hello." });
const house = new House("tools", { callers: Array.from({ length: 30 }, (_, i) => caller(i)),
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 0.4, talk_s: 60, speech: "Hello." },
		{ user: agent(2), name: "ben", behaviour: "answers", answers_after_s: 0.4, talk_s: 60, speech: "Hello." },
		{ user: agent(3), name: "cleo", behaviour: "no-answer" }] },
(config) => {
	config.entries = [{ default: true, flow: "welcome" }];
	config.queues.sales = { hand_off: "bridge", wrap_up_seconds: 1, ring_seconds: 5, back_off_seconds: 8, full: { to: "sales" } };
	config.queues.support = { hand_off: "bridge", wrap_up_seconds: 1, ring_seconds: 5, back_off_seconds: 8, full: { to: "sales" } };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }, { user: agent(2), name: "Ben", queues: ["sales", "support"] },
		{ user: agent(3), name: "Cleo", queues: ["support"] }];
});
await house.open();
const log = new Log(house);
const path = join(house.dir, "foyer.json"), journal = join(house.dir, "foyer.sqlite");
const write = (name, change) => {
	const config = JSON.parse(readFileSync(path, "utf8"));
	change(config);
	writeFileSync(join(house.dir, name), JSON.stringify(config, null, "\t"));
	return join(house.dir, name);
};

await house.start();
ok(await log.line(/hold contact=20 /, 0, 30), "twenty callers are there, and wait");

// ---- a queue is taken away while callers wait in it

const from = log.end;
write("foyer.json", (config) => {
	delete config.queues.support;
	config.flows.welcome[1].menu["2"] = "sales";
	for (const a of config.agents) a.queues = ["sales"];
});
house.foyer.kill("SIGHUP");
const reloaded = await log.line(/reload .* is in force/, from, 30);
ok(reloaded, "a configuration without the queue is in force", log.text.slice(-2000));
ok(!/outcome contact=\d+ failed/.test(log.text), "nobody who waited there has failed");
const books = await house.idle();
await house.quiet();
same([books.calls_held, books.surprises], [0, []], "everybody has come and gone, and Graph was surprised by nothing");
const contacts = house.contacts();
ok(contacts.filter((c) => c.outcome === "failed").length === 0, "and none has failed", contacts.map((c) => c.outcome));
const drained = [...log.text.matchAll(/ring contact=(\d+) .*queue=2/g)].map((m) => Number(m[1]));
const after = log.text.slice(from);
ok(contacts.some((c) => c.outcome === "handled" && !drained.includes(c.contact) && (c.contact - 1) % 3 === 0 &&
	new RegExp(`hold contact=${c.contact} .*queue=1`).test(after)), "who waited there was served by where it overflowed to");
same(await house.close(), 0, "the service ends with status 0");

// ---- explain

const first = contacts.find((c) => c.outcome === "handled" && c.contact > 10);
const whole = foyer(["explain", journal, String(first.contact)]);
same(whole.code, 0, "foyer explain tells of a contact");
ok(/^\d\d:\d\d:\d\d\.\d{3} contact \d+ waits, queue \w+, since 0\.0 s, number \d+ in line$/m.test(whole.stdout), "when it began to wait", whole.stdout);
ok(/^ {4}(Ada|Ben) +is with contact \d+ since [\d.]+ s; contact \d+ of \w+ is before contact \d+, waiting [\d.]+ s longer$/m.test(whole.stdout),
	"whom its agents were with, and why those came first", whole.stdout);
ok(/^ {4}(Ada|Ben) +is offered the caller, by strategy longest-idle$/m.test(whole.stdout), "and who was offered it", whole.stdout);
const at = /^(\d\d:\d\d:\d\d\.\d{3}) contact \d+ waits, and is offered/m.exec(whole.stdout)?.[1];
const then = foyer(["explain", journal, String(first.contact), at]);
same(then.code, 0, "also of one moment");
ok(then.stdout.startsWith(`${at} contact ${first.contact} waits, and is offered`) && then.stdout.split("\n").length < 8, "and of that alone", then.stdout);
const cleo = foyer(["explain", journal, "Cleo"]).stdout;
ok(/^\S+ Cleo rings for contact \d+ since 0\.0 s, \w+ in Teams$/m.test(cleo), "of an agent: whom she was offered", cleo);
const all = Array.from({ length: 30 }, (_, i) => foyer(["explain", journal, String(i + 1)]).stdout).join("");
ok(/^ {4}Cleo +did not take an offer and is left alone until \d\d:/m.test(all), "who is left alone after an offer she did not take");
ok(/^ {4}(Ada|Ben) +wraps up until \d\d:/m.test(all), "who wraps up, and until when");
ok(/^ {4}\d agents? (is no member|are no members) of the queue$/m.test(all), "and how many do not serve the queue");
const nobody = foyer(["explain", journal, "Zoe"]);
ok(nobody.code === 1 && /there is no contact and no agent "Zoe" in it/.test(nobody.stderr), "a stranger is nobody", nobody.stderr);
ok(/"noon" is no time: HH:MM:SS/.test(foyer(["explain", journal, "Ada", "noon"]).stderr), "a time that is none is told");

// ---- replay --config

const conf = (text) => text.replace(/^.*: warning: .*\n/gm, "");
const alike = write("same.json", () => {});
const other = write("other.json", (config) => {
	config.agents = config.agents.filter((a) => a.name !== "Cleo");
	config.agents.push({ user: agent(5), name: "Dora", queues: ["sales"] }, { user: agent(6), name: "Emil", queues: ["sales"] });
});
// The journal began under another configuration than it ended with, so it is not wholly the same; a journal of one is.
const replayed = foyer(["replay", "--config", other, journal]);
same([replayed.code, conf(replayed.stderr)], [0, ""], "foyer replay --config runs the journal under both");
ok(/^contact \d+\n {4}was \S+ offered to Cleo, queue support\n {4}is  \S+ offered to \w+, queue sales$/m.test(replayed.stdout), "whose offers differ is told with names",
	replayed.stdout.slice(0, 3000));
ok(/^ {2}and at last, which is hypothetical$/m.test(replayed.stdout), "and that what follows is hypothetical");
const counted = /^(\d+) contacts, (\d+) decided alike throughout$/m.exec(replayed.stdout);
ok(counted && Number(counted[1]) === 30 && Number(counted[2]) < 30, "and counted", replayed.stdout.slice(-800));
ok(/^ {2}handled +was (\d+), is (\d+)$/m.test(replayed.stdout), "with the outcomes of both");

// ---- plan

const planned = (config, ...more) => foyer(["plan", "--runs", "10", ...more, config, journal]);
const none = planned(alike), better = planned(other);
same([none.code, better.code], [0, 0], "foyer plan answers");
ok(/^journal: 30 contacts in /m.test(none.stdout) && /^patience of callers \(Kaplan-Meier, of \d+ waits\):  90 % /m.test(none.stdout), "it says what it knows", none.stdout);
ok(/service level = answered within .* \/ \(offered - abandoned short\)/.test(none.stdout), "and by which formula", none.stdout);
ok(none.stdout.split("\n").filter((l) => /^ {2}(offered|service level|ASA|abandons|occupancy) /.test(l)).every((l) => /\+0\.0( [%s])? \(\+0\.0 to \+0\.0\)$|-$/.test(l)),
	"the same configuration changes nothing", none.stdout);
const change = (name) => /([+-][\d.]+)[^(]*\(([+-][\d.]+) to ([+-][\d.]+)\)$/.exec(
	better.stdout.slice(better.stdout.indexOf("\nall queues ")).split("\n").find((l) => l.trim().startsWith(name)))?.slice(1).map(Number);
ok(change("ASA")[2] < 0 && change("service level")[0] >= 0 && change("abandons")[0] <= 0,
	"two more agents: waits fall in nine lives of ten, and the median of nothing is worse", better.stdout);
same(planned(other).stdout, better.stdout, "the same question has the same answer");
ok(planned(other, "--seed", "99").stdout !== better.stdout, "and another seed another one");
done();
