// Sentences as the service's voice speaks them, and which of them somebody heard. Not a test itself.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { RATE, cut, findAll, readWav } from "./ear.mjs";

const voices = { en: "en-gb", de: "de" };
const QUIET = 0.01;

// By the voice alone: nothing of ours is in it, so our levels and our words for numbers are judged.
const spoken = new Map();
export function speak(language, text) {
	const key = `${language} ${text}`;
	if (!spoken.has(key)) {
		const raw = execFileSync("espeak-ng", ["--stdout", "-b", "1", "-v", voices[language], "-s", "155", "--stdin"],
			{ input: text, maxBuffer: 1 << 24 });
		const pcm = execFileSync("ffmpeg", ["-v", "error", "-i", "pipe:0", "-f", "s16le", "-ar", String(RATE), "-ac", "1", "pipe:1"],
			{ input: raw, maxBuffer: 1 << 24 });
		spoken.set(key, trim(Float64Array.from({ length: pcm.length >> 1 }, (_, i) => pcm.readInt16LE(2 * i) / 32768)));
	}
	return spoken.get(key);
}

function trim(pcm) {
	let from = 0, to = pcm.length;
	while (from < to && Math.abs(pcm[from]) < QUIET) from++;
	while (to > from && Math.abs(pcm[to - 1]) < QUIET) to--;
	return pcm.subarray(from, to);
}

// sentences: { name: [language, text] }. What was heard of them, of the first `most` samples of each, in order:
// [{ what, from_ms, to_ms, correlation }]. A busy machine drops a frame now and then, and what follows comes later by it.
// Of two sentences at the same place, which may begin alike, it was the one that fits better.
export function heard(pcm, sentences, least = 0.9, most = Infinity) {
	const all = Object.entries(sentences).flatMap(([what, [language, text]]) => {
		const needle = speak(language, text).subarray(0, most);
		return findAll(pcm, needle, least).map((p) => ({
			what,
			from_ms: Math.round((p.offset * 1000) / RATE),
			to_ms: Math.round(((p.offset + needle.length) * 1000) / RATE),
			correlation: Number(p.correlation.toFixed(3)),
		}));
	});
	const overlap = (a, b) => Math.min(a.to_ms, b.to_ms) - Math.max(a.from_ms, b.from_ms) > 200;
	return all.filter((a) => !all.some((b) => b !== a && overlap(a, b) && b.correlation > a.correlation))
		.sort((a, b) => a.from_ms - b.from_ms);
}

// Every clip that Graph played to somebody, by the telephone's own timeline: what it says ("music" where it is none of
// the sentences), when, whether to its end, and whether it is in the ear sample by sample, from its first moment on.
export function clips(house, name, sentences) {
	const ends = /^(clip-ended|play-cancelled|left|hung-up)$/;
	const lines = house.timeline(name), ear = readWav(house.ear(name));
	return lines.filter((l) => l.what === "clip-started").map((l) => {
		const end = lines.find((e) => ends.test(e.what) && e.sample >= l.sample && (e.cookie ?? l.cookie) === l.cookie && (e.clip ?? l.clip) === l.clip);
		const answer = lines.find((e) => e.what === "say-on" && e.sample >= l.sample && e.sample < end.sample);
		const file = wavOf(house, l.name);
		const n = Math.min(file.length, (answer ?? end).sample - l.sample);
		return { what: labelOf(house, l.name, sentences), from_ms: l.ms, to_ms: end.ms, operation: l.cookie, whole: end.what === "clip-ended",
			exact: file.subarray(0, n).every((x, i) => x === ear[l.sample + i]) };
	});
}

const files = new Map();
function wavOf(house, name) {
	if (!files.has(name)) files.set(name, readWav(join(house.config.store.prompts, name)));
	return files.get(name);
}

const labels = new Map();
function labelOf(house, name, sentences) {
	if (!labels.has(name)) labels.set(name, heard(wavOf(house, name), sentences)[0]?.what ?? "music");
	return labels.get(name);
}

// When somebody else's voice is first heard, in ms of the ear from from_ms on: any half second of what is said in there.
export function firstHeard(ear, mouth, fromMs) {
	const hay = cut(ear, fromMs, fromMs + 5000);
	const places = [];
	for (let at = 0; at + RATE / 2 <= mouth.length; at += RATE / 2)
		for (const p of findAll(hay, mouth.subarray(at, at + RATE / 2), 0.9)) places.push(fromMs + (p.offset * 1000) / RATE);
	return Math.min(...places);
}
