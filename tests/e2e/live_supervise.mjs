#!/usr/bin/env node
// Consultation, hold and supervision on a call with live audio: the service's own mixer decides who hears whom, and what
// each ear recorded is searched for the voices of the others, phase by phase.
// listens
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cut, findPiece, RATE, readWav } from "./ear.mjs";
import { agent, done, gone, HOTLINE, House, ok, same } from "./house.mjs";

const NAMES = ["", "ada", "ben", "cleo"], PHASE_MS = 5000;
const PIECE = 0.5 * RATE; // a frame that a busy machine dropped spoils one of them
const SPEECH = ["", "Sales, this is Ada speaking, how may I help you today?", "Ben from the workshop, the spare part is here since Monday.", "Cleo listens in and has a word of advice for her."];
const house = await new House("live_supervise", {
	callers: [{ name: "carla", number: "+4930555010003", to: HOTLINE, at_s: 0, patience_s: 60, talk_s: 600, media: "relay", speech: "Hi, this is Carla, my lamp is broken and I want another one." }],
	agents: [1, 2, 3].map((n) => ({ user: agent(n), name: NAMES[n], behaviour: "answers", answers_after_s: 0.3, talk_s: 600, speech: SPEECH[n] })),
}, (config) => {
	config.flows = { welcome: [{ queue: "sales" }], hotline: [{ queue: "sales" }] };
	config.queues = { sales: { wrap_up_seconds: 1 } };
	config.agents = [1, 2, 3].map((n) => ({ user: agent(n), name: NAMES[n], signed_in: n === 1, supervisor: n === 3, queues: ["sales"] }));
}).open();
const tokenOf = async (n, role) => (await house.control("POST", "/sim/token", { user: agent(n), name: NAMES[n], roles: [role], scp: "access_as_user" })).json.access_token;
const [ada, cleo] = [await tokenOf(1, "Agent"), await tokenOf(3, "Supervisor")];
const say = async (token, command) => {
	for (let tries = 0; ; tries++) {
		const r = await house.ask(house.port, "POST", "/api/v1/commands", { headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify({ contact: 1, ...command }) });
		if (r.status !== 503 || tries === 200) return ok(r.status === 200, `${command.command} ${command.hearing ?? ""}`, String(r.body));
	}
};
const board = async () => {
	for (let tries = 0; ; tries++) {
		const r = await house.ask(house.port, "GET", "/api/board", { headers: { Authorization: `Bearer ${cleo}` } });
		if (r.status === 200 || tries === 200) return JSON.parse(r.body);
	}
};
const talks = async (n) => {
	for (const end = Date.now() + 20000; Date.now() < end; ) if ((await board()).agents.find((a) => a.name === NAMES[n]).state === "talking") return true;
	return ok(false, `${NAMES[n]} talks within 20 s`);
};
// An ear's clock: the time of its last line, seen when it was written.
const ears = new Map();
const linesOf = (name) => {
	try {
		return readFileSync(join(house.dir, "ears", `${name}.jsonl`), "utf8").trim().split("\n").map((l) => JSON.parse(l));
	} catch {
		return [];
	}
};
const clock = async (name) => {
	for (const end = Date.now() + 20000; Date.now() < end; await new Promise((yes) => setImmediate(yes))) {
		const on = linesOf(name).findLast((l) => l.what === "say-on");
		if (on) return ears.set(name, Date.now() - on.ms);
	}
	ok(false, `${name} speaks`);
};
const phases = [];
// A phase lasts as long as it takes to say something twice: what the local Graph needs to say that nobody has gone home.
const phase = async (name, want) => {
	const from = Date.now() + 600;
	await house.control("POST", `/sim/idle?timeout_ms=${600 + PHASE_MS}`);
	phases.push({ name, want, from, to: Date.now() - 100 });
};

await house.start();
await talks(1);
await clock("carla"), await clock("ada");
await phase("caller and agent talk", { carla: "ada", ada: "carla" });
await say(cleo, { command: "supervise", hearing: "listen" });
await talks(3), await clock("cleo");
await phase("who listens hears both and is not heard", { carla: "ada", ada: "carla", cleo: "ada carla" });
await say(cleo, { command: "supervise", hearing: "whisper" });
await phase("a whisper is the agent's alone", { carla: "ada", ada: "carla cleo", cleo: "ada carla" });
await say(cleo, { command: "supervise", hearing: "barge" });
await phase("who barges in is heard by both", { carla: "ada cleo", ada: "carla cleo" });
await say(cleo, { command: "supervise", hearing: "leave" });
await say(ada, { command: "consult", to: agent(2) });
await talks(2), await clock("ben");
await phase("the caller hears neither of those who talk about her", { carla: "", ada: "ben", ben: "ada" });
await say(ada, { command: "complete" });
await phase("then whom the agent asked, who is gone", { carla: "ben", ben: "carla" });
await house.control("POST", "/sim/stop");
await house.quiet();
await gone(house.sim); // and with it every ear is on disk
same(await house.stopFoyer(), 0, "the service ends with status 0");

const mouth = Object.fromEntries(["carla", ...NAMES.slice(1)].map((n) => [n, readWav(house.ear(`${n}.mouth`))]));
for (const p of phases)
	for (const [who, want] of Object.entries(p.want)) {
		const at = ears.get(who), heard = cut(readWav(house.ear(who)), p.from - at, p.to - at);
		const found = Object.entries(mouth).filter(([n]) => n !== who).map(([n, pcm]) => [n, findPiece(heard, pcm, PIECE).correlation]);
		const clear = found.filter(([, c]) => c > 0.5).map(([n]) => n).sort().join(" ");
		ok(clear === want, `${p.name}: ${who} hears ${want || "music"}`, found);
	}
await house.close();
done();
