#!/usr/bin/env node
// What a leg costs: CPU-µs of the engine's process per leg and second, kernel included, with telephones that send 50 packets
// a second each, in windows of 20 s; beside it, in the same run, the peers that can do the work and the bare packets.
//   SECONDS_EACH=20    ONLY=hold,pairs for some rows
import { Janus } from "./janus.mjs";
import { Rtpengine } from "./rtpengine.mjs";
import { measure, program } from "./process.mjs";

const seconds = Number(process.env.SECONDS_EACH ?? 20), only = process.env.ONLY?.split(",");
// In each room of so many, so many talk, the others are quiet.
const rooms = (legs, size, talkers) => Array.from({ length: legs }, (_, i) => (i % size < talkers ? "talk" : "quiet"));
// Their telephones send at different times of a tick, whatever it is that ticks.
const probes = (rooms) => Array(rooms).fill(["probe", "listen", "quiet"]).flat();
const all = (legs, role) => Array(legs).fill(role);

const rows = [
	{ name: "conference", what: "conference of 50, two talking", run: ["room", 50], roles: rooms(100, 50, 2), least: 600, janus: [rooms(50, 50, 2), 50] },
	{ name: "big", what: "conference of 200, three talking", run: ["room", 200], roles: rooms(200, 200, 3), least: 310 },
	{ name: "pairs", what: "two-party call, same codec", run: ["room", 2], roles: all(100, "talk"), least: 260, janus: [all(20, "talk"), 2], rtpengine: all(50, "talk") },
	{ name: "threes", what: "rooms of three, two talking", run: ["room", 3], roles: rooms(48, 3, 2), least: 2500, janus: [rooms(30, 3, 2), 3] },
	{ name: "hold", what: "hold music, SRTP, 20 ms packets", run: ["hold", 20], roles: all(200, "mute"), least: 220, bare: 20 },
	{ name: "hold60", what: "hold music, SRTP, 60 ms packets", run: ["hold", 60], roles: all(200, "mute"), least: 95, bare: 60 },
	{ name: "g711", what: "conference of 50 on G.711, two talking", codec: "pcmu", run: ["room", 50, "PCMU"], roles: rooms(100, 50, 2), least: 300,
		janus: [rooms(50, 50, 2), 50] },
	{ name: "delay", what: "mouth to ear, rooms of three", run: ["room", 3], roles: probes(5), janus: [probes(5), 3], delay: true },
];

async function ours(row) {
	let target, figures;
	const run = async (phones) => {
		target = program("load_studio", ...row.run);
		target.say(`${phones.length} ${phones.join(" ")}`);
		return { target, ports: await target.ports() };
	};
	const heard = await measure({ codec: row.codec, roles: row.roles, seconds }, run);
	target.child.stdin.end();
	figures = JSON.parse(await target.line());
	await target.gone;
	return { ...heard, ...figures };
}

async function bare(row) {
	let target;
	const heard = await measure({ roles: row.roles, seconds }, async (phones) => {
		target = program("load_studio", "bare", row.bare);
		target.say(`${phones.length} ${phones.join(" ")}`);
		return { target, ports: await target.ports() };
	});
	await target.end();
	return heard;
}

async function peer(Peer, connect, codec, roles) {
	const p = await new Peer().open();
	try {
		return await measure({ codec, roles, seconds }, async (phones) => ({ target: p.process, ports: await connect(p, phones) }));
	} finally {
		await p.close();
	}
}

const write = (what, text) => console.log(`${what.padEnd(42)}${text}`);
const cost = (r) => `${r.us.toFixed(0).padStart(6)} µs a leg-second`;
const delays = (r) => (r.delays ? `${r.delay_ms.toFixed(0)} ms (${r.delay_min_ms.toFixed(0)} to ${r.delay_max_ms.toFixed(0)}) of ${r.delays} bursts`
	: "no burst was heard");
const troubles = (r) => [r.deaf && `${r.deaf} heard nothing`, r.lost && `${r.lost} packets lost`, r.ticks_lost && `${r.ticks_lost} ticks lost`,
	r.late_slots > 50 && `the telephones were late ${r.late_slots} times`].filter(Boolean).map((t) => `; ${t}`).join("");
const times = (them, us) => `   -> ${(them.us / us.us).toFixed(1)} times ours`;

// A peer that dies costs its own line, not the rows after it.
async function line(what, run, text) {
	try {
		write(`    ${what}`, text(await run()));
	} catch (e) {
		write(`    ${what}`, `no figure: ${e.message}`);
	}
}

async function beside(row, us) {
	const against = (them) => cost(them) + times(them, us) + troubles(them);
	if (row.janus && Janus.isHere()) {
		const [roles, size] = row.janus, codec = row.codec ?? "opus";
		await line("Janus AudioBridge", () => peer(Janus, (p, phones) => p.rooms(size, codec, phones), codec, roles),
			(them) => (row.delay ? delays(them) + troubles(them) : against(them)));
	}
	if (row.rtpengine && Rtpengine.isHere())
		await line("rtpengine, relaying", () => peer(Rtpengine, (p, phones) => p.pairs(phones), "opus", row.rtpengine), against);
	if (row.bare)
		await line("the same packets sent, nothing else", () => bare(row),
			(them) => `${cost(them)}   ours is ${(us.us / them.us).toFixed(2)} times that`);
}

if (!Janus.isHere()) console.log("Janus is not installed: no figures of it");
if (!Rtpengine.isHere()) console.log("rtpengine is not installed: no figures of it");
for (const row of rows) {
	if (only && !only.includes(row.name)) continue;
	const us = await ours(row);
	if (row.delay) write(row.what, `${delays(us)} (wanted: 50)${troubles(us)}`);
	else write(row.what, `${cost(us)}   (wanted: ${row.least}; ${us.encoders} encoders, ${us.decoders} decoders, ${(us.rss_kib / row.roles.length).toFixed(0)} KiB a leg beside ${(us.before_kib / 1024).toFixed(1)} MiB before the first)${troubles(us)}`);
	await beside(row, us);
}
