#!/usr/bin/env node
// What did this person hear, and when? Measures WAVs of the simulator's telephones.
//
//   ear.mjs level  FILE FROM_MS TO_MS
//   ear.mjs find   FILE NEEDLE.wav [FROM_MS TO_MS] [--needle=FROM_MS-TO_MS] [--piece=MS]
//   ear.mjs absent FILE NEEDLE.wav [FROM_MS TO_MS] [--needle=FROM_MS-TO_MS] [--piece=MS]
//
// Prints one line of JSON. level: dbfs and peak_dbfs (full scale is 0, silence -120). find and
// absent: the best normalised cross-correlation (1 is the same sound at any loudness, 0 nothing of
// it), how much louder (gain_db) the needle is there than in its file, and where (ms of FILE) the
// needle begins: starts_ms. offset_ms, needle_ms and piece_ms tell which piece of it was the best.
//
// find looks for the needle as a whole, and for the first such place among equals. absent is there
// to prove that somebody does NOT hear a voice: it tries every second of the needle by itself
// (--piece=1000), so that a lost or inserted frame in FILE cannot hide it, and gives the best.
// Where frames may be lost, find with --piece=1000 as well.
//
// What to expect (ear_test.mjs measures it): the same sound 1.00; through Opus above 0.9; under
// another sound, the root of its share of the power (0.7 for two of the same loudness); another
// voice, or the same saying something else, below 0.3. A stretch 50 dB below the needle is silence.
//
// Exit: 0 with a line, 2 with a sentence on standard error. All functions can be imported.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const RATE = 16000;
const SILENCE_DB = -120;
const SHORTEST = RATE / 10; // samples
const QUIETER_THAN_NEEDLE = 1e-5; // as power: 50 dB down there is only rounding to correlate with

class Complaint extends Error {}

// The samples of a WAV of our only format, as Float64Array from -1 to 1. A file that is still being
// written is as long as its header says, or as its bytes reach.
export function readWav(path) {
	const b = readFileSync(path);
	const text = (at) => b.toString("latin1", at, at + 4);
	let fmt;
	if (b.length < 12 || text(0) !== "RIFF" || text(8) !== "WAVE") throw new Complaint(`${path}: not a RIFF WAVE file`);
	for (let at = 12; at + 8 <= b.length; ) {
		const n = b.readUInt32LE(at + 4);
		if (text(at) === "fmt " && at + 24 <= b.length)
			fmt = [b.readUInt16LE(at + 8), b.readUInt16LE(at + 10), b.readUInt32LE(at + 12), b.readUInt16LE(at + 22)];
		if (text(at) === "data") {
			if (String(fmt) !== `1,1,${RATE},16`)
				throw new Complaint(`${path}: format,channels,rate,bits are ${fmt}; must be 1,1,${RATE},16`);
			return samplesOf(b.subarray(at + 8, Math.min(at + 8 + n, b.length)));
		}
		at += 8 + n + (n % 2);
	}
	throw new Complaint(`${path}: has no data`);
}

function samplesOf(bytes) {
	const pcm = new Float64Array(bytes.length >> 1);
	for (let i = 0; i < pcm.length; i++) pcm[i] = bytes.readInt16LE(2 * i) / 32768;
	return pcm;
}

export function cut(pcm, fromMs = 0, toMs = Infinity) {
	return pcm.subarray(Math.round((fromMs * RATE) / 1000), Math.min(pcm.length, Math.round((toMs * RATE) / 1000)));
}

const db = (power) => (power > 1e-12 ? 10 * Math.log10(power) : SILENCE_DB);

export function level(pcm) {
	let sum = 0;
	let peak = 0;
	for (const x of pcm) {
		sum += x * x;
		peak = Math.max(peak, Math.abs(x));
	}
	return { dbfs: db(pcm.length ? sum / pcm.length : 0), peak_dbfs: db(peak * peak) };
}

// The roots of unity of each stage side by side, as the transform reads them.
const turnsBySize = new Map();
function turnsOf(n) {
	if (!turnsBySize.has(n)) {
		const re = new Float64Array(n);
		const im = new Float64Array(n);
		for (let half = 1; half < n; half *= 2)
			for (let k = 0; k < half; k++) {
				re[half + k] = Math.cos((Math.PI * k) / half);
				im[half + k] = -Math.sin((Math.PI * k) / half);
			}
		turnsBySize.set(n, { re, im });
	}
	return turnsBySize.get(n);
}

// In place, n a power of two.
function fft(re, im) {
	const n = re.length;
	const turns = turnsOf(n);
	for (let i = 1, j = 0; i < n; i++) {
		let bit = n >> 1;
		for (; j & bit; bit >>= 1) j ^= bit;
		j ^= bit;
		if (i < j) {
			[re[i], re[j]] = [re[j], re[i]];
			[im[i], im[j]] = [im[j], im[i]];
		}
	}
	for (let half = 1; half < n; half *= 2)
		for (let base = 0; base < n; base += 2 * half)
			for (let k = 0; k < half; k++) {
				const a = base + k;
				const b = a + half;
				const wr = turns.re[half + k];
				const wi = turns.im[half + k];
				const tr = re[b] * wr - im[b] * wi;
				const ti = re[b] * wi + im[b] * wr;
				re[b] = re[a] - tr;
				im[b] = im[a] - ti;
				re[a] += tr;
				im[a] += ti;
			}
}

// What make() gives for this sound and this size of transform, once: many needles are looked for in one hay.
function remembered(memory, pcm, n, make) {
	if (!memory.has(pcm)) memory.set(pcm, new Map());
	const sizes = memory.get(pcm);
	if (!sizes.has(n)) sizes.set(n, make());
	return sizes.get(n);
}

function spectrum(a, b, n) {
	const re = new Float64Array(n);
	const im = new Float64Array(n);
	re.set(a);
	im.set(b);
	fft(re, im);
	return { re, im };
}

// Blocks of n samples that begin at each half of n, two at a time as real and imaginary part of one transform.
const hays = new WeakMap();
function blocksOf(hay, n) {
	return remembered(hays, hay, n, () => {
		const blocks = [];
		for (let at = 0; at < hay.length; at += n)
			blocks.push(spectrum(hay.subarray(at, at + n), hay.subarray(Math.min(at + n / 2, hay.length), at + n / 2 + n), n));
		return blocks;
	});
}

// dot[lag] = sum of needle[i] * hay[lag + i], for every lag at which the needle fits. Overlap-save; a block of n gives the
// first half of its lags, so that the hay's blocks are the same for all needles of up to n / 2.
const needles = new WeakMap();
export function correlate(hay, needle) {
	const dot = new Float64Array(hay.length - needle.length + 1);
	let n = 4096;
	while (n < 2 * needle.length) n *= 2;
	const sought = remembered(needles, needle, n, () => spectrum(needle, [], n));
	const re = new Float64Array(n);
	const im = new Float64Array(n);
	blocksOf(hay, n).forEach((block, i) => {
		for (let k = 0; k < n; k++) {
			// times the needle's conjugate, then conjugate again: a forward transform inverts
			re[k] = block.re[k] * sought.re[k] + block.im[k] * sought.im[k];
			im[k] = -(block.im[k] * sought.re[k] - block.re[k] * sought.im[k]);
		}
		fft(re, im);
		for (let k = 0; k < n / 2 && i * n + k < dot.length; k++) dot[i * n + k] = re[k] / n;
		for (let k = 0; k < n / 2 && i * n + n / 2 + k < dot.length; k++) dot[i * n + n / 2 + k] = -im[k] / n;
	});
	return dot;
}

const energy = (pcm) => pcm.reduce((sum, x) => sum + x * x, 0);

// Calls at(r, lag, gain) for every place at which the needle fits: r is the normalised correlation there.
function everywhere(hay, needle, at) {
	const own = energy(needle);
	if (own === 0 || needle.length > hay.length) return;
	const dot = correlate(hay, needle);
	let power = energy(hay.subarray(0, needle.length));
	for (let lag = 0; lag < dot.length; lag++) {
		at(power > own * QUIETER_THAN_NEEDLE ? Math.min(dot[lag] / Math.sqrt(own * power), 1) : 0, lag, dot[lag] / own);
		power += (hay[lag + needle.length] ?? 0) ** 2 - hay[lag] ** 2;
	}
}

// { correlation, offset, gain_db }: offset in samples, -1 when there is nothing to find it in.
export function find(hay, needle) {
	const best = { correlation: 0, offset: -1, gain_db: SILENCE_DB };
	everywhere(hay, needle, (r, lag, gain) => {
		// A later place must be better by more than the transform's rounding.
		if (r > best.correlation + 1e-9) Object.assign(best, { correlation: r, offset: lag, gain_db: db(gain ** 2) });
	});
	return best;
}

// A quarter of the rate: enough of a voice to see where to look closely.
const COARSE = 4;
const COARSE_LEAST = 0.5;
const coarses = new WeakMap();
function coarse(pcm) {
	return remembered(coarses, pcm, COARSE, () => {
		const slow = new Float64Array(Math.floor(pcm.length / COARSE));
		for (let i = 0; i < slow.length * COARSE; i++) slow[Math.floor(i / COARSE)] += pcm[i];
		return slow;
	});
}

// The best place of those around here, each sample of the needle against each of the hay.
function closely(hay, needle, around) {
	const own = energy(needle);
	const best = { correlation: 0, offset: -1 };
	for (let lag = Math.max(0, around - 2 * COARSE); lag <= Math.min(around + 2 * COARSE, hay.length - needle.length); lag++) {
		let dot = 0;
		let power = 0;
		for (let i = 0; i < needle.length; i++) {
			dot += needle[i] * hay[lag + i];
			power += hay[lag + i] ** 2;
		}
		const correlation = power > own * QUIETER_THAN_NEEDLE ? dot / Math.sqrt(own * power) : 0;
		if (correlation > best.correlation + 1e-9) Object.assign(best, { correlation, offset: lag });
	}
	return best;
}

// Of places that overlap the best; they come in order.
function keepBest(places, place, length) {
	const last = places.at(-1);
	if (!last || place.offset >= last.offset + length) places.push(place);
	else if (place.correlation > last.correlation + 1e-9) Object.assign(last, place);
}

// Each place where the needle is at least so much like what is there, in order; of places that overlap the best.
export function findAll(hay, needle, least) {
	const rough = [];
	const places = [];
	everywhere(coarse(hay), coarse(needle), (correlation, offset) => {
		if (correlation >= COARSE_LEAST) keepBest(rough, { correlation, offset }, SHORTEST / COARSE);
	});
	for (const { offset } of rough) {
		const place = closely(hay, needle, offset * COARSE);
		if (place.correlation >= least) keepBest(places, place, needle.length);
	}
	return places;
}

// The best of the needle's pieces that are not mostly silence; needle is where the piece begins in it.
export function findPiece(hay, needle, piece) {
	const loud = energy(needle) / needle.length;
	let best = { correlation: 0, offset: -1, gain_db: SILENCE_DB, needle: 0 };
	for (let at = 0; at < needle.length; at += piece) {
		const from = Math.max(0, Math.min(at, needle.length - piece)); // the last one is whole as well
		const part = needle.subarray(from, from + piece);
		if (energy(part) / part.length < loud / 10) continue;
		const here = find(hay, part);
		if (here.correlation > best.correlation) best = { ...here, needle: from };
	}
	return best;
}

function number(text, what) {
	const n = Number(text);
	if (text === undefined || text === "" || !Number.isFinite(n) || n < 0)
		throw new Complaint(`${what}: "${text}" is not a number of milliseconds`);
	return n;
}

function readArguments(argv) {
	const options = { piece: undefined, needle: undefined };
	const plain = argv.filter((arg) => {
		const option = /^--([a-z]+)=(.*)$/.exec(arg);
		if (!option) return true;
		if (!(option[1] in options)) throw new Complaint(`${arg}: there is --needle=FROM-TO and --piece=MS`);
		options[option[1]] = option[2];
		return false;
	});
	return { plain, options };
}

const ms = (samples) => (samples * 1000) / RATE;
const tidy = (x, digits) => Number(x.toFixed(digits));

function stretch(file, from, to) {
	const pcm = readWav(file);
	const range = [from === undefined ? 0 : number(from, "FROM_MS"), to === undefined ? ms(pcm.length) : number(to, "TO_MS")];
	if (range[1] <= range[0]) throw new Complaint(`from ${range[0]} to ${range[1]} ms: there is nothing in between`);
	if (range[0] >= ms(pcm.length)) throw new Complaint(`${file}: ends at ${ms(pcm.length)} ms, before ${range[0]}`);
	return { pcm: cut(pcm, ...range), from_ms: range[0], to_ms: Math.min(range[1], ms(pcm.length)) };
}

function doLevel([file, from, to]) {
	const s = stretch(file, number(from, "FROM_MS"), number(to, "TO_MS"));
	const l = level(s.pcm);
	return { from_ms: s.from_ms, to_ms: s.to_ms, dbfs: tidy(l.dbfs, 2), peak_dbfs: tidy(l.peak_dbfs, 2) };
}

function doFind([file, needleFile, from, to], options, pieceMs) {
	const s = stretch(file, from, to);
	const n = stretch(needleFile, ...(options.needle?.split("-") ?? []));
	const wanted = options.piece === undefined ? pieceMs : number(options.piece, "--piece");
	const piece = Math.min(n.pcm.length, Math.round((wanted * RATE) / 1000));
	if (piece < SHORTEST) throw new Complaint(`a needle of ${ms(piece)} ms is found everywhere; 100 is the least`);
	if (energy(n.pcm) === 0) throw new Complaint(`${needleFile}: is silent, nothing can be like it`);
	if (piece > s.pcm.length)
		throw new Complaint(`${file}: the stretch of ${ms(s.pcm.length)} ms is shorter than the needle of ${ms(piece)} ms`);
	const best = findPiece(s.pcm, n.pcm, piece);
	return {
		correlation: tidy(best.correlation, 4),
		starts_ms: best.offset < 0 ? null : tidy(s.from_ms + ms(best.offset - best.needle) - n.from_ms, 3),
		offset_ms: best.offset < 0 ? null : tidy(s.from_ms + ms(best.offset), 3),
		needle_ms: tidy(n.from_ms + ms(best.needle), 3),
		piece_ms: tidy(ms(piece), 3),
		gain_db: tidy(best.gain_db, 2),
	};
}

const commands = {
	level: { n: [3, 3], run: (plain) => doLevel(plain) },
	find: { n: [2, 4], run: (plain, options) => doFind(plain, options, Infinity) },
	absent: { n: [2, 4], run: (plain, options) => doFind(plain, options, 1000) },
};

// What the command line does, as a function: the object that is printed, or a thrown complaint.
export function ear(argv) {
	const { plain, options } = readArguments(argv);
	const command = Object.hasOwn(commands, plain[0] ?? "") ? commands[plain[0]] : null;
	if (!command || plain.length - 1 < command.n[0] || plain.length - 1 > command.n[1])
		throw new Complaint(
			"usage: ear.mjs level FILE FROM_MS TO_MS | find FILE NEEDLE.wav [FROM_MS TO_MS] | absent FILE NEEDLE.wav [FROM_MS TO_MS]",
		);
	return command.run(plain.slice(1), options);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	try {
		console.log(JSON.stringify(ear(process.argv.slice(2))));
	} catch (e) {
		if (!(e instanceof Complaint) && !e.code) throw e;
		console.error(`ear: ${e.message}`);
		process.exitCode = 2;
	}
}
