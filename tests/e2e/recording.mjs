#!/usr/bin/env node
// A recorded conversation: the caller is left and the agent right, who did not agree is in no
// file, who was answered amid the notice is told it whole before anything is kept, and who leaves
// before its end leaves no file; what is old is deleted; and a tone tells both.
// listens
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { find, findPiece, readWav } from "./ear.mjs";
import { agent, done, HOTLINE, House, ok, same } from "./house.mjs";
import { speak } from "./words.mjs";

const caller = (name, n, at_s, digit, speech) => ({ name, number: `+493055501000${n}`, to: HOTLINE, at_s, patience_s: 60,
	talk_s: 5, media: "relay", press: [{ after_s: 2, digit }], speech });
const NOTICE = "This call is being recorded, so that what was agreed can be heard again by those whom it concerns, and by nobody else.";
let folder;
const house = await new House("recording", {
	callers: [
		caller("carla", 3, 0, "1", "Hi, this is Carla, can you hear me well on this line?"),
		caller("dora", 4, 14, "2", "This is Dora, and I would rather not be recorded."),
		{ ...caller("fred", 6, 16, "3", "Fred here, sorry, I have to go."), talk_s: 2 },
		{ ...caller("erna", 5, 28, "3", "Erna speaking, I have a question about my last invoice, please."), talk_s: 12 },
	],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 4, talk_s: 60,
		speech: "Sales, this is Ada speaking, how may I help you?" },
	{ user: agent(2), name: "ben", behaviour: "answers", answers_after_s: 0.2, talk_s: 60, speech: "Ben here." }],
}, (config) => {
	config.flows = { ...config.flows,
		hotline: [{ menu: { prompt: "recording-opt-in", 1: "agreed", 2: "private", 3: "told" } }],
		told: [{ queue: "support" }],
		agreed: [{ set: { recording: true } }, { queue: "sales" }],
		private: [{ set: { recording: false } }, { queue: "sales" }] };
	config.queues.sales = { ring_seconds: 20, wrap_up_seconds: 1, announce_seconds: 6, record: "opt-in", record_beep_seconds: 60 };
	config.queues.support = { ring_seconds: 20, wrap_up_seconds: 1, announce_seconds: 20, record: "notice", record_prompt: "notice", record_beep_seconds: 60 };
	config.prompts.notice = { text: { en: NOTICE } };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }, { user: agent(2), name: "Ben", queues: ["support"] }];
	config.recordings = { folder: "tapes", format: "wav", keep_days: 7 };
}).prepare((dir) => {
	folder = join(dir, "tapes");
	mkdirSync(folder);
	for (const name of ["0000000001-4.opus", "0000000002-4.wav", "notes.txt"]) writeFileSync(join(folder, name), "x");
	const old = Date.now() / 1000 - 8 * 86400;
	for (const name of ["0000000001-4.opus", "notes.txt"]) utimesSync(join(folder, name), old, old);
}).open();
await house.start();
await house.idle();
await house.quiet();
same(await house.stopFoyer(), 0, "the service ends with status 0");
same(house.contacts().map((c) => c.outcome), ["handled", "handled", "handled", "handled"], "all were handled");

ok(!existsSync(join(folder, "0000000001-4.opus")), "what is older than a week is deleted");
ok(existsSync(join(folder, "0000000002-4.wav")) && existsSync(join(folder, "notes.txt")),
	"and neither what is not, nor what is not ours");
const files = readdirSync(folder).filter((n) => /^0{9}1-\d+\.wav$/.test(n));
same(files.length, 1, "carla's conversation is in one file");
same(readdirSync(folder).filter((n) => /^0{9}2-\d+\.wav$/.test(n)), ["0000000002-4.wav"], "dora's is in none");
const lines = house.foyerLog().split("\n").filter((l) => / media .*(contact=3 .*recorded|recorded: its notice)/.test(l));
ok(lines.length === 1 && /warn .*was not recorded: its notice was not said to the end/.test(lines[0]), "that fred, who left amid the notice, was not recorded is said once", lines);
same(readdirSync(folder).filter((n) => /^0{9}3-/.test(n)), [], "and he left no file");
const tape = join(folder, files[0]);
same(statSync(tape).mode & 0o777, 0o600, "which is the service's own");

const side = (channel) => {
	const out = join(house.dir, `side-${channel}.wav`);
	execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-i", tape, "-af", `pan=mono|c0=c${channel}`, "-c:a", "pcm_s16le",
		"-bitexact", out]);
	return readWav(out);
};
const mouth = (name) => readWav(house.ear(`${name}.mouth`));
const left = side(0), right = side(1);
ok(left.length > 16000 * 3, "it lasts as long as they talked", left.length / 16000);
ok(findPiece(left, mouth("carla"), 16000).correlation > 0.8, "carla is left", findPiece(left, mouth("carla"), 16000));
ok(findPiece(left, mouth("ada"), 16000).correlation < 0.4, "and Ada is not");
ok(findPiece(right, mouth("ada"), 16000).correlation > 0.8, "Ada is right", findPiece(right, mouth("ada"), 16000));
ok(findPiece(right, mouth("carla"), 16000).correlation < 0.4, "and carla is not");

const tone = Float32Array.from({ length: 4800 }, (_, i) => 0.1 * Math.sin(2 * Math.PI * 1400 * i / 16000));
for (const [who, heard] of Object.entries({ carla: readWav(house.ear("carla")), ada: readWav(house.ear("ada")), left, right }))
	ok(find(heard, tone).correlation > 0.4, `the tone is in what ${who} heard`, find(heard, tone));
ok(find(readWav(house.ear("dora")), tone).correlation < 0.2, "and dora, who is not recorded, heard none");

const erna = readWav(house.ear("erna")), notice = speak("en", NOTICE), second = 16000;
const ended = find(erna, notice.subarray(-second)), toned = find(erna, tone);
ok(ended.correlation > 0.6, "erna, who was answered amid the notice, is told it to the end", ended);
ok(toned.offset > ended.offset + second - 3200, "and only then the recording begins", [ended, toned]);

await house.close();
done();
