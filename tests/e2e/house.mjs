// A house for one end-to-end test: the real service and the local Graph, each a process of its own, on free ports of
// this machine, in a folder of their own. Not a test itself.
import { execFileSync, spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const foyerProgram = resolve(root, process.env.FOYER ?? "build/asan/foyer");
const simProgram = resolve(root, process.env.FOYER_SIM ?? "build/asan/foyer-sim");
export const TENANT = "7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e";
export const APP = "11111111-2222-4333-8444-555555555555";
export const MAIN = "aaaaaaaa-0000-4000-8000-000000000001";
export const HOTLINE = "aaaaaaaa-0000-4000-8000-000000000002";
export const agent = (n) => `bbbbbbbb-0000-4000-8000-00000000000${n}`;

// ---- TAP

let count = 0, failures = 0;
export function ok(good, name, detail) {
	count++;
	if (!good) failures++;
	console.log(`${good ? "ok" : "not ok"} ${count} - ${name}`);
	if (!good && detail !== undefined)
		console.log(String(typeof detail === "string" ? detail : JSON.stringify(detail, null, 1)).replace(/^/gm, "# "));
	return good;
}
export const same = (got, want, name) => ok(JSON.stringify(got) === JSON.stringify(want), name, { got, want });
export function done() {
	console.log(`1..${count}`);
	process.exit(failures ? 1 : 0);
}

// ---- processes

export async function freePort() {
	const server = createServer();
	await new Promise((yes) => server.listen(0, "127.0.0.1", yes));
	const { port } = server.address();
	await new Promise((yes) => server.close(yes));
	return port;
}

// Resolves with the first line that matches; rejects when the process ends before, or is too late.
function lineOf(child, stream, pattern, seconds, what) {
	return new Promise((yes, no) => {
		let text = "";
		const timer = setTimeout(() => no(new Error(`${what}: no ${pattern} in ${seconds} s:\n${text}`)), seconds * 1000);
		stream.on("data", (chunk) => {
			text += chunk;
			const hit = pattern.exec(text);
			if (hit) {
				clearTimeout(timer);
				yes(hit);
			}
		});
		child.once("exit", (code, signal) => {
			clearTimeout(timer);
			no(new Error(`${what} ended (${code ?? signal}):\n${text.slice(-2000)}`));
		});
	});
}

export const gone = (child) =>
	child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((yes) => child.once("exit", yes));

// Of the example, its first two numbers, queues and flows: the office with its hours, languages and mailbox is left to
// tests that want it, and they describe their own.
function withoutOffice(config) {
	const only = (object, names) => Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
	config.flows = only(config.flows, ["welcome", "hotline"]);
	config.queues = only(config.queues, ["sales", "support"]);
	config.prompts = only(config.prompts, ["greeting", "choose"]);
	config.entries = config.entries.filter((e) => e.flow in config.flows);
	for (const agent of config.agents) agent.queues = agent.queues.filter((q) => q in config.queues), delete agent.skills;
	for (const part of ["needs", "hours", "mailboxes", "pause_reasons", "wrap_up_codes"]) delete config[part];
}

export class House {
	// change(config) may edit the example configuration before it is written; "{port}" in the scenario is the service's.
	// Before open(): `words`, more of them for foyer serve; `weather`, rules that go into a weather file; `webhook`, where calls are announced instead of at the service.
	constructor(name, scenario, change = () => {}) {
		this.dir = join(root, "build", "e2e", name);
		rmSync(this.dir, { recursive: true, force: true });
		mkdirSync(join(this.dir, "ears"), { recursive: true });
		this.scenario = { seed: 1, tenant: TENANT, app_id: APP, ring_timeout_s: 30, ...scenario };
		this.scenario.application_instances ??= [{ id: MAIN, name: "Main" }, { id: HOTLINE, name: "Hotline" }];
		this.change = change;
		this.children = new Set();
		process.on("exit", () => this.children.forEach((c) => c.kill("SIGKILL")));
	}
	// Put files into the house's folder before anything starts.
	prepare(how) {
		this.preparation = how;
		return this;
	}
	async open() {
		await this.preparation?.(this.dir);
		execFileSync(join(root, "scripts", "certs"), [this.dir]);
		this.ca = readFileSync(join(this.dir, "ca.pem"));
		this.port = await freePort();
		writeFileSync(join(this.dir, "scenario.json"), JSON.stringify(this.scenario, null, 1).replaceAll("{port}", this.port));
		writeFileSync(join(this.dir, "weather.json"), JSON.stringify({ weather: this.weather ?? [] }, null, 1));
		await this.#startSim();
		this.#writeConfig();
		await this.startFoyer();
		return this;
	}
	#spawn(program, args, log, env = {}) {
		const child = spawn(program, args, { cwd: this.dir, env: { ...process.env, ...env } });
		const file = createWriteStream(join(this.dir, log), { flags: "a" });
		child.stdout.pipe(file, { end: false });
		child.stderr.pipe(file, { end: false });
		this.children.add(child);
		child.once("exit", () => this.children.delete(child));
		return child;
	}
	async #startSim() {
		this.sim = this.#spawn(simProgram, ["--scenario", "scenario.json", "--certificate", "tls.pem", "--key", "tls.key", "--ca", "ca.pem",
			"--weather", "weather.json", "--webhook", this.webhook ?? `https://127.0.0.1:${this.port}/api/calls`, "--record", "ears", "--paused"], "sim.log");
		const hit = await lineOf(this.sim, this.sim.stdout, /listening on https:\/\/127\.0\.0\.1:(\d+)/, 120, "foyer-sim");
		this.simPort = Number(hit[1]);
	}
	#writeConfig() {
		const text = readFileSync(join(root, "bot", "example.json"), "utf8")
			.replaceAll("127.0.0.1:8443", `127.0.0.1:${this.port}`).replaceAll("127.0.0.1:9443", `127.0.0.1:${this.simPort}`)
			.replaceAll("../build/run/", "");
		this.config = JSON.parse(text);
		withoutOffice(this.config);
		this.config.listen.port = this.port;
		const rtp = 30000 + 2 * (this.port % 4000); // houses that stand side by side keep apart
		Object.assign(this.config.media, { rtp_port_first: rtp, rtp_port_last: rtp + 199 });
		this.config.store.prompts = join(root, "build", "e2e", "prompts-" + process.pid);
		this.change(this.config);
		writeFileSync(join(this.dir, "foyer.json"), JSON.stringify(this.config, null, "\t"));
	}
	// The process alone: it may be killed before it is ready.
	spawnFoyer() {
		this.foyer = this.#spawn(foyerProgram, ["serve", "--config", "foyer.json", ...(this.words ?? [])], "foyer.log", { AZURE_CLIENT_SECRET: "for-the-local-graph", ...this.env });
		return this.foyer;
	}
	async startFoyer() {
		this.spawnFoyer();
		await lineOf(this.foyer, this.foyer.stderr, /foyer: ready on/, 180, "foyer");
	}
	async stopFoyer(signal = "SIGTERM") {
		this.foyer.kill(signal);
		await gone(this.foyer);
		return this.foyer.exitCode;
	}
	// One HTTPS request: { status, headers, body }.
	ask(port, method, path, { headers = {}, body, agent: pool } = {}) {
		return new Promise((yes, no) => {
			const r = request({ host: "127.0.0.1", port, method, path, headers, ca: this.ca, agent: pool ?? false }, (res) => {
				const parts = [];
				res.on("data", (c) => parts.push(c));
				res.on("end", () => yes({ status: res.statusCode, headers: res.headers, body: Buffer.concat(parts) }));
			});
			r.on("error", no);
			r.end(body);
		});
	}
	async control(method, path, body) {
		const r = await this.ask(this.simPort, method, path, body ? { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {});
		const text = r.body.toString();
		return { status: r.status, json: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text };
	}
	start() {
		return this.control("POST", "/sim/start");
	}
	async books() {
		return (await this.control("GET", "/sim/books")).json;
	}
	// Until everybody has come and gone. Returns the books.
	async idle(seconds = 90) {
		const r = await this.control("POST", `/sim/idle?timeout_ms=${seconds * 1000}`);
		if (r.status !== 200) {
			const here = (await this.books()).calls.filter((c) => c.ended_ms === null);
			throw new Error(`not idle after ${seconds} s: ${JSON.stringify(here, null, 1)}`);
		}
		return this.books();
	}
	async health() {
		return JSON.parse((await this.ask(this.port, "GET", "/healthz")).body);
	}
	// Until the service holds no contact: its last notifications may be on the way still.
	async quiet(seconds = 60) {
		const until = Date.now() + seconds * 1000;
		for (;;) {
			const h = await this.health();
			if (h.in_progress === 0) return h;
			if (Date.now() > until) throw new Error(`contacts in progress after ${seconds} s: ${JSON.stringify(h)}`);
			await new Promise((yes) => setImmediate(yes));
		}
	}
	async close() {
		const code = await this.stopFoyer();
		this.sim.kill("SIGTERM");
		await gone(this.sim);
		rmSync(this.config.store.prompts, { recursive: true, force: true });
		return code;
	}
	foyerLog() {
		return readFileSync(join(this.dir, "foyer.log"), "utf8");
	}
	// The contact records and their callers, by SQLite's own program. outcome is its name.
	contacts() {
		const names = ["in_progress", "handled", "abandoned_in_ivr", "abandoned_short", "abandoned_in_queue", "abandoned_ringing",
			"timeout_disconnect", "overflow_disconnect", "no_agents_disconnect", "self_served", "rejected", "failed",
			"voicemail", "transferred", "released", "callback_answered", "callback_failed", "callback_merged", "closed_disconnect"];
		const journal = join(this.dir, "foyer.sqlite");
		const sql = `attach '${journal}' as j; select c.*, p.id as number from contact c left join j.person p
			on p.contact = c.contact order by c.contact`;
		const out = execFileSync("sqlite3", ["-json", `${journal}-contacts`, sql], { encoding: "utf8" });
		return (out ? JSON.parse(out) : []).map((c) => ({ ...c, outcome: names[c.outcome] }));
	}
	ear(name) {
		return join(this.dir, "ears", `${name}.wav`);
	}
	timeline(name) {
		return readFileSync(join(this.dir, "ears", `${name}.jsonl`), "utf8").trim().split("\n").map((l) => JSON.parse(l));
	}
	ears() {
		return readdirSync(join(this.dir, "ears"));
	}
	has(path) {
		return existsSync(join(this.dir, path));
	}
}

export function run(program, args, options = {}) {
	try {
		const stdout = execFileSync(program, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], ...options });
		return { code: 0, stdout, stderr: "" };
	} catch (e) {
		return { code: e.status, stdout: String(e.stdout), stderr: String(e.stderr) };
	}
}
export const foyer = (args, options) => run(foyerProgram, args, options);
export const sim = (args, options) => run(simProgram, args, options);
