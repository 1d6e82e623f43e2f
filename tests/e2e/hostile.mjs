#!/usr/bin/env node
// Strangers at the web door of the real service while calls are in progress: each gets the right status and a clear line
// in the log, and the calls do not notice.
// alone: it measures how soon others are answered.
import { execFileSync } from "node:child_process";
import { createHmac, generateKeyPairSync, randomUUID, sign, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { connect, createServer as tlsServer } from "node:tls";
import { agent, APP, done, House, MAIN, ok, root, same, TENANT } from "./house.mjs";

const SLOW = 2000, PROMPT_MS = 2000;

// ---- how long this machine takes for so many handshakes, just now: the first slow client must outlast the dialling of all

async function handshakesTake(n) {
	const dir = join(root, "build", "e2e", "hostile_machine");
	mkdirSync(dir, { recursive: true });
	execFileSync(join(root, "scripts", "certs"), [dir]);
	const server = tlsServer({ cert: readFileSync(join(dir, "tls.pem")), key: readFileSync(join(dir, "tls.key")) }, (s) => s.on("error", () => {}).end());
	await new Promise((yes) => server.listen(0, "127.0.0.1", yes));
	const began = process.hrtime.bigint(), batch = 50;
	for (let i = 0; i < n; i += batch)
		await Promise.all(Array.from({ length: batch }, () => new Promise((yes, no) => {
			const s = connect({ host: "127.0.0.1", port: server.address().port, rejectUnauthorized: false }, () => yes(s.destroy()));
			s.on("error", no);
		})));
	server.close();
	return Number(process.hrtime.bigint() - began) / 1e9;
}
const HEAD_SECONDS = Math.min(60, Math.max(20, Math.ceil(2 * SLOW / 200 * await handshakesTake(200))));
const KEY_SECONDS = HEAD_SECONDS / 7; // kay presses hers before, during and after

// ---- an issuer of call notifications whose keys are the local Graph's and one that this test holds

const mine = generateKeyPairSync("rsa", { modulusLength: 2048 }), stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
let issuer;
async function openIssuer(dir) {
	execFileSync(join(root, "scripts", "certs"), [dir]);
	issuer = createServer({ cert: readFileSync(join(dir, "tls.pem")), key: readFileSync(join(dir, "tls.key")) }, async (req, res) => {
		const here = `https://127.0.0.1:${issuer.address().port}`;
		const own = { kid: "mine", use: "sig", ...mine.publicKey.export({ format: "jwk" }) };
		const keys = async () => JSON.parse((await house.ask(house.simPort, "GET", "/v1/.well-known/keys")).body).keys;
		res.setHeader("Content-Type", "application/json");
		res.end(JSON.stringify(req.url === "/keys" ? { keys: [...await keys(), own] }
			: { issuer: "https://api.botframework.com", jwks_uri: `${here}/keys`, id_token_signing_alg_values_supported: ["RS256"] }));
	});
	await new Promise((yes) => issuer.listen(0, "127.0.0.1", yes));
	issuer.unref();
}

const house = new House("hostile", {
	callers: [
		{ name: "kay", number: "+4930555020001", to: MAIN, at_s: 0, patience_s: 0,
			press: Array.from({ length: 16 }, (_, i) => ({ after_s: 3 + KEY_SECONDS * i, digit: "1" })), speech: "I press keys." },
		{ name: "tom", number: "+4930555020002", to: MAIN, at_s: 0, patience_s: 0, talk_s: 600, press: [{ on: "menu", digit: "2" }], speech: "I talk." },
	],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 1, talk_s: 600, speech: "I talk too." }],
	faults: { redeliver: 0 },
}, (config) => {
	config.endpoints.call_openid = `https://127.0.0.1:${issuer.address().port}/openid`;
	config.limits = { connections: SLOW + 500, head_seconds: HEAD_SECONDS, body_seconds: 20 };
	config.prompts.heard = { text: "One." };
	config.flows.welcome = [{ play: "greeting" }, { menu: { prompt: "heard", timeout_seconds: 60, 1: "again", 2: "sales" } }];
	config.flows.again = [{ menu: { prompt: "heard", timeout_seconds: 60, 1: "again", 9: "hang-up" } }];
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
}).prepare(openIssuer);
await house.open();

// ---- its log, as it is written

let log = "";
const readers = new Set();
house.foyer.stderr.on("data", (chunk) => {
	log += chunk;
	readers.forEach((look) => look());
});
// The line after position `from` that matches, or undefined after some seconds.
const logged = (pattern, from = 0, seconds = 10) => new Promise((yes) => {
	const timer = setTimeout(() => yes(readers.delete(look) && undefined), seconds * 1000);
	const look = () => {
		const line = log.slice(from).split("\n").slice(0, -1).find((l) => pattern.test(l));
		if (line === undefined) return;
		clearTimeout(timer);
		readers.delete(look);
		yes(line);
	};
	readers.add(look);
	look();
});

// ---- strangers' tools

const b64 = (x) => Buffer.from(typeof x === "string" || Buffer.isBuffer(x) ? x : JSON.stringify(x)).toString("base64url");
const now = Math.floor(Date.now() / 1000);
const claims = { iss: "https://graph.microsoft.com", aud: APP, tid: TENANT, nbf: now - 10, exp: now + 3600 };
const rs256 = (input, key) => sign("RSA-SHA256", Buffer.from(input), key).toString("base64url");
function token(payload = claims, { head = { typ: "JWT", alg: "RS256", kid: "mine" }, key = mine.privateKey, signature } = {}) {
	const input = `${b64(head)}.${b64(payload)}`;
	return `${input}.${signature ? signature(input) : rs256(input, key)}`;
}
const bearer = (t) => ({ Authorization: `Bearer ${t}` });
const notification = (id, data) => JSON.stringify({ "@odata.type": "#microsoft.graph.commsNotifications", value: [{
	"@odata.type": "#microsoft.graph.commsNotification", changeType: "updated", resource: `/app/calls/${id}`,
	resourceUrl: `/communications/calls/${id}`, resourceData: { "@odata.type": "#microsoft.graph.call", ...data } }] });
const post = (path, headers, body) => house.ask(house.port, "POST", path, { headers: { "Content-Type": "application/json", ...headers }, body });

// Bytes as they are, over TLS: what came back until the other side closed, or answered.
const raw = (bytes, options = {}) => new Promise((yes) => {
	let text = "";
	const s = connect({ host: "127.0.0.1", port: house.port, ca: house.ca, ...options }, () => s.write(bytes));
	const end = () => yes({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text });
	s.on("data", (d) => {
		text += d;
		if (/\r\n\r\n/.test(text)) s.destroy(), end();
	});
	s.on("error", end).on("close", end);
});

// The door shows ten refusals a second at most, so these come one after another, a tenth of a second apart.
async function refused(name, want, pattern, how) {
	const from = log.length;
	const began = process.hrtime.bigint();
	const got = await how();
	const line = await logged(pattern, from);
	ok(got.status === want && line, `${name}: ${want}${line ? `, and the log says "${line.slice(13).replace(/127\.0\.0\.1:\d+/, "...")}"` : ""}`,
		{ status: got.status, log: log.slice(from) });
	const ms = Number(process.hrtime.bigint() - began) / 1e6;
	if (ms < 110) await new Promise((yes) => setTimeout(yes, 110 - ms));
}

// ---- calls in progress

await house.start();
const callOf = async (name) => (await house.books()).calls.find((c) => c.caller === name);
async function until(what, test, seconds = 30) {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const got = await test();
		if (got) return got;
		if (Date.now() > end) throw new Error(`not in ${seconds} s: ${what}`);
	}
}
await until("tom talks with Ada", async () => (await callOf("tom"))?.connected_ms);

// ---- tokens

const publicPem = mine.publicKey.export({ type: "spki", format: "pem" });
const good = token(), id = randomUUID();
const body = notification(id, { state: "established" });
const as401 = (name, pattern, t) => refused(`a token ${name}`, 401, pattern, () => post("/api/calls", bearer(t), body));
await refused("no token", 401, /0 Authorization headers.*-> 401/, () => post("/api/calls", {}, body));
await refused("another scheme", 401, /token refused.*-> 401/, () => post("/api/calls", { Authorization: "Basic eDp5" }, body));
await as401("that is none", /token refused.*-> 401/, "x.y.z");
await as401("with a forged signature", /token refused: signature: wrong.*-> 401/, token(claims, { key: stranger.privateKey }));
await as401("whose payload was changed", /token refused: signature: wrong.*-> 401/,
	good.split(".").map((p, i) => (i === 1 ? b64({ ...claims, exp: claims.exp + 1 }) : p)).join("."));
await as401("of a key nobody publishes", /token refused.*not published.*-> 401/, token(claims, { head: { alg: "RS256", kid: "theirs" }, key: stranger.privateKey }));
await as401("that has expired", /token refused: call token: expired \d+ s ago.*-> 401/, token({ ...claims, nbf: now - 7200, exp: now - 3600 }));
await as401("that is not valid yet", /token refused: call token: starts in \d+ s.*-> 401/, token({ ...claims, nbf: now + 3600, exp: now + 7200 }));
await as401("for another bot", /token refused: call token: aud .* is not our app id .*-> 401/, token({ ...claims, aud: randomUUID() }));
await as401("of another issuer", /token refused: call token: iss .* is not one of ours.*-> 401/, token({ ...claims, iss: "https://example.com" }));
await as401("of another tenant", /token refused: call token: tenant .* is not one of ours.*-> 401/, token({ ...claims, tid: randomUUID() }));
const none = { alg: "none", kid: "mine" };
await as401("with alg none and no signature", /token refused: token has an empty part.*-> 401/, token(claims, { head: none, signature: () => "" }));
await as401("with alg none and one", /token refused: header: alg is not one .*-> 401/, token(claims, { head: none }));
await as401("with alg HS256, keyed with our public key", /token refused: header: alg is not one .*-> 401/, token(claims, {
	head: { alg: "HS256", kid: "mine" }, signature: (input) => createHmac("sha256", publicPem).update(input).digest("base64url") }));
await as401("that says its audience twice", /token refused: claims: a member appears twice.*-> 401/,
	token(`{"aud":"${randomUUID()}",${JSON.stringify(claims).slice(1)}`));
await as401("that says its alg twice", /token refused: header: a member appears twice.*-> 401/, token(claims, { head: '{"alg":"none","alg":"RS256","kid":"mine"}' }));
await refused("Authorization twice", 401, /2 Authorization headers.*-> 401/, () =>
	raw(`POST /api/calls HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${good}\r\nAuthorization: Bearer ${good}\r\nContent-Length: 0\r\n\r\n`));

// ---- bodies

const say = (text) => post("/api/calls", bearer(good), text);
await refused("a notification for an unknown call", 202, new RegExp(`call ${id} updated established: unknown call -> ignored`), () => say(body));
same(log.match(new RegExp(`${id}.*ignored`, "g"))?.length, 1, "which is one line");
await refused("an object of no kind we know", 204, /older first message -> 204/, () => say('{"hello":["world",1,null]}'));
await refused("a list", 400, /body refused at 1:1: .*object.*-> 400/, () => say("[1,2,3]"));
await refused("a number", 400, /body refused at 1:1: .*object.*-> 400/, () => say("42"));
await refused("a value that is no list", 400, /body refused at 1:\d+: .*-> 400/, () => say('{"@odata.type":"#microsoft.graph.commsNotifications","value":7}'));
await refused("a list of nonsense", 202, /other - 1:\d+ value\[0\] is a number, not an object: cannot be read -> ignored/, () => say('{"@odata.type":"#microsoft.graph.commsNotifications","value":[1]}'));
await refused("a kind of resource we do not know", 202, /of a kind we do not know -> ignored/, () =>
	say('{"@odata.type":"#microsoft.graph.commsNotifications","value":[{"changeType":"updated","resource":"/app/dragons/7","resourceData":{}}]}'));
await refused("what is not JSON", 400, /body refused at 2:12: .*-> 400/, () => say('{"@odata.type": "x",\n "value": [}'));
await refused("bytes that are no text", 400, /body refused at 1:1: .*-> 400/, () => say(Buffer.from([0xff, 0xfe, 0x00, 0x01])));
await refused("a nesting without end", 413, /body refused at 1:65: nested deeper than 64 levels -> 413/, () => say("[".repeat(30000)));

const huge = Buffer.alloc(10 * 1024 * 1024, 0x20);
await refused("10 MB with a valid token", 413, /too large.*-> 413/, () => say(huge));
await refused("10 MB without a token", 401, /0 Authorization headers.*-> 401/, () => post("/api/calls", {}, huge));
await refused("10 MB in chunks", 413, /too large.*-> 413/, () =>
	post("/api/calls", { ...bearer(good), "Transfer-Encoding": "chunked" }, huge));
await refused("10 MB announced with Expect: 100-continue", 413, /too large.*-> 413/, () =>
	raw(`POST /api/calls HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${good}\r\nExpect: 100-continue\r\nContent-Length: 10485760\r\n\r\n`));

// ---- heads and paths

const head = `POST /api/calls HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${good}\r\n`;
await refused("two Content-Length", 400, /more than one Content-Length.*-> 400/, () => raw(`${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`));
await refused("Content-Length with Transfer-Encoding", 400, /Content-Length and Transfer-Encoding together.*-> 400/, () =>
	raw(`${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`));
await refused("an address of a call with a wrong MAC", 404, /nothing is at this path.*-> 404/, () =>
	post(`/api/calls/1/${"0".repeat(24)}`, bearer(good), body));
await refused("an unknown path", 404, /nothing is at this path.*-> 404/, () => house.ask(house.port, "GET", "/wp-login.php"));
await refused("another method", 405, /this path has no such method.*-> 405/, () => house.ask(house.port, "PUT", "/api/calls", { body: "x" }));
same((await house.ask(house.port, "GET", "/api/calls")).headers.allow, "POST", "which tells what is allowed");
for (const [path, want] of [["/prompts/../foyer.json", 400], ["/prompts/%2e%2e/foyer.json", 400], ["/prompts/..%2ffoyer.json", 400],
	["/prompts/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 400], ["/prompts/..%5cfoyer.json", 400], ["/prompts//etc/passwd", 400],
	["/prompts/foyer.json", 404], ["/prompts/x%00.wav", 404], [`/prompts/${"0".repeat(64)}.wav`, 404], ["/prompts/", 404]]) {
	const got = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
	ok([400, 404].includes(got.status) && (want !== 404 || got.status === 404), `GET ${path}: ${got.status}`, got);
	await new Promise((yes) => setTimeout(yes, 110));
}

// ---- old TLS

const handshake = (options) => new Promise((yes) => {
	const s = connect({ host: "127.0.0.1", port: house.port, ca: house.ca, ...options }, () => {
		yes({ protocol: s.getProtocol(), fingerprint: s.getPeerCertificate().fingerprint256 });
		s.destroy();
	});
	s.on("error", (e) => yes({ error: e.code ?? e.message }));
});
const old = { ciphers: "ALL:@SECLEVEL=0" };
ok((await handshake({ ...old, minVersion: "TLSv1.1", maxVersion: "TLSv1.1" })).error, "TLS 1.1 is refused");
same((await handshake({ ...old, minVersion: "TLSv1.2", maxVersion: "TLSv1.2" })).protocol, "TLSv1.2", "TLS 1.2 is not");

// ---- slow clients

let open = 0, closed = 0, failed = 0;
const slow = new Set(), text = `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ${"a".repeat(200)}`;
const newcomers = [];
const dial = () => new Promise((yes) => {
	const s = connect({ host: "127.0.0.1", port: house.port, rejectUnauthorized: false }, () => {
		open++;
		slow.add(s);
		yes();
	});
	s.at = 0;
	s.on("error", () => { failed += !slow.has(s); yes(); });
	s.on("close", () => { closed += slow.delete(s); });
	s.resume();
});
const tick = setInterval(() => slow.forEach((s) => s.write(text[s.at++ % text.length])), 1000);
const before = log.length;
let worst = 0, asked = 0, beside = 0;
async function askOn(until) {
	while (!until()) {
		const began = process.hrtime.bigint();
		const r = await house.ask(house.port, "GET", "/healthz");
		if (r.status !== 200) throw new Error(`healthz: ${r.status}`);
		worst = Math.max(worst, Number(process.hrtime.bigint() - began) / 1e6);
		asked++;
		beside = Math.max(beside, slow.size);
	}
}
let dialled = false;
const dialling = (async () => {
	for (let i = 0; i < SLOW; i += 50) {
		await Promise.all(Array.from({ length: 50 }, dial));
		if (i % 500 === 0) newcomers.push(`new${newcomers.length}`) && await house.control("POST", "/sim/calls", { name: newcomers.at(-1),
			number: `+49305550300${newcomers.length}`, to: MAIN, patience_s: 6, speech: "Hello." });
	}
	dialled = true;
})();
await Promise.all([dialling, askOn(() => dialled)]);
await askOn(() => slow.size === 0);
clearInterval(tick);
same([open, failed, closed], [SLOW, 0, SLOW], `${SLOW} slow clients came, and every one was cut off`);
ok(beside === SLOW, `all ${SLOW} were there at once (${beside}), the deadline being ${HEAD_SECONDS} s`);
ok(asked > 20 && worst < PROMPT_MS, `meanwhile ${asked} requests were answered, the slowest in ${worst.toFixed(0)} ms`);
const late = [...log.slice(before).matchAll(/late phase=head connections=(\d+) -> closed/g)];
same(late.reduce((sum, m) => sum + Number(m[1]), 0), SLOW, "and the log says how many were late");

// ---- a new certificate without a restart

const shown = (await handshake()).fingerprint;
const hup = async (pattern) => {
	const from = log.length;
	house.foyer.kill("SIGHUP");
	return logged(pattern, from);
};
const oldPem = readFileSync(join(house.dir, "tls.pem"));
writeFileSync(join(house.dir, "tls.pem"), "not a certificate");
ok(await hup(/certificate: .*-> the old one stays/), "a certificate that is none is refused at SIGHUP");
same((await handshake()).fingerprint, shown, "and the old one stays");
rmSync(join(house.dir, "tls.pem"));
rmSync(join(house.dir, "tls.key"));
execFileSync(join(root, "scripts", "certs"), [house.dir]);
const next = new X509Certificate(readFileSync(join(house.dir, "tls.pem"))).fingerprint256;
ok(next !== new X509Certificate(oldPem).fingerprint256 && await hup(/certificate read again/), "a new certificate is read at SIGHUP");
same((await handshake()).fingerprint, next, "and the next handshake shows it");

// ---- what the calls noticed

const books = await house.books();
const of = (name) => books.calls.find((c) => c.caller === name);
same([of("kay").ended_ms, of("tom").ended_ms, of("tom").agent], [null, null, "ada"], "kay is still in her menu, and tom talks with Ada");
const steps = house.timeline("kay");
const lags = steps.flatMap((s, i) => (s.what === "dtmf" ? [(steps.slice(i).find((n) => n.what === "clip-started")?.ms ?? Infinity) - s.ms] : []))
	.slice(0, -1);
ok(lags.length >= 8 && lags.every((ms) => ms < PROMPT_MS), `each of ${lags.length} keys of kay's was answered by a prompt, the slowest in ${Math.max(...lags)} ms`, lags);
const waits = newcomers.map((n) => of(n)?.active_ms - of(n)?.offered_ms);
ok(waits.length === 4 && waits.every((ms) => ms < PROMPT_MS), `who called during the storm was answered: ${waits.join(", ")} ms`, newcomers.map(of));
same(books.surprises, [], "Graph was surprised by nothing");
same(books.refused.filter((r) => r.verb !== "DELETE"), [], "and refused nothing");
same(books.notifications.other + books.notifications.unanswered, 0, "every notification of Graph's was taken");
ok(!/eyJ[A-Za-z0-9_-]{20}/.test(log), "no token is in the log");
ok(!/\+4930555\d+/.test(log), "nor a number in full");
issuer.close();
await house.control("POST", "/sim/stop");
await house.quiet();
same(await house.close(), 0, "the service ends with status 0");
done();
