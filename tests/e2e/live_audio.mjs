#!/usr/bin/env node
// A call with live audio: RTP and Opus through the media relay. Music with an announcement ducked over it, a menu by
// telephone-events, then caller and agent hear each other through the mixer, and not themselves. How each leg sounded is told
// with the contact, and counted.
// listens
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { cut, find, findPiece, level, readWav } from "./ear.mjs";
import { agent, done, foyer, HOTLINE, House, ok, same } from "./house.mjs";

const KEY = "a-key-of-some-length-for-tests";
const house = new House("live_audio", {
	callers: [
		{ name: "carla", number: "+4930555010003", to: HOTLINE, at_s: 0, patience_s: 60, talk_s: 5, media: "relay",
			press: [{ after_s: 3, digit: "1" }], speech: "Hi, this is Carla, can you hear me well on this line?" },
	],
	agents: [
		{ user: agent(1), name: "ada", behaviour: ["no-answer", "answers"], answers_after_s: 3, talk_s: 60,
			speech: "Sales, this is Ada speaking, how may I help you?" },
	],
}, (config) => {
	config.flows.hotline = [{ play: "greeting" }, { menu: { prompt: "choose", 1: "sales" } }];
	config.queues.sales = { ring_seconds: 8, wrap_up_seconds: 1, back_off_seconds: 1, announce_seconds: 6, music: "tone", position_prompt: "position" };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }, { user: agent(2), name: "Bo", signed_in: false, supervisor: true, queues: ["sales"] }];
	config.prompts.tone = { wav: "tone.wav" };
});
house.env = { FOYER_METRICS_KEY: KEY };
await house.prepare(async (dir) => {
	// Music that can be measured: a steady note far from where speech has its power.
	const n = 16000 * 4, wav = Buffer.alloc(44 + 2 * n);
	wav.write("RIFF", 0), wav.writeUInt32LE(36 + 2 * n, 4), wav.write("WAVEfmt ", 8), wav.writeUInt32LE(16, 16);
	wav.writeUInt16LE(1, 20), wav.writeUInt16LE(1, 22), wav.writeUInt32LE(16000, 24), wav.writeUInt32LE(32000, 28);
	wav.writeUInt16LE(2, 32), wav.writeUInt16LE(16, 34), wav.write("data", 36), wav.writeUInt32LE(2 * n, 40);
	for (let i = 0; i < n; i++) wav.writeInt16LE(Math.round(6000 * Math.sin((2 * Math.PI * 5000 * i) / 16000)), 44 + 2 * i);
	(await import("node:fs")).writeFileSync(join(dir, "tone.wav"), wav);
}).open();
await house.start();
const books = await house.idle();
await house.quiet();

// ---- how it sounded
const boss = (await house.control("POST", "/sim/token", { user: agent(2), name: "Bo", roles: ["Supervisor"], scp: "access_as_user" })).json.access_token;
const ask = (path, token) => house.ask(house.port, "GET", path, { headers: { Authorization: `Bearer ${token}` } });
let story = { sound: [] };
for (const end = Date.now() + 60000; story.sound.length < 2 && Date.now() < end;) { // written within a second, read behind the journal
	const r = await ask("/api/v1/contacts/1", boss);
	if (r.status === 200) story = JSON.parse(r.body);
}
same(story.sound.map((l) => l.agent).sort(), [null, "Ada"].sort(), "the caller's leg, and Ada's who took it; not the one that only rang");
// The log says it, too, as the engine measured it.
const logged = [...house.foyerLog().matchAll(/ media 1 attempt=(\d+) mos=(\S+) packets=(\d+) lost=(\d+) concealed=(\d+) clipped=(\d+) .*-> leg closed/g)]
	.map(([, attempt, ...of]) => [attempt === "0" ? null : "Ada", ...of.map(Number)]);
same(story.sound.map((l) => [l.agent, l.mos, l.packets, l.lost, l.concealed, l.clipped]).sort(), logged.sort(), "with the engine's own figures");
ok(story.sound.every((l) => l.packets > 0 && l.mos >= 1 && l.mos <= 4.5 && l.concealed <= l.frames && l.delay_ms >= 0), "that make sense", story.sound);
const hers = story.sound.find((l) => !l.agent);
ok(hers.sent < 0.85 * hers.packets && hers.sent > 0.34 * hers.packets, `on hold a packet lasts 60 ms, as the relay allows: ${hers.sent} sent while ${hers.packets} came`, hers);
const page = (await ask("/metrics", KEY)).body.toString(), total = (of) => story.sound.reduce((n, l) => n + l[of], 0);
const shown = (name) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(page)?.[1]);
same([shown("foyer_leg_packets_total"), shown("foyer_leg_packets_lost_total"), shown("foyer_leg_frames_total"), shown("foyer_leg_mos_count"), shown('foyer_leg_mos_bucket\\{le="\\+Inf"\\}')],
	[total("packets"), total("lost"), total("frames"), 2, 2], "and the metrics count the same");
same(await house.stopFoyer(), 0, "the service ends with status 0");

const told = foyer(["report", join(house.dir, "foyer.sqlite")]).stdout;
same(["the caller", "Ada"].filter((who) => new RegExp(`^ +${who} +mos \\d\\.\\d\\d .*packets \\d+ `, "m").test(told)), ["the caller", "Ada"], "the report has a line for each leg", told);

const [contact] = house.contacts();
same([contact.outcome, contact.agent_name, contact.n_offers], ["handled", "Ada", 2], "handled by Ada at the second offer");
same(books.refused.filter((r) => r.verb !== "DELETE"), [], "Graph refused nothing but hang-ups of calls that were over");
same(books.calls.map((c) => c.media), ["relay", "relay", "relay"], "three calls with live audio: the caller's, and the two to the agent");

// The power of one note, by Goertzel's formula, in dB relative to full scale.
function note(pcm, hz) {
	let a = 0, b = 0;
	pcm.forEach((x, i) => {
		a += x * Math.cos((2 * Math.PI * hz * i) / 16000);
		b += x * Math.sin((2 * Math.PI * hz * i) / 16000);
	});
	return 10 * Math.log10((2 * (a * a + b * b)) / (pcm.length * pcm.length) + 1e-12);
}

const carla = readWav(house.ear("carla"));
const mouth = (name) => readWav(house.ear(`${name}.mouth`));
const when = (name, what) => house.timeline(name).filter((l) => l.what === what).map((l) => l.ms);
const prompts = readdirSync(house.config.store.prompts).filter((n) => n.endsWith(".wav"))
	.map((n) => readWav(join(house.config.store.prompts, n)));
const talkFrom = when("carla", "say-on").at(-1);

// Where the note is loudest the music stands alone; the announcement is the prompt that is found where it is lower.
const track = [];
for (let at = 0; at + 200 <= talkFrom; at += 100) track.push({ at, db: note(cut(carla, at, at + 200), 5000) });
const full = Math.max(...track.map((t) => t.db));
const said = prompts.filter((p) => Math.abs(note(p, 5000)) > 50).map((p) => ({ p, ...find(cut(carla, 0, talkFrom), p) }))
	.filter((h) => h.correlation > 0.6).sort((a, b) => a.offset - b.offset);
ok(said.length >= 2, "carla hears the greeting and her position", said.map((h) => [h.correlation, h.offset / 16]));
const position = said.filter((h) => note(cut(carla, h.offset / 16 + 400, h.offset / 16 + 800), 5000) > -60);
ok(position.length >= 1, "the position is spoken while the music goes on", said.map((h) => [h.correlation, h.offset / 16]));
const ducked = note(cut(carla, position[0].offset / 16 + 400, position[0].offset / 16 + 1000), 5000);
ok(full - ducked > 9 && full - ducked < 15, `the music is ${(full - ducked).toFixed(1)} dB lower under the announcement (12 configured)`);
const rising = track.filter((t) => t.at > position[0].offset / 16 + position[0].p.length / 16 + 600 && t.at < talkFrom - 3500);
ok(rising.some((t) => full - t.db < 1), "and comes back after it");

const talk = cut(carla, talkFrom + 300, talkFrom + 4800);
ok(findPiece(talk, mouth("ada"), 16000).correlation > 0.8, "carla hears Ada", findPiece(talk, mouth("ada"), 16000));
ok(findPiece(talk, mouth("carla"), 16000).correlation < 0.4, "and not herself");
ok(note(talk, 5000) < full - 40, "the music is gone when they talk", note(talk, 5000));
const ada = readWav(join(house.dir, "ears", house.ears().filter((n) => /^ada.*\.wav$/.test(n) && !n.includes("mouth")).at(-1)));
ok(findPiece(ada, mouth("carla"), 16000).correlation > 0.8, "Ada hears carla", findPiece(ada, mouth("carla"), 16000));
ok(findPiece(ada, mouth("ada"), 16000).correlation < 0.4, "and not herself");
ok(note(ada, 5000) < full - 40, "nor the music");
ok(level(talk).dbfs > -45, "at a level that can be understood", level(talk));
await house.close();
done();
