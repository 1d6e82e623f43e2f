#!/usr/bin/env node
// Every way in which the bot can prove itself, with the real program: managed identities of a machine and of a platform,
// as the bot and as its federated credential; a federated token that is rotated while it runs; a certificate as PEM and
// as PFX. Each carries a call, and what Entra and the platform saw is what they document.
import { execFileSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { Gate, isToken, json } from "./gate.mjs";
import { agent, APP, done, House, MAIN, ok, same, TENANT } from "./house.mjs";
import { Log } from "./log.mjs";

const GRAPH = "https://graph.microsoft.com", EXCHANGE = "api://AzureADTokenExchange", IDENTITY = "33333333-2222-4333-8444-555555555555";
const until = async (what, test, seconds = 20) => {
	for (const end = Date.now() + seconds * 1000; ;) {
		const got = await test();
		if (got) return got;
		if (Date.now() > end) throw new Error(`not in ${seconds} s: ${what}`);
		await new Promise((yes) => setImmediate(yes));
	}
};

// The platform's endpoint: what it was asked, and what it answers. say(query, n) may answer with a status of its own.
class Platform {
	constructor(path, header, value) {
		this.asked = [];
		this.say = () => undefined;
		this.give = () => undefined;
		this.server = createServer(async (req, res) => {
			const url = new URL(req.url, "http://here"), query = Object.fromEntries(url.searchParams);
			this.asked.push({ method: req.method, path: url.pathname, query });
			if (url.pathname !== path) return json(res, 404, { error: "not_found" });
			if (req.headers[header] !== value) return json(res, 400, { error: "invalid_request", error_description: "header missing" });
			const status = this.say(query, this.asked.length);
			return status ? json(res, status, {}) : json(res, 200, await this.give(query));
		});
	}
	async open() {
		await new Promise((yes) => this.server.listen(0, "127.0.0.1", yes));
		this.server.unref();
		this.url = `http://127.0.0.1:${this.server.address().port}`;
	}
}
const machine = () => new Platform("/metadata/identity/oauth2/token", "metadata", "true");
const appService = () => new Platform("/msi/token", "x-identity-header", "of this start alone");

// A house whose service proves itself in one way. judge(form) is Entra: undefined takes it, else a status and a body.
async function open(name, { env, judge, scenario = {}, prepare = () => {}, platform, life }) {
	const own = async (form) => Buffer.from(new URLSearchParams({ ...form, client_secret: "local", client_assertion: "", client_assertion_type: "" }).toString());
	const gate = new Gate(async (req, res, body) => {
		if (!isToken(req) || !judge) return false;
		const no = judge(gate.posts.at(-1).form, gate.posts.length);
		if (no) return json(res, ...no);
		const answer = await gate.onward(req, await own(gate.posts.at(-1).form));
		return json(res, answer.status, { ...JSON.parse(answer.body), ...life });
	});
	const house = new House(name, {
		callers: [{ name: "anna", number: "+4930555010001", to: MAIN, at_s: 0, press: [{ on: "menu", digit: "1" }], patience_s: 20, talk_s: 1, speech: "Hello." }],
		agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 0.2 }], ...scenario,
	}, (config) => {
		config.endpoints.authority = gate.url;
		config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
	}).prepare(async (dir) => {
		await Promise.all([gate.open(dir), platform?.open()]);
		prepare(dir);
		house.env = { AZURE_CLIENT_SECRET: "", ...env(dir, platform?.url) };
	});
	gate.house = house;
	// A managed identity's own token for Graph is the local Entra's, and numbers are text, as the platform sends them.
	if (platform) platform.give = async (query) => {
		if (query.resource === EXCHANGE) return { access_token: `vouched.for.${platform.asked.length}`, expires_on: String(Math.floor(Date.now() / 1000) + 86400), resource: query.resource, token_type: "Bearer" };
		const form = new URLSearchParams({ grant_type: "client_credentials", client_id: APP, client_secret: "local", scope: `${query.resource}/.default` }).toString();
		const { access_token } = JSON.parse((await house.ask(house.simPort, "POST", `/${TENANT}/oauth2/v2.0/token`, { body: form })).body);
		return { access_token, expires_in: "86399", expires_on: String(Math.floor(Date.now() / 1000) + 86399), resource: query.resource, token_type: "Bearer" };
	};
	await house.open();
	const carried = async (what) => {
		await house.start();
		const books = await house.idle();
		await house.quiet();
		same([books.calls.map((c) => [c.agent, c.end_code]), books.refused.filter((r) => r.status === 401)], [[["ada", 200]], []], `${what}: a call is carried`);
	};
	const close = async () => {
		const log = house.foyerLog();
		ok(!/eyJ[A-Za-z0-9_-]{20}|vouched|of this start alone/.test(log), `${name}: nothing secret is in the log`);
		same(await house.close(), 0, `${name}: the service ends with status 0`);
		gate.close();
		platform?.server.close();
		platform?.server.closeAllConnections();
	};
	return { house, gate, carried, close };
}

// ---- a managed identity that is the bot

const unready = (_, n) => [410, 404][n - 1];
let platform = machine();
platform.say = unready;
let h = await open("credentials_machine", { platform, env: (_, url) => ({ AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential", AZURE_POD_IDENTITY_AUTHORITY_HOST: url }) });
await h.carried("a machine's identity, whose endpoint is being updated (410), then not there yet (404)");
const get = { method: "GET", path: "/metadata/identity/oauth2/token", query: { "api-version": "2018-02-01", resource: GRAPH, client_id: APP } };
same([platform.asked, h.gate.posts.length], [[get, get, get], 0], "it was asked three times as documented, and Entra never");
ok(/error auth token: .*: the managed identity's endpoint is not ready \(status 410\)/.test(h.house.foyerLog()), "and the log says so");
await h.close();

platform = appService();
h = await open("credentials_platform", { platform, env: (_, url) => ({ MicrosoftAppType: "UserAssignedMSI", IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: "of this start alone" }) });
await h.carried("a platform's identity");
same(platform.asked, [{ method: "GET", path: "/msi/token", query: { "api-version": "2019-08-01", resource: GRAPH, client_id: APP } }], "which was asked once, as documented");
// Without its header the platform's endpoint cannot be meant: told at the start.
await h.house.stopFoyer();
const start = async (env) => {
	h.house.env = { AZURE_CLIENT_SECRET: "", ...env };
	const child = h.house.spawnFoyer();
	let said = "";
	child.stderr.on("data", (c) => (said += c));
	return { code: await new Promise((yes) => child.once("exit", yes)), said };
};
for (const [what, env, says] of [
	["an endpoint without its header", { AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential", IDENTITY_ENDPOINT: `${platform.url}/msi/token` }, /IDENTITY_ENDPOINT is set, and IDENTITY_HEADER is missing/],
	["an endpoint elsewhere", { AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential", AZURE_POD_IDENTITY_AUTHORITY_HOST: "http://identity.example" }, /must be http on 169\.254/],
	["two credentials", { AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential", AZURE_CLIENT_SECRET: "x" }, /two credentials are set.*unset one/],
	["none", {}, /no credential of bot "main": set/],
]) {
	const { code, said } = await start(env);
	ok(code === 1 && says.test(said), `${what}: refused at the start, saying what is wrong`, { code, said });
}
h.house.env = { AZURE_CLIENT_SECRET: "", AZURE_TOKEN_CREDENTIALS: "ManagedIdentityCredential", IDENTITY_ENDPOINT: `${platform.url}/msi/token`, IDENTITY_HEADER: "of an older start" };
h.house.spawnFoyer();
let log = new Log(h.house);
ok(await log.line(/error auth token: .*: the managed identity's endpoint refuses us: is the identity assigned to this machine\? \(status 400, invalid_request\)/), "another header is refused by the platform, and the log says what to look at");
await h.close();

// ---- a managed identity that vouches for the bot's registration

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
platform = machine();
platform.say = unready;
h = await open("credentials_vouched", { platform, env: (_, url) => ({ MANAGED_IDENTITY_CLIENT_ID: IDENTITY, AZURE_POD_IDENTITY_AUTHORITY_HOST: url }),
	judge: (form) => (form.client_assertion === "vouched.for.3" && form.client_assertion_type === jwtBearer && !form.client_secret ? undefined : [401, { error: "invalid_client", error_codes: [700024] }]) });
await h.carried("a registration for which a machine's identity vouches");
same(platform.asked.map((a) => a.query), [1, 2, 3].map(() => ({ "api-version": "2018-02-01", resource: EXCHANGE, client_id: IDENTITY })), "the identity was asked for the exchange's token, until it was ready");
same(h.gate.posts.map((p) => [p.path, p.form.client_id, p.form.client_assertion, p.form.scope]), [[`/${TENANT}/oauth2/v2.0/token`, APP, "vouched.for.3", `${GRAPH}/.default`]], "and Entra saw that as the registration's assertion, once");
await h.close();

// ---- a federated token in a file, rotated while the service runs

const jwt = (n) => `header.of-${n}.signature`;
const rotate = (dir, n) => {
	writeFileSync(join(dir, "next"), `${jwt(n)}\n`);
	renameSync(join(dir, "next"), join(dir, "federated")); // as kubelet does
};
h = await open("credentials_federated", { prepare: (dir) => rotate(dir, 1), env: (dir) => ({ AZURE_FEDERATED_TOKEN_FILE: join(dir, "federated"), AZURE_CLIENT_ID: APP, AZURE_TENANT_ID: TENANT }),
	life: { refresh_in: 1 }, judge: (form) => (form.client_assertion_type === jwtBearer && /^header\.of-\d\.signature$/.test(form.client_assertion) ? undefined : [401, { error: "invalid_client" }]) });
await until("the first request", () => h.gate.posts.length);
rotate(h.house.dir, 2);
await h.carried("a federated token");
await until("the token is renewed", () => h.gate.posts.some((p) => p.form.client_assertion === jwt(2)), 40);
ok(h.gate.posts[0].form.client_assertion === jwt(1), "each request shows the file as it is then, without its line end", h.gate.posts.map((p) => p.form.client_assertion));
await h.close();

// ---- a certificate, as PEM and as PFX

const certificate = (dir) => {
	const sh = (text) => execFileSync("sh", ["-c", text], { cwd: dir, stdio: "ignore" });
	sh("openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=bot -keyout bot.key -out bot.pem && cat bot.key bot.pem > both.pem");
	sh("openssl pkcs12 -export -inkey bot.key -in bot.pem -passout 'pass:in a safe' -out both.pfx");
};
for (const [what, env] of [
	["pem", (dir) => ({ AZURE_CLIENT_CERTIFICATE_PATH: join(dir, "both.pem") })],
	["pfx", (dir) => ({ AZURE_CLIENT_CERTIFICATE_PATH: join(dir, "both.pfx"), AZURE_CLIENT_CERTIFICATE_PASSWORD: "in a safe" })],
]) {
	h = await open(`credentials_${what}`, { prepare: certificate, scenario: { client_certificate: "bot.pem" }, env });
	await h.carried(`a certificate as ${what.toUpperCase()}`);
	const { form } = h.gate.posts[0], head = JSON.parse(Buffer.from(form.client_assertion.split(".")[0], "base64url"));
	same([h.gate.posts.length, form.client_secret, head.alg, head.typ], [1, undefined, "PS256", "JWT"], "by one assertion of PS256, which the local Entra verified");
	await h.close();
}
done();
