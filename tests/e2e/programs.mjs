#!/usr/bin/env node
// What the programs say on the command line: foyer replay of every folder of fixtures against tests/golden/replay
// (GOLDEN=write rewrites those), the place of every malformed body, foyer check, schema and help. Prints TAP.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(join(dirname(fileURLToPath(import.meta.url)), "..", ".."));
const foyer = process.env.FOYER ?? "build/asan/foyer";
const sim = process.env.FOYER_SIM ?? "build/asan/foyer-sim";
const folder = mkdtempSync(join(tmpdir(), "foyer-programs-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

let n = 0;
function row(name, test) {
	n++;
	try {
		test();
		console.log(`ok ${n} - ${name}`);
	} catch (e) {
		process.exitCode = 1;
		console.log(String(e.message).replace(/^/gm, "# "));
		console.log(`not ok ${n} - ${name}`);
	}
}
function equal(got, want, what) {
	if (got !== want) throw new Error(`${what}: got\n${got}\nwant\n${want}`);
}
function fits(got, pattern, what) {
	if (!pattern.test(got)) throw new Error(`${what}: ${pattern} does not fit\n${got}`);
}
function run(program, ...words) {
	const r = spawnSync(program, words, { encoding: "utf8", timeout: 60000 });
	if (r.error) throw r.error;
	return { status: r.status, out: r.stdout, err: r.stderr };
}
const file = (name, text) => {
	writeFileSync(join(folder, name), text);
	return join(folder, name);
};

// ---- replay

for (const name of ["call", "envelope", "one-call", "operation", "roster"])
	row(`replay: tests/fixtures/${name} says what it always said`, () => {
		const first = run(foyer, "replay", `tests/fixtures/${name}`);
		const golden = `tests/golden/replay/${name}.txt`;

		equal(first.status, 0, first.err);
		equal(first.err, "", "standard error");
		fits(first.out, /\ndigest=[0-9a-f]{64}\n$/, "the last line");
		equal(run(foyer, "replay", `tests/fixtures/${name}`).out, first.out, "a second time");
		if (process.env.GOLDEN === "write") {
			mkdirSync(dirname(golden), { recursive: true });
			writeFileSync(golden, first.out);
		}
		equal(first.out, readFileSync(golden, "utf8"), golden);
	});

row("replay: files one by one say what their folder says", () => {
	const files = readdirSync("tests/fixtures/one-call").sort().map((f) => `tests/fixtures/one-call/${f}`);

	equal(run(foyer, "replay", ...files).out, readFileSync("tests/golden/replay/one-call.txt", "utf8"), "output");
});

row("replay: one-call is a call that is handled", () => {
	const told = readFileSync("tests/golden/replay/one-call.txt", "utf8");
	const steps = [/^older first message -> 204$/, /^call-incoming /, /-> answer /, /^call-active /, /-> listen /,
		/-> play .*prompt=1$/, /^play-ended /, /-> play .*prompt=2$/, /^digit .*digit=1$/, /-> hold .*queue=1 /,
		/-> ring .*agent=1 queue=1$/, /^agent-answered /, /-> connect .*agent=1 /, /^agent-left /, /-> hang-up /,
		/^call-ended .*end=by-us$/, /-> outcome contact=1 handled .*agent=1 offers=1 /];
	const lines = told.split("\n").map((l) => l.replace(/^(\s*-> )?\d+ /, "$1").trim());
	let at = 0;

	for (const step of steps) {
		while (at < lines.length && !step.test(lines[at])) at++;
		if (at++ >= lines.length) throw new Error(`${step} does not come, or not in order:\n${told}`);
	}
});

row("replay: the example serves where no configuration is named", () => {
	equal(run(foyer, "replay", "--config", "bot/example.json", "tests/fixtures/one-call").out,
		run(foyer, "replay", "tests/fixtures/one-call").out, "output");
});

// Of these only items are malformed: each is told, and what else is in the body is taken.
const itemsOnly = ["among-others", "data-string", "item-number", "participant-id-long", "participant-text", "result-array",
	"route-text", "state-number", "stream-text"].map((f) => `${f}.json`);

for (const f of itemsOnly)
	row(`replay: an item of malformed/${f} is named by its place`, () => {
		const path = `tests/fixtures/malformed/${f}`;
		const r = run(foyer, "replay", path);

		equal(r.status, 0, "exit status");
		fits(r.out, /^1001000 other .* \d+:\d+ \S.*: cannot be read -> ignored$/m, "standard output");
		if (!new RegExp(`^(${path}:[1-9][0-9]*:[1-9][0-9]*: \\S.* -> ignored\\n)+$`).test(r.err))
			throw new Error(`standard error: ${r.err}`);
	});

row("replay: an incoming call beside malformed items is taken", () => {
	fits(run(foyer, "replay", "tests/fixtures/malformed/among-others.json").out, /^1001000 call-incoming /m, "standard output");
});

for (const f of readdirSync("tests/fixtures/malformed").sort().filter((f) => !itemsOnly.includes(f)))
	row(`replay: malformed/${f} is named by its place`, () => {
		const path = `tests/fixtures/malformed/${f}`;
		const r = run(foyer, "replay", path);

		equal(r.status, 1, "exit status");
		equal(r.out, "", "standard output");
		if (!new RegExp(`^${path}:[1-9][0-9]*:[1-9][0-9]*: \\S.*\\n$`).test(r.err))
			throw new Error(`standard error: ${r.err}`);
	});

row("replay: a malformed body ends it, and there is no digest", () => {
	const r = run(foyer, "replay", "tests/fixtures/one-call", "tests/fixtures/malformed/cut.json");

	equal(r.status, 1, "exit status");
	fits(r.out, /handled/, "what came before");
	if (/digest=/.test(r.out)) throw new Error("a digest of half a tape");
});

row("replay: a body beyond the limit", () => {
	const r = run(foyer, "replay", file("large.json", " ".repeat(1 << 20) + "{}"));

	equal(r.status, 1, "exit status");
	fits(r.err, /large\.json: longer than 1048576 bytes\n$/, "standard error");
});

row("replay: a folder without a body", () => {
	mkdirSync(join(folder, "empty"));
	const r = run(foyer, "replay", join(folder, "empty"));

	equal(r.status, 1, "exit status");
	fits(r.err, /empty: no \.json file in this folder\n$/, "standard error");
});

row("replay: a path that leads nowhere", () => {
	for (const path of ["nowhere.json", "nowhere", "nowhere.sqlite"]) {
		const r = run(foyer, "replay", join(folder, path));

		equal(r.status, 1, "exit status");
		fits(r.err, new RegExp(`${path}: No such file or directory\\n$`), "standard error");
	}
});

row("replay: a file that is no journal", () => {
	const r = run(foyer, "replay", file("letter.txt", "Dear Sir or Madam,\n".repeat(100)));

	equal(r.status, 1, "exit status");
	fits(r.err, /letter\.txt/, "standard error");
});

row("replay: a configuration with faults", () => {
	const r = run(foyer, "replay", "--config", file("bad.json", "{\n}"), "tests/fixtures/one-call");

	equal(r.status, 1, "exit status");
	fits(r.err, /bad\.json:1:1: "public_url" is missing\n/, "standard error");
});

// ---- check

row("check: the example is good", () => {
	const r = run(foyer, "check", "bot/example.json");

	equal(r.status, 0, r.out + r.err);
	fits(r.out, /^bot\/example\.json: ok: 4 entries, 10 flows, 3 queues, 3 agents, \d+ prompts\n$/, "output");
});

row("check: every fault with its place, in the file's order", () => {
	const text = readFileSync("bot/example.json", "utf8")
		.replace('"longest-idle"', '"longest"')
		.replace('"ring_seconds": 5', '"ring_seconds": 500')
		.replace('"default": true', '"default": "yes"')
		.replace('"public_url"', '"public-url"');
	const path = file("faults.json", text);
	const r = run(foyer, "check", path);
	const place = (what) => {
		const at = text.indexOf(what), before = text.slice(0, at).split("\n");
		return `${before.length}:${before.at(-1).length + 1}`;
	};

	equal(r.status, 1, "exit status");
	equal(r.out.split("\n").map((l) => l.replace(/ \(have.*| belongs.*| is out.*/, "")).join("\n"), [
		`${path}:1:1: "public_url" is missing`,
		`${path}:${place('"public-url"')}: "public-url" is unknown here`,
		`${path}:${place('"yes"')}: a boolean`,
		`${path}:${place('"longest"')}: "longest" is unknown`,
		`${path}:${place("500")}: 500`,
		"",
	].join("\n"), "faults");
});

row("check: columns count characters, as an editor does", () => {
	const path = file("umlaut.json", '{ "größe": 1 }');

	fits(run(foyer, "check", path).out, /umlaut\.json:1:3: "größe" is unknown here/, "fault");
	fits(run(foyer, "check", file("umlaut2.json", '{ "$schema": "größe", "x": 1 }')).out, /umlaut2\.json:1:23: "x"/,
		"fault");
});

row("check: a control character in a name does not break the line", () => {
	const r = run(foyer, "check", file("control.json", '{ "a\\nb\\u001b[31m": 1 }'));

	fits(r.out, /^[^\n]*control\.json:1:1: "a\?b\?\[31m" is unknown here[^\n]*$/m, "fault");
});

row("check: what cannot be read", () => {
	for (const [path, says] of [[join(folder, "nowhere.json"), /cannot be read: No such file/], [folder, /cannot be read: Is a directory/]]) {
		const r = run(foyer, "check", path);

		equal(r.status, 1, "exit status");
		fits(r.out + r.err, says, "what it says");
	}
});

// ---- words

for (const words of [[], ["sing"], ["check"], ["check", "a", "b"], ["replay"], ["replay", "--config", "x"], ["report"],
	["serve"], ["serve", "--config"], ["serve", "--loud"]])
	row(`foyer ${words.join(" ")}: what is wrong, and where to look`, () => {
		const r = run(foyer, ...words);

		equal(r.status, 2, "exit status");
		equal(r.out, "", "standard output");
		fits(r.err, /^foyer: .+; "foyer --help" tells what there is\n$/, "standard error");
	});

row("foyer schema: the file in the repository", () => {
	equal(run(foyer, "schema").out, readFileSync("bot/shell/foyer.schema.json", "utf8"), "output");
});

row("foyer reference: a page with a section for each part", () => {
	const r = run(foyer, "reference");

	equal(r.status, 0, "exit status");
	fits(r.out, /^# Every member of the configuration\n/, "title");
	fits(r.out, /\n## queue\n[^]*\n\| `ring_seconds` \| number 1 to 180 \| `20` \| How long an agent is rung\. \|\n/, "row");
});

row("foyer --help: every word", () => {
	const r = run(foyer, "--help");

	equal(r.status, 0, "exit status");
	for (const word of ["serve --config FILE", "check FILE", "replay [--config FILE] PATH...", "report STORE", "schema",
		"reference"])
		if (!r.out.includes(`  foyer ${word}`)) throw new Error(`"${word}" is not there:\n${r.out}`);
});

row("foyer-sim --help: the scenario language", () => {
	const r = run(sim, "--help");

	equal(r.status, 0, "exit status");
	fits(r.out, /usage: foyer-sim --scenario FILE/, "output");
});

row("foyer-sim: an unknown word", () => {
	const r = run(sim, "--sing");

	if (r.status === 0) throw new Error("exit status 0");
	fits(r.err, /foyer-sim: /, "standard error");
});

console.log(`1..${n}`);
