#!/usr/bin/env node
// Tests of the measuring ear, as TAP. Sounds are made here; speech and Opus come from espeak-ng and
// ffmpeg where they are installed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { correlate, ear, find, findAll, readWav, RATE } from "./ear.mjs";

const dir = mkdtempSync(join(tmpdir(), "ear-"));
const at = (name) => join(dir, name);

// A sequence that is the same on every machine.
function noise(n, seed, loudness = 0.1) {
	const pcm = new Float64Array(n);
	for (let i = 0; i < n; i++) {
		seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
		pcm[i] = (seed / 2 ** 31 - 1) * loudness;
	}
	return pcm;
}

function chain(...parts) {
	const all = new Float64Array(parts.reduce((n, p) => n + p.length, 0));
	let n = 0;
	for (const p of parts) {
		all.set(p, n);
		n += p.length;
	}
	return all;
}

const silence = (ms) => new Float64Array((ms * RATE) / 1000);
const scaled = (pcm, gain) => pcm.map((x) => x * gain);

function wavBytes(pcm, { format = 1, channels = 1, rate = RATE, bits = 16 } = {}) {
	const b = Buffer.alloc(44 + 2 * pcm.length);
	b.write("RIFF", 0);
	b.writeUInt32LE(36 + 2 * pcm.length, 4);
	b.write("WAVEfmt ", 8);
	b.writeUInt32LE(16, 16);
	b.writeUInt16LE(format, 20);
	b.writeUInt16LE(channels, 22);
	b.writeUInt32LE(rate, 24);
	b.writeUInt32LE(rate * 2, 28);
	b.writeUInt16LE(2, 32);
	b.writeUInt16LE(bits, 34);
	b.write("data", 36);
	b.writeUInt32LE(2 * pcm.length, 40);
	pcm.forEach((x, i) => b.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(x * 32768))), 44 + 2 * i));
	return b;
}

function wav(name, pcm, format) {
	writeFileSync(at(name), wavBytes(pcm, format));
	return at(name);
}

const near = (is, want, by, what = "") => assert.ok(Math.abs(is - want) <= by, `${what} ${is}, not ${want} ± ${by}`);

function run(program, ...args) {
	const done = spawnSync(program, args, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
	assert.equal(done.status, 0, `${program}: ${done.stderr}`);
}
const installed = (program, ...args) => spawnSync(program, args, { stdio: "ignore" }).status === 0;
const speaks = installed("espeak-ng", "--version") && installed("ffmpeg", "-version");

function speech(name, voice, text) {
	run("espeak-ng", "-v", voice, "-w", at(`raw-${name}`), text);
	run("ffmpeg", "-v", "error", "-y", "-i", at(`raw-${name}`), "-ar", "16000", "-ac", "1", at(name));
	return at(name);
}

const tests = {
	"the level of a sine is its own, of silence -120"() {
		const sine = silence(1000).map((_, i) => 0.1 * Math.sqrt(2) * Math.sin((2 * Math.PI * 440 * i) / RATE));
		const file = wav("sine.wav", chain(silence(500), sine));
		near(ear(["level", file, "500", "1500"]).dbfs, -20, 0.01);
		near(ear(["level", file, "500", "1500"]).peak_dbfs, -16.99, 0.02);
		near(ear(["level", file, "0", "1500"]).dbfs, -21.76, 0.01);
		assert.deepEqual(ear(["level", file, "0", "500"]), { from_ms: 0, to_ms: 500, dbfs: -120, peak_dbfs: -120 });
		assert.equal(ear(["level", file, "500", "9000"]).to_ms, 1500);
	},

	"the fast correlation is the slow one, over many blocks and odd lengths"() {
		for (const [hayN, needleN] of [[20001, 777], [20000, 1], [5000, 5000], [4097, 4096], [3000, 1600]]) {
			const hay = noise(hayN, 1);
			const needle = noise(needleN, 2);
			const fast = correlate(hay, needle);
			assert.equal(fast.length, hayN - needleN + 1);
			for (let lag = 0; lag < fast.length; lag += 1 + (lag % 97)) {
				let dot = 0;
				for (let i = 0; i < needleN; i++) dot += needle[i] * hay[lag + i];
				near(fast[lag], dot, 1e-9, `${hayN}/${needleN} lag ${lag}`);
			}
		}
	},

	"a sound is found at its sample, at any loudness, the first time of two"() {
		const needle = noise(8000, 3);
		const hay = chain(silence(1234), scaled(needle, 0.1), silence(600), scaled(needle, 0.1));
		const got = ear(["find", wav("hay.wav", hay), wav("needle.wav", needle)]);
		assert.equal(got.starts_ms, 1234);
		near(got.gain_db, -20, 0.05);
		near(got.correlation, 1, 0.001);
		const later = ear(["find", at("hay.wav"), at("needle.wav"), "1300", "3000"]);
		assert.equal(later.starts_ms, 1234 + 500 + 600);
		const part = ear(["find", at("hay.wav"), at("needle.wav"), "--needle=100-400"]);
		assert.equal(part.starts_ms, 1234);
		assert.equal(part.needle_ms, 100);
		assert.equal(part.offset_ms, 1334);
	},

	"what is not in the stretch is not found"() {
		const needle = noise(8000, 3);
		const hay = wav("hay.wav", chain(silence(1000), needle, silence(1000)));
		wav("needle.wav", needle);
		assert.ok(ear(["find", hay, at("needle.wav"), "0", "1400"]).correlation < 0.95); // most of it
		assert.deepEqual(ear(["find", hay, at("needle.wav"), "0", "1000"]).correlation, 0);
		assert.equal(ear(["find", hay, at("needle.wav"), "0", "1000"]).starts_ms, null);
		assert.ok(ear(["absent", hay, wav("other.wav", noise(16000, 9))]).correlation < 0.1);
	},

	"the last bit of a quiet line is no sound"() {
		const needle = noise(8000, 3);
		const hay = scaled(needle, 1e-4);
		assert.ok(find(needle, needle).correlation > 0.999);
		assert.equal(find(hay, needle).correlation, 0);
	},

	"under another sound it counts as its share of the power"() {
		const needle = noise(16000, 3);
		const music = noise(48000, 4);
		const both = music.map((x, i) => x + (i >= 16000 && i < 32000 ? needle[i - 16000] : 0));
		const got = ear(["find", wav("both.wav", both), wav("needle.wav", needle)]);
		assert.equal(got.starts_ms, 1000);
		near(got.correlation, Math.SQRT1_2, 0.02);
		near(got.gain_db, 0, 0.2);
	},

	"an inserted frame hides the whole, not the pieces"() {
		const needle = noise(48000, 3);
		const hay = chain(silence(200), needle.subarray(0, 24000), silence(20), needle.subarray(24000));
		wav("hay.wav", hay);
		wav("needle.wav", needle);
		near(ear(["find", at("hay.wav"), at("needle.wav")]).correlation, 0.5, 0.25);
		const pieces = ear(["absent", at("hay.wav"), at("needle.wav")]);
		assert.ok(pieces.correlation > 0.99, JSON.stringify(pieces));
		assert.equal(pieces.piece_ms, 1000);
		assert.equal(pieces.starts_ms, 200);
	},

	"speech through Opus is found, another voice or another sentence is not": speaks
		? () => {
				const asks = "Hello, I would like to ask about my order from last week.";
				const anna = speech("anna.wav", "en+f3", asks);
				const others = [
					speech("carl.wav", "en+m4", asks),
					speech("bert.wav", "en+m3", "Sales, good morning, how can I help you today?"),
					speech("anna2.wav", "en+f3", "Thank you very much, and have a nice afternoon."),
				];
				run("ffmpeg", "-v", "error", "-y", "-i", anna, "-c:a", "libopus", "-application", "voip", "-b:a", "16k",
					"-frame_duration", "20", at("anna.ogg"));
				run("ffmpeg", "-v", "error", "-y", "-i", at("anna.ogg"), "-af", "adelay=700,volume=-9dB,apad=pad_dur=2", "-ar", "16000",
					"-ac", "1", at("heard.wav"));
				const got = ear(["find", at("heard.wav"), anna]);
				assert.ok(got.correlation > 0.9, JSON.stringify(got));
				near(got.starts_ms, 700, 5);
				near(got.gain_db, -9, 1);
				for (const other of others) {
					const no = ear(["absent", at("heard.wav"), other]);
					assert.ok(no.correlation < 0.3, `${other} ${JSON.stringify(no)}`);
				}
			}
		: null,

	"what is said twice is found twice, in order, and nothing else is"() {
		const a = noise(8000, 3), b = noise(8000, 5);
		const hay = chain(silence(100), a, b, scaled(a, 0.2), silence(300), b.subarray(0, 4000));
		const places = findAll(hay, a, 0.9);
		assert.deepEqual(places.map((p) => p.offset), [1600, 17600]);
		assert.ok(places.every((p) => p.correlation > 0.999), JSON.stringify(places));
		assert.deepEqual(findAll(hay, b, 0.9).map((p) => p.offset), [9600]);
		assert.deepEqual(findAll(hay, noise(8000, 7), 0.9), []);
		assert.deepEqual(findAll(a, chain(a, b), 0.9), []);
	},

	"a file that is still being written reads as far as it goes"() {
		const whole = wavBytes(noise(16000, 3));
		writeFileSync(at("cut.wav"), whole.subarray(0, 44 + 20001)); // crashed: fewer bytes than told
		assert.equal(readWav(at("cut.wav")).length, 10000);
		writeFileSync(at("more.wav"), Buffer.concat([whole, Buffer.alloc(640)])); // the header is a second behind
		assert.equal(readWav(at("more.wav")).length, 16000);
	},

	"wrong questions get a sentence and status 2"() {
		wav("needle.wav", noise(8000, 3));
		wav("hay.wav", noise(4000, 3));
		wav("mute.wav", silence(500));
		wav("stereo.wav", noise(8000, 3), { channels: 2 });
		wav("slow.wav", noise(8000, 3), { rate: 8000 });
		writeFileSync(at("page.wav"), "<html>404</html>");
		const rows = [
			[[], "usage"],
			[["hear", "a", "b"], "usage"],
			[["toString", "a", "b"], "usage"],
			[["level", at("hay.wav"), "0"], "usage"],
			[["level", at("hay.wav"), "0", "soon"], '"soon" is not a number'],
			[["level", at("hay.wav"), "-1", "5"], '"-1" is not a number'],
			[["level", at("hay.wav"), "100", "100"], "nothing in between"],
			[["level", at("hay.wav"), "250", "300"], "ends at 250 ms"],
			[["level", at("gone.wav"), "0", "1"], "ENOENT"],
			[["find", at("hay.wav"), at("needle.wav")], "shorter than the needle"],
			[["find", at("hay.wav"), at("mute.wav")], "is silent"],
			[["find", at("hay.wav"), at("stereo.wav")], "must be 1,1,16000,16"],
			[["find", at("slow.wav"), at("needle.wav")], "must be 1,1,16000,16"],
			[["find", at("page.wav"), at("needle.wav")], "not a RIFF WAVE"],
			[["find", at("hay.wav"), at("needle.wav"), "--peace=1"], "there is --needle"],
			[["find", at("needle.wav"), at("needle.wav"), "--piece=10"], "100 is the least"],
		];
		for (const [args, want] of rows) assert.throws(() => ear(args), (e) => e.message.includes(want) || assert.fail(`${args}: ${e.message}`));
		const program = fileURLToPath(new URL("ear.mjs", import.meta.url));
		const bad = spawnSync(process.execPath, [program, "level", at("gone.wav"), "0", "1"], { encoding: "utf8" });
		assert.equal(bad.status, 2);
		assert.match(bad.stderr, /^ear: ENOENT/);
		const good = spawnSync(process.execPath, [program, "level", at("mute.wav"), "0", "500"], { encoding: "utf8" });
		assert.equal(good.status, 0);
		assert.equal(good.stdout, '{"from_ms":0,"to_ms":500,"dbfs":-120,"peak_dbfs":-120}\n');
	},
};

console.log(`1..${Object.keys(tests).length}`);
let n = 0;
for (const [name, test] of Object.entries(tests)) {
	n++;
	if (!test) {
		console.log(`ok ${n} - ${name} # SKIP espeak-ng and ffmpeg are not installed`);
		continue;
	}
	try {
		test();
		console.log(`ok ${n} - ${name}`);
	} catch (e) {
		process.exitCode = 1;
		console.log(`not ok ${n} - ${name}\n${String(e.stack).replace(/^/gm, "# ")}`);
	}
}
rmSync(dir, { recursive: true });
