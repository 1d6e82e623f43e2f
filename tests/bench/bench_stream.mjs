#!/usr/bin/env node
// A thousand open streams at two events a second each: what they cost the service, how soon an event is on a reader's
// socket, and what one who does not read costs the others. Budgets: a fifth of one core, 50 ms; a page says when one is missed.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { connect } from "node:tls";
import { median, root } from "./graph.mjs";

const bin = resolve(root, process.env.BIN ?? "build");
process.env.FOYER = join(bin, "foyer");
process.env.FOYER_SIM = join(bin, "foyer-sim");
const { agent, House } = await import("../e2e/house.mjs");

const STREAMS = 1000, SECONDS = 10, BUDGET_CORE = 0.2, BUDGET_MS = 50, HZ = 100;
const house = await new House("bench-stream", {}, (config) => {
	config.agents = [1, 2].map((n) => ({ user: agent(n), name: `agent ${n}`, queues: ["sales"] }));
	config.pause_reasons = ["Lunch"];
}).open();
const token = (await house.control("POST", "/sim/token", { user: agent(1), name: "Ada", roles: ["Agent"], scp: "access_as_user" })).json.access_token;
const authorization = { Authorization: `Bearer ${token}` };
for (let status = 503; status !== 200;) status = (await house.ask(house.port, "GET", "/api/v1/view", { headers: authorization })).status;

// A reader that counts ids and knows when each came; as little work as can be, since it shares the machine.
function reader(reads = true) {
	const r = { events: 0, at: new Map(), ready: null };
	r.ready = new Promise((yes) => {
		r.socket = connect({ port: house.port, host: "127.0.0.1", ca: house.ca, servername: "localhost", checkServerIdentity: () => undefined }, () => {
			r.socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
			if (!reads) yes(r.socket.pause());
		});
		r.socket.on("error", () => {});
		if (reads) r.socket.on("data", (bytes) => {
			const now = performance.now(), text = bytes.toString("latin1");
			for (let i = -1; (i = text.indexOf("event: ", i + 1)) >= 0;) r.events++;
			for (const [, id] of text.matchAll(/\nid: (\d+)\n/g)) r.at.set(Number(id), now);
			yes();
		});
	});
	return r;
}
const readers = [];
for (let i = 0; i < STREAMS; i += 50) {
	const more = Array.from({ length: 50 }, () => reader());
	await Promise.all(more.map((r) => r.ready));
	readers.push(...more);
}
const deaf = Array.from({ length: 10 }, () => reader(false));
await Promise.all(deaf.map((r) => r.ready));
const cpu = () => {
	const field = readFileSync(`/proc/${house.foyer.pid}/stat`, "latin1").replace(/.*\) /s, "").split(" ");
	return (Number(field[11]) + Number(field[12])) / HZ;
};
const events = () => readers.reduce((sum, r) => sum + r.events, 0);
const say = async (command) => JSON.parse((await house.ask(house.port, "POST", "/api/v1/commands", { headers: authorization, body: JSON.stringify(command) })).body).position;

// A command a second touches the agent and her queue: two events for everybody.
const before = { cpu: cpu(), events: events(), at: performance.now() }, told = [];
for (let i = 0; i < SECONDS; i++) {
	const began = performance.now();
	told.push({ began, position: await say(i % 2 ? { command: "resume" } : { command: "pause", reason: "Lunch" }) });
	await new Promise((yes) => setTimeout(yes, Math.max(0, before.at + (i + 1) * 1000 - performance.now())));
}
const seconds = (performance.now() - before.at) / 1000, core = (cpu() - before.cpu) / seconds, rate = (events() - before.events) / seconds / STREAMS;
const late = told.flatMap(({ began, position }) => readers.map((r) => (r.at.get(position) ?? Infinity) - began)).sort((a, b) => a - b);
const first = told.map(({ began, position }) => Math.min(...readers.map((r) => r.at.get(position) ?? Infinity)) - began);
const at = (share) => late[Math.floor(late.length * share)].toFixed(1);
console.log(`${STREAMS} streams, ${rate.toFixed(2)} events a second each: ${(core * 100).toFixed(1)} % of one core${core > BUDGET_CORE ? `  MISSED: ${BUDGET_CORE * 100} %` : ""}`);
console.log(`from the command to the first reader's socket: median ${median(first).toFixed(1)} ms; to all ${STREAMS}, read by one process: median ${at(0.5)} ms, 99 % ${at(0.99)} ms${median(first) > BUDGET_MS ? `  MISSED: ${BUDGET_MS} ms` : ""}`);
console.log(`${late.filter((ms) => ms === Infinity).length} of ${late.length} were not heard; ${deaf.length} who did not read held nobody up`);
for (const r of [...readers, ...deaf]) r.socket.destroy();
await house.close();
process.exit(0);
