#!/usr/bin/env node
// A JSON Schema reader we did not write (npm's ajv) and ours judge the example configuration and seeded mutations of
// it: what ajv refuses, foyer check refuses, at a place; what foyer check finds good, ajv finds good. Faults that only
// our cross checks find are foyer's alone. SEED and MUTATIONS in the environment. Prints TAP.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), "..", ".."));
const foyer = process.env.FOYER ?? "build/asan/foyer";
const require = createRequire(join(process.cwd(), "tests", "peers", "package.json"));
const Ajv = require("ajv/dist/2020").default;
const schema = JSON.parse(readFileSync("bot/shell/foyer.schema.json", "utf8"));
const judge = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
const example = JSON.parse(readFileSync("bot/example.json", "utf8"));
const folder = mkdtempSync(join(tmpdir(), "foyer-schema-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

// mulberry32: the same dice on every machine.
let seed = Number(process.env.SEED ?? 7) >>> 0;
const count = Number(process.env.MUTATIONS ?? 250);
function dice() {
	seed = (seed + 0x6d2b79f5) >>> 0;
	let t = seed;
	t = Math.imul(t ^ (t >>> 15), t | 1);
	t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
	return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const pick = (list) => list[Math.floor(dice() * list.length)];

// Members that the example leaves out, so that their rules are tried too.
const rich = structuredClone(example);
Object.assign(rich, {
	prompt_base: "https://prompts.example.com", cloud: "global",
	voice: { engine: "azure-speech", region: "westeurope", names: { de: "de-DE-KatjaNeural" }, fallback: "espeak-ng", language: "de", words_per_minute: 155 },
	limits: { contacts: 50, connections: 100, head_seconds: 5, body_seconds: 5.5, keep_alive_seconds: 900,
		active_seconds: 20, transfer_seconds: 60, play_seconds: 60, talk_seconds: 3600 },
});
rich.listen.client_ca = "ca.pem";
rich.listen.plain = false;
rich.agents[0].signed_in = false;
rich.agents[0].skills = { en: 3, de: 10 };
rich.prompts.spoken = { text: "Grüß Gott, {number}.", language: "de" };
Object.assign(rich.queues.sales, { wait_seconds_max: 60, waiting_max: 9, short_abandon_seconds: 2, music: "",
	position_prompt: "position", timeout_prompt: "timeout", full_prompt: "", no_agents_prompt: "no-agents" });
Object.assign(rich.flows.welcome[1].menu, { retries: 1, timeout_seconds: 2.5, wrong_prompt: "", "*": "hang-up" });
rich.flows.bye = [{ hang_up: true }];
rich.flows.all = [{ collect: { prompt: "choose", variable: "number", min_digits: 2, max_digits: 8, terminator: "" } },
	{ lookup: { ask: "crm", wait_seconds: 1.5, variable: "answer", cases: { gold: "sales" }, otherwise: "bye" } },
	{ branch: { variable: "number", above: 1000, to: "bye" } }, { branch: { language: "de", to: "sales" } },
	{ set: { priority: 2, variables: { number: -1 } } }, { transfer: { to: "desk", otherwise: "bye" } },
	{ survey: { question: 3, min: 1, max: 9 } }];
rich.lookups = { crm: { url: "https://crm.example.com/{digits}", method: "POST", timeout_seconds: 2,
	header: { name: "Authorization", environment: "CRM_TOKEN" },
	cases: { gold: { pointer: "/tier", values: ["gold", 1, true] }, other: { pointer: "", values: [2.5] } } } };
rich.teams_app = { id: "cccccccc-0000-4000-8000-000000000002", version: "1.2.3", name: "Hotline", organisation: "Muster", contact: "data@example.com",
	website: "https://example.com", accent_color: "#336699", color_icon: "c.png", outline_icon: "o.png", privacy: { en: "Privacy", de: "Datenschutz" }, terms: { de: "AGB" } };
rich.transfers = { desk: { number: "+4930123456" }, boss: { user: "cccccccc-0000-4000-8000-000000000001" } };
Object.assign(rich.queues.support, { strategy: "ring-all", hand_off: "bridge", ring_at_once: 3, skills: { german: 0 },
	relax: [{ after_seconds: 5, skills: {} }], priority_seconds: 60, sticky_seconds: 5, join_needs: "present",
	stay_needs: "active", unanswered_max: 3, wrap_up_codes: ["Solved"], back_off_busy_seconds: 5,
	call_back: { attempts: 2, retry_seconds: 60, dial_seconds: 30, prompt: "" } });
rich.agents[2].queues = [{ queue: "support", tier: 1, weight: 3 }];
rich.agents[2].supervisor = true;

const values = [null, true, false, 0, 1, -1, 0.5, 5.0, 1.5, 7, 65535, 65536, 1e6, 1e12, 1e300, "", "a", "A", "longest-idle",
	"bridge", "de", "https://a.example", "http://[::1]:1/x", "ftp://a", "https://a b", "https://ä.example", "x".repeat(100),
	"ä".repeat(100), "x".repeat(101), "x".repeat(1001), "ü".repeat(301), "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01",
	"4B1F2D00-8E4C-4D0E-9A55-0D9F0C7F1A01", "4b1f2d008e4c4d0e9a550d9f0c7f1a01", "\u00a0", "a\nb", [], {}, [1], ["a"],
	{ a: 1 }, [{}], { play: "greeting" }, "09:00-17:00", "18:00-02:00", "24:00-25:00", "2026-12-24", "2026-02-30", "+4930123456",
	{ en: "a", de: "b" }, { queue: "sales" }, { queue: "sales", tier: 8 }, { german: 3 }, "Europe/Berlin", "pick"];
const names = ["a", "A", "1", "*", "#", "12", "play", "queue", "x y", "ä", "a".repeat(63), "a".repeat(64), "default", "text",
	"wav", "en", "german", "mon", "tier", "skills", "-", "_a", "colour", "$schema", "~1", "a/b"];

// Every object and array of a document, the whole included.
function containers(of, out = []) {
	if (of && typeof of === "object") {
		out.push(of);
		for (const member of Object.values(of)) containers(member, out);
	}
	return out;
}

const ways = {
	drop(at, key) {
		if (Array.isArray(at)) at.splice(Number(key), 1);
		else delete at[key];
	},
	rename(at, key) {
		if (Array.isArray(at)) return;
		const value = at[key];
		delete at[key];
		at[pick(names)] = value;
	},
	replace(at, key) { at[key] = structuredClone(pick(values)); },
	nudge(at, key) {
		if (typeof at[key] === "number") at[key] = pick([at[key] + 0.5, -at[key], at[key] * 1000, 0, at[key] + 1]);
		else if (typeof at[key] === "string") at[key] = pick([`${at[key]}x`, at[key].slice(1), at[key].toUpperCase()]);
		else at[key] = structuredClone(pick(values));
	},
	add(at) {
		if (Array.isArray(at)) at.push(structuredClone(pick(values)));
		else at[pick(names)] = structuredClone(pick(values));
	},
	copy(at, key) {
		if (Array.isArray(at)) at.push(structuredClone(at[key]));
		else at[pick(names)] = structuredClone(at[key]);
	},
};

function mutant(i) {
	const doc = structuredClone(i % 2 ? rich : example);
	let story = "";
	for (let n = 1 + Math.floor(dice() * 2); n > 0; n--) {
		const at = pick(containers(doc)), keys = Object.keys(at), way = pick(Object.keys(ways));
		if (!keys.length && way !== "add") continue;
		const key = pick(keys.length ? keys : [""]);
		ways[way](at, key);
		story += ` ${way} ${key}`;
	}
	return { doc, story };
}

function check(path) {
	return new Promise((yes, no) => {
		const child = spawn(foyer, ["check", path], { stdio: ["ignore", "pipe", "pipe"] });
		let out = "", err = "";
		child.stdout.on("data", (d) => (out += d));
		child.stderr.on("data", (d) => (err += d));
		child.on("error", no);
		child.on("close", (status) => yes({ status, out, err }));
	});
}

// What only our reader of the schema says; the rest are cross checks.
const ofSchema = /: (an? \w+ belongs here|".*" is unknown here|.* does not fit: |\S+ is out of range: |longer than the limit|must not be empty|at (least|most) \d+ )/;
const tally = { both_good: 0, both_bad: 0, cross_check_only: 0 };
const quarrels = [];
async function compare(i, doc, story) {
	const path = join(folder, `${i}.json`), good = judge(doc), why = JSON.stringify(judge.errors);
	writeFileSync(path, JSON.stringify(doc, null, "\t"));
	const { status, out, err } = await check(path);
	const places = out.split("\n").filter((l) => l.startsWith(`${path}:`));
	const quarrel = (what) => quarrels.push(`${what}:${story}\n  ajv: ${why}\n  foyer (exit ${status}): ${out}${err}`);

	if (status !== 0 && status !== 1) quarrel("a crash");
	else if (!good && status === 0) quarrel("ajv refuses, foyer does not");
	else if (status === 1 && !places.every((l) => /:[1-9][0-9]*:[1-9][0-9]*: \S/.test(l))) quarrel("a fault without a place");
	else if (status === 1 && places.length === 0) quarrel("refused without a fault");
	else if (good && places.some((l) => ofSchema.test(l))) quarrel("our reader of the schema refuses, ajv does not");
	else tally[good ? (status ? "cross_check_only" : "both_good") : "both_bad"]++;
	rmSync(path);
}

await compare("example", example, " the example");
await compare("rich", rich, " the example with more members");
const unharmed = tally.both_good;
const work = Array.from({ length: count }, (_, i) => ({ i, ...mutant(i) }));
await Promise.all(cpus().map(async () => {
	for (let w = work.pop(); w; w = work.pop()) await compare(w.i, w.doc, w.story);
}));

let n = 0;
function ok(good, name, story) {
	n++;
	if (!good) {
		process.exitCode = 1;
		console.log(String(story).replace(/^/gm, "# "));
	}
	console.log(`${good ? "ok" : "not ok"} ${n} - ${name}`);
}
ok(unharmed === 2, "both find the example good, and the example with more members", JSON.stringify(tally));
ok(quarrels.length === 0, `${count} mutations: no quarrel`, quarrels.slice(0, 5).join("\n"));
ok(tally.both_good > count / 20 && tally.both_bad > count / 4, "the mutations try both", JSON.stringify(tally));
console.log(`# ${JSON.stringify(tally)}`);
console.log(`1..${n}`);
