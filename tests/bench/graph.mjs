// What the benches of the whole share: a Graph that says yes to everything, tokens, bodies of notifications, and the
// real service started before it. Not a bench itself.
import { execFileSync, spawn } from "node:child_process";
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, createServer, request } from "node:https";
import { createServer as createPlainServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const bin = resolve(root, process.env.BIN ?? "build");
export const TENANT = "7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e";
export const APP = "11111111-2222-4333-8444-555555555555";
const AGENT = "bbbbbbbb-0000-4000-8000-000000000001";
const READY_MS = 120_000, CALM_MS = 60_000;

// ---- processes and figures

const children = new Set();
process.on("exit", () => children.forEach((c) => c.kill("SIGKILL")));

// Its output goes to a file, since nobody reads a pipe while a load runs.
export function start(program, args, log, env = {}) {
	const fd = openSync(log, "a");
	const child = spawn(program, args, { stdio: ["ignore", fd, fd], env: { ...process.env, ...env } });
	closeSync(fd);
	children.add(child);
	child.once("exit", () => children.delete(child));
	return child;
}

export async function stop(child) {
	const gone = child.exitCode !== null || child.signalCode !== null ? null : new Promise((yes) => child.once("exit", yes));
	child.kill("SIGTERM");
	await gone;
}

// Until look() is true; throws when the process ended before, or it takes too long.
export async function until(look, what, child, ms = READY_MS) {
	for (const end = Date.now() + ms; !(await look()); await new Promise((yes) => setTimeout(yes, 10))) {
		if (child && (child.exitCode !== null || child.signalCode !== null)) throw new Error(`${what}: the process has ended`);
		if (Date.now() > end) throw new Error(`${what}: not within ${ms / 1000} s`);
	}
}

export async function freePort() {
	const server = createPlainServer();
	await new Promise((yes) => server.listen(0, "127.0.0.1", yes));
	const { port } = server.address();
	await new Promise((yes) => server.close(yes));
	return port;
}

export function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[sorted.length >> 1];
}

// ---- the folder of one run

export class Folder {
	constructor(name) {
		this.path = join(root, "build", "bench", name);
		rmSync(this.path, { recursive: true, force: true });
		mkdirSync(this.path, { recursive: true });
		execFileSync(join(root, "scripts", "certs"), [this.path]);
		this.ca = readFileSync(this.file("ca.pem"));
	}
	file(name) {
		return join(this.path, name);
	}
	remove() {
		rmSync(this.path, { recursive: true, force: true });
	}
}

// ---- Graph, as far as a bench needs it: yes to everything, and where a call wants its notifications

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const KID = "rewhh8PnKQp2f0F7lq2gSV8vDkI";
export const publicJwk = { ...pair.publicKey.export({ format: "jwk" }), kid: KID, use: "sig", alg: "RS256" };
const b64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

// As long as those that Graph was seen to send: 966 bytes.
export function token() {
	const now = Math.floor(Date.now() / 1000);
	const claims = { iss: "https://graph.microsoft.com", aud: APP, tid: TENANT, iat: now - 60, nbf: now - 60, exp: now + 3600,
		jti: randomUUID(), appid: "26a4ae64-5862-427f-a9b0-044e62572a4f", uti: "q".repeat(22), ver: "1.0" };
	const header = { alg: "RS256", kid: KID, x5t: KID, typ: "JWT" };
	const pad = 966 - 343 - 2 - b64(header).length;
	claims.rh = "0.".padEnd(Math.max(2, Math.floor((pad * 3) / 4) - JSON.stringify(claims).length - 9), "A");
	const text = `${b64(header)}.${b64(claims)}`;
	return `${text}.${sign("RSA-SHA256", Buffer.from(text), pair.privateKey).toString("base64url")}`;
}

export class Graph {
	callback = new Map(); // of call id
	playing = new Set(); // call ids that were asked to play
	async open(folder) {
		const tls = { key: readFileSync(folder.file("tls.key")), cert: readFileSync(folder.file("tls.pem")) };
		this.server = createServer(tls, (req, res) => this.#serve(req, res));
		await new Promise((yes) => this.server.listen(0, "127.0.0.1", yes));
		this.url = `https://127.0.0.1:${this.server.address().port}`;
		return this;
	}
	close() {
		this.server.closeAllConnections();
		return new Promise((yes) => this.server.close(yes));
	}
	#serve(req, res) {
		let text = "";
		req.on("data", (part) => (text += part));
		req.on("end", () => {
			const answer = this.#answer(req.url, text);
			res.writeHead(answer ? 200 : 202, { "Content-Type": "application/json" });
			res.end(answer ? JSON.stringify(answer) : undefined);
		});
	}
	#answer(url, text) {
		if (url.endsWith("/OpenIdConfiguration")) return { issuer: "https://graph.microsoft.com", jwks_uri: `${this.url}/keys` };
		if (url === "/keys") return { keys: [publicJwk] };
		if (url.endsWith("/token")) return { token_type: "Bearer", expires_in: 3599, access_token: "of-the-bench" };
		const [, id, verb] = /\/calls\/([^/]+)\/(\w+)/.exec(url) ?? [];
		const body = text.startsWith("{") ? JSON.parse(text) : {};
		if (verb === "answer") {
			this.callback.set(id, new URL(body.callbackUri).pathname);
			return undefined;
		}
		if (verb === "playPrompt") this.playing.add(id);
		return { id: randomUUID(), status: "running", clientContext: body.clientContext, value: [] };
	}
}

// ---- notifications

export function notification(id, change, data) {
	const resource = `/communications/calls/${id}`;
	return JSON.stringify({ "@odata.type": "#microsoft.graph.commsNotifications",
		value: [{ "@odata.type": "#microsoft.graph.commsNotification", changeType: change, resource: `/app/calls/${id}`, resourceUrl: resource,
			resourceData: { "@odata.type": "#microsoft.graph.call", "@odata.id": resource, "@odata.etag": 'W/"5445"', id, ...data } }] });
}

// A whole call entity, as Graph sends it at first and sometimes later.
export function entity(number) {
	const at = (kind, who) => ({ "@odata.type": `#microsoft.graph.${kind}`, id: randomUUID(), endpointType: "default", region: "emea",
		languageId: "en-US", countryCode: null, identity: { "@odata.type": "#microsoft.graph.identitySet", ...who } });
	const identity = (more) => ({ "@odata.type": "#microsoft.graph.identity", ...more });
	return { direction: "incoming", callbackUri: "https://cc.example.com/api/calls", tenantId: TENANT, callChainId: randomUUID(),
		myParticipantId: randomUUID(), requestedModalities: ["audio"],
		source: at("participantInfo", { phone: identity({ id: `+1555${String(1000000 + number).slice(1)}` }) }),
		targets: [at("invitationParticipantInfo", { applicationInstance: identity({ id: "aaaaaaaa-0000-4000-8000-000000000001", tenantId: TENANT, displayName: "Main" }) })],
		callRoutes: [] };
}

export const audio = { mediaState: { "@odata.type": "#microsoft.graph.callMediaState", audio: "active" } };

// ---- the real service

export class Foyer {
	// change(config) may edit what is written; without it a call goes into the one queue, where no agent answers.
	static async open(folder, graph, change = () => {}) {
		const me = new Foyer();
		const config = { public_url: "https://127.0.0.1:1", listen: { address: "127.0.0.1", port: 0, certificate: "tls.pem", key: "tls.key" },
			endpoints: { graph: graph.url, authority: graph.url, call_openid: `${graph.url}/v1/.well-known/OpenIdConfiguration`, extra_ca: "ca.pem" },
			bots: [{ app_id: APP, tenant_id: TENANT }], entries: [{ default: true, flow: "welcome" }], flows: { welcome: [{ queue: "sales" }] },
			queues: { sales: { ring_seconds: 180, back_off_seconds: 3600, waiting_max: 2000 } },
			agents: [{ user: AGENT, name: "Ada", queues: ["sales"] }],
			prompts: {}, store: { path: "foyer.sqlite", prompts: join(folder.path, "..", "prompts") }, limits: {} };
		change(config);
		writeFileSync(folder.file("foyer.json"), JSON.stringify(config, null, "\t"));
		me.folder = folder;
		me.graph = graph;
		me.child = start(join(bin, "foyer"), ["serve", "--config", folder.file("foyer.json")], folder.file("foyer.log"), { AZURE_CLIENT_SECRET: "of-the-bench" });
		await until(() => /ready on https:\/\/127\.0\.0\.1:\d+/.test(me.log()), "foyer", me.child);
		me.port = Number(/ready on https:\/\/127\.0\.0\.1:(\d+)/.exec(me.log())[1]);
		me.pool = new Agent({ keepAlive: true, maxSockets: 32, ca: folder.ca });
		me.token = token();
		return me;
	}
	log() {
		return readFileSync(this.folder.file("foyer.log"), "utf8");
	}
	async close() {
		this.pool.destroy();
		await stop(this.child);
		if (this.child.exitCode !== 0) throw new Error(`foyer ended with ${this.child.exitCode ?? this.child.signalCode}`);
	}
	ask(method, path, body) {
		return new Promise((yes, no) => {
			const headers = { Authorization: `Bearer ${this.token}`, ...(body ? { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) } : {}) };
			const r = request({ host: "127.0.0.1", port: this.port, method, path, headers, agent: this.pool }, (res) => {
				let text = "";
				res.on("data", (part) => (text += part));
				res.on("end", () => yes({ status: res.statusCode, text }));
			});
			r.on("error", no);
			r.end(body);
		});
	}
	async notify(path, body) {
		const r = await this.ask("POST", path, body);
		if (r.status !== 202) throw new Error(`${path}: answered ${r.status}`);
	}
	// A call that has come, was answered, and waits with music. Returns its id.
	async caller(number) {
		const id = randomUUID();
		await this.notify("/api/calls", notification(id, "created", { state: "incoming", ...entity(number) }));
		await until(() => this.graph.callback.has(id), `call ${number} answered`, this.child, CALM_MS);
		await this.notify(this.graph.callback.get(id), notification(id, "updated", { state: "established", ...audio }));
		await until(() => this.graph.playing.has(id), `call ${number} waits`, this.child, CALM_MS);
		return id;
	}
	async health() {
		return JSON.parse((await this.ask("GET", "/healthz")).text);
	}
	// Kilobytes by the kernel's names: VmHWM, VmRSS, ...
	memory() {
		const text = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
		return Object.fromEntries([...text.matchAll(/^(Vm\w+|Rss\w+):\s+(\d+) kB/gm)].map((m) => [m[1], Number(m[2])]));
	}
}
