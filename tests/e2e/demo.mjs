#!/usr/bin/env node
// What a newcomer does: the scripts behind make demo and make run, with the programs of the environment.
// It has build/demo and build/run for itself.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { done, foyer, gone, ok, root, same } from "./house.mjs";

// A script in a process group of its own, as a terminal would have it, but without a terminal.
function start(name) {
	const child = spawn(join(root, "scripts", name), { cwd: root, detached: true, stdio: ["ignore", "pipe", "pipe"] });
	child.text = "";
	child.stdout.on("data", (d) => (child.text += d));
	child.stderr.on("data", (d) => (child.text += d));
	process.on("exit", () => {
		try {
			process.kill(-child.pid, "SIGKILL");
		} catch (e) {
			if (e.code !== "ESRCH") throw e;
		}
	});
	return child;
}
const said = (child, pattern, seconds) => new Promise((yes, no) => {
	const timer = setTimeout(() => no(new Error(`no ${pattern} in ${seconds} s:\n${child.text}`)), seconds * 1000);
	child.stdout.on("data", () => {
		if (!pattern.test(child.text)) return;
		clearTimeout(timer);
		yes();
	});
	child.once("exit", () => no(new Error(`ended without ${pattern}:\n${child.text}`)));
});
// Who is left of its process group.
function left(child) {
	try {
		return execFileSync("pgrep", ["-a", "-g", String(child.pid)], { encoding: "utf8" }).trim().split("\n");
	} catch (e) {
		if (e.status === 1) return [];
		throw e;
	}
}

// ---- make demo

{
	const dir = join(root, "build", "demo"), began = Date.now();
	const demo = start("demo");
	await gone(demo);
	const seconds = (Date.now() - began) / 1000;
	const lines = demo.text.trim().split("\n");
	same([demo.exitCode, lines.at(-1)], [0, "demo: 6 offered, 6 ended, 0 lost"], "the demo's last line, and its status");
	ok(seconds < 75, `it took ${seconds.toFixed(0)} s`);
	same(left(demo), [], "nothing it started is left");
	const story = lines.slice(0, lines.findIndex((l) => l.startsWith("contact ")));
	for (const [what, pattern] of [["a call rings", / rings$/], ["is answered", /is answered$/], ["a key is pressed", /presses 1$/],
		["a caller waits", /waits for sales, number 1 in line/], ["an agent is offered the call", /is offered to (Ada|Ben|Cleo)$/],
		["one does not take it", /the agent (does not answer|is busy)$|no longer rings there/], ["caller and agent talk", /talks with (Ada|Ben)$/],
		["a call is transferred", /is transferred/], ["a call is over", /is over: handled, waited \d+\.\d s/]])
		ok(story.some((l) => pattern.test(l)), `the story tells: ${what}`, story.join("\n"));
	same(story.filter((l) => / rings$/.test(l)).length, 6, "of six calls");
	same(readFileSync(join(dir, "story.txt"), "utf8").trim().split("\n"), story.filter((l) => l), "and is kept in story.txt");
	const rows = lines.filter((l) => /^ +\d+  \d\d:\d\d:\d\d  /.test(l));
	same(rows.length, 6, "the closing table has a row for each");
	ok(rows.every((r) => /(handled|abandoned_\w+)$/.test(r)) && rows.filter((r) => r.endsWith(" handled")).length >= 4, "with its outcome", rows.join("\n"));
	same(foyer(["report", join(dir, "foyer.sqlite")]).stdout.trim().split("\n").at(-1), "contacts=6", "the journal is left");
	const books = JSON.parse(readFileSync(join(dir, "books.json"), "utf8"));
	same([books.calls_held, books.surprises], [0, []], "and the books of the local Graph");
	const ears = readdirSync(join(dir, "ears")).filter((n) => n.endsWith(".wav") && statSync(join(dir, "ears", n)).size > 32044);
	for (const name of ["anna", "boris", "carla", "dora", "emil", "fritz", "ada", "ben", "cleo"])
		ok(ears.some((n) => n.startsWith(name) && !n.includes("mouth")), `and what ${name} heard`, ears);
}

// ---- make run, and Ctrl-C

{
	const run = start("run");
	await said(run, /talks with|is transferred/, 100);
	ok(left(run).length >= 3, "make run has the service and the local Graph beside it", left(run));
	process.kill(-run.pid, "SIGINT");
	await gone(run);
	same(run.exitCode, 0, "Ctrl-C ends it, with status 0");
	same(left(run), [], "and everything it started");
	ok(/Everything is stopped/.test(run.text), "and says so", run.text.slice(-300));
	ok(existsSync(join(root, "build", "run", "foyer.sqlite")), "the journal is left");
	same(foyer(["replay", join(root, "build", "run", "foyer.sqlite")]).code, 0, "and replays");
	const hasty = start("run");
	await said(hasty, /Starting/, 10);
	process.kill(-hasty.pid, "SIGINT");
	await gone(hasty);
	same([hasty.exitCode, left(hasty)], [0, []], "Ctrl-C while it starts ends everything too");
}
done();
