#!/usr/bin/env node
// Call records, end to end: the service subscribes, is shaken hands with while its own request is pending, is told of records,
// fetches them when they are there, joins them to its contacts and shows them. On the other side a Graph of this file's own,
// written from the documentation; what is not about subscriptions and records it hands on to the local Graph.
import { constants, createCipheriv, createHmac, generateKeyPairSync, publicEncrypt, randomBytes, randomUUID, sign, X509Certificate } from "node:crypto";
import { EventEmitter } from "node:events";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:https";
import { join } from "node:path";
import { agent, APP, done, foyer, freePort, gone, House, MAIN, ok, same, TENANT } from "./house.mjs";

const RECORDS = "communications/callRecords";
const CHANGE_TRACKING = "0bf30f3b-4a52-48df-9a82-234910c4a086";
const b64url = (x) => Buffer.from(typeof x === "string" || Buffer.isBuffer(x) ? x : JSON.stringify(x)).toString("base64url");

class Graph extends EventEmitter {
	constructor(port) {
		super();
		Object.assign(this, { port, subs: new Map(), records: new Map(), log: [], handshakes: [], life_ms: 3 * 24 * 3600e3 });
		this.setMaxListeners(0);
		this.keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
	}
	// Entra's part: the keys of validationTokens, and such tokens.
	metadata(pathname) {
		const here = `https://127.0.0.1:${this.port}/entra`;
		if (pathname.endsWith("openid-configuration")) return { issuer: "https://sts.windows.net/{tenantid}/", jwks_uri: `${here}/keys`, id_token_signing_alg_values_supported: ["RS256"] };
		const { n, e } = this.keys.publicKey.export({ format: "jwk" });
		return { keys: [{ kty: "RSA", use: "sig", kid: "change-1", n, e, issuer: "https://sts.windows.net/{tenantid}/" }] };
	}
	token(more) {
		const now = Math.floor(Date.now() / 1000);
		const claims = { aud: APP, iss: `https://sts.windows.net/${TENANT}/`, iat: now, nbf: now, exp: now + 3600, appid: CHANGE_TRACKING, tid: TENANT, ver: "1.0", ...more };
		const head = `${b64url({ alg: "RS256", typ: "JWT", kid: "change-1" })}.${b64url(claims)}`;
		return `${head}.${sign("sha256", Buffer.from(head), this.keys.privateKey).toString("base64url")}`;
	}
	// Documentation: AES-256-CBC under 32 fresh bytes whose first 16 are the IV; HMAC-SHA256 of that; the bytes under OAEP with SHA-1.
	seal(sub, content) {
		const key = randomBytes(32), cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16));
		const data = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final()]);
		const certificate = new X509Certificate(Buffer.from(sub.encryptionCertificate, "base64"));
		return { data: data.toString("base64"), dataSignature: createHmac("sha256", key).update(data).digest("base64"),
			dataKey: publicEncrypt({ key: certificate.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" }, key).toString("base64"),
			encryptionCertificateId: sub.encryptionCertificateId, encryptionCertificateThumbprint: certificate.fingerprint.replaceAll(":", "") };
	}
	open(house) {
		this.house = house;
		const tls = { key: readFileSync(join(house.dir, "tls.key")), cert: readFileSync(join(house.dir, "tls.pem")) };
		this.server = createServer(tls, (req, res) => {
			const parts = [];
			req.on("data", (c) => parts.push(c));
			req.on("end", () => this.serve(req, Buffer.concat(parts), res).catch((e) => res.writeHead(500).end(String(e))));
		}).listen(this.port, "127.0.0.1");
	}
	async serve(req, body, res) {
		const { pathname } = new URL(req.url, "https://x");
		const say = (status, json) => res.writeHead(status, { "Content-Type": "application/json", "request-id": randomUUID() }).end(json ? JSON.stringify(json) : "");
		const mine = /^\/v1\.0\/(subscriptions|communications\/callRecords)(?:\/([^/]+))?(\/reauthorize)?$/.exec(pathname);
		if (pathname.startsWith("/entra/")) return say(200, this.metadata(pathname));
		if (!mine) return this.handOn(req, body, res);
		const [, what, id, reauthorize] = mine;
		const entry = { method: req.method, what, id, reauthorize: !!reauthorize, url: req.url, body: body.length ? JSON.parse(body) : null };
		if (!/^Bearer \S+$/.test(req.headers.authorization ?? "")) return say(401, { error: { code: "InvalidAuthenticationToken", message: "" } });
		const answer = what === "subscriptions" ? await this.subscription(entry) : await this.record(entry);
		say(...answer);
		this.log.push(entry);
		this.emit("request", entry);
	}
	handOn(req, body, res) {
		const on = request({ host: "127.0.0.1", port: this.house.simPort, method: req.method, path: req.url, headers: req.headers, ca: this.house.ca }, (r) => {
			res.writeHead(r.statusCode, r.headers);
			r.pipe(res);
		});
		on.on("error", () => res.destroy());
		on.end(body);
	}
	// Documentation: 200, text/plain, the decoded token and nothing else.
	async shake(url) {
		const token = `Validation: Testing client ${randomUUID()} + & <b>é</b> %20`;
		const u = new URL(url);
		const r = await this.house.ask(Number(u.port), "POST", `${u.pathname}?validationToken=${encodeURIComponent(token)}`, { headers: { "Content-Type": "text/plain; charset=utf-8" } });
		const good = r.status === 200 && /^text\/plain\b/.test(r.headers["content-type"] ?? "") && r.body.toString() === token;
		this.handshakes.push({ url, good, status: r.status });
		return good;
	}
	async subscription({ method, id, reauthorize, body }) {
		const now = () => new Date(Date.now() + this.life_ms).toISOString();
		const show = (s) => ({ ...s, clientState: null });
		if (method === "GET" && !id) return [200, { value: [...this.subs.values()].map(show) }];
		if (method === "POST" && !id) {
			const wants = ["changeType", "notificationUrl", "resource", "expirationDateTime", "clientState"];
			if (wants.some((m) => typeof body[m] !== "string")) return [400, { error: { code: "InvalidRequest", message: "" } }];
			if (!(await this.shake(body.notificationUrl)) || (body.lifecycleNotificationUrl && !(await this.shake(body.lifecycleNotificationUrl))))
				return [400, { error: { code: "ValidationError", message: "handshake failed" } }];
			const s = { ...body, id: randomUUID(), applicationId: APP, expirationDateTime: now() };
			this.subs.set(s.id, s);
			return [201, show(s)];
		}
		const s = this.subs.get(id);
		if (!s) return [404, { error: { code: "ResourceNotFound", message: "" } }];
		if (method === "GET") return [200, show(s)];
		if (reauthorize) return [202];
		if (method === "PATCH") {
			if (Object.keys(body).join() !== "expirationDateTime") return [400, { error: { code: "InvalidRequest", message: "" } }];
			s.expirationDateTime = now();
			return [200, show(s)];
		}
		this.subs.delete(id);
		return [204];
	}
	async record({ id, url }) {
		const r = this.records.get(id);
		if (!url.includes("$expand=sessions($expand=segments)")) return [400, { error: { code: "BadRequest", message: "" } }];
		if (!r || r.early-- > 0) return [404, { error: { code: "NotFound", message: "" } }];
		if (r.held) await r.held;
		return [200, r.body];
	}
	get rich() {
		return [...this.subs.values()].find((s) => s.includeResourceData);
	}
	async tellRich(content, tokens, spoil = () => {}) {
		const { pathname, port } = new URL(this.rich.notificationUrl);
		const sealed = this.seal(this.rich, content);
		spoil(sealed);
		const body = { value: [{ subscriptionId: this.rich.id, clientState: this.rich.clientState, tenantId: TENANT, changeType: "updated", resource: "communications/presences", encryptedContent: sealed }], validationTokens: tokens };
		return (await this.house.ask(Number(port), "POST", pathname, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).status;
	}
	get mine() {
		return [...this.subs.values()].find((s) => s.resource === RECORDS && !s.foreign);
	}
	// As Graph does: POST, 2xx within 3 s.
	async tell(sub, item, path = "notificationUrl") {
		const u = new URL(sub[path]);
		const body = { value: [{ subscriptionId: sub.id, subscriptionExpirationDateTime: sub.expirationDateTime, clientState: sub.clientState, tenantId: TENANT, ...item }] };
		const before = Date.now();
		const r = await this.house.ask(Number(u.port), "POST", u.pathname, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
		return { status: r.status, ms: Date.now() - before };
	}
	announce(id, changeType, sub = this.mine) {
		return this.tell(sub, { changeType, resource: `${RECORDS}('${id}')`, resourceData: { "@odata.type": "#microsoft.graph.callrecord", "@odata.id": `${RECORDS}('${id}')`, id } });
	}
	// The next request that fits, or one that came already from `from` on.
	request(fits, what, from = 0, seconds = 30) {
		const there = this.log.slice(from).find(fits);
		if (there) return Promise.resolve(there);
		return new Promise((yes, no) => {
			const hear = (e) => fits(e) && (clearTimeout(timer), this.off("request", hear), yes(e));
			const timer = setTimeout(() => no(new Error(`no ${what} in ${seconds} s: ${JSON.stringify(this.log.slice(from).map((e) => [e.method, e.what, e.id]))}`)), seconds * 1000);
			this.on("request", hear);
		});
	}
}

const graph = new Graph(await freePort());
const caller = (name, number, at_s) => ({ name, number, to: MAIN, at_s, press: [{ on: "menu", digit: "1" }], patience_s: 20, talk_s: 1, speech: "Hello." });
const house = new House("records", {
	callers: [caller("anna", "+4930555020001", 0), caller("ben", "+4930555020002", 6)],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 1 }],
}, (config) => {
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
	config.endpoints.graph = `https://127.0.0.1:${graph.port}`;
	config.endpoints.change_openid = `https://127.0.0.1:${graph.port}/entra/openid-configuration`;
	config.presence = { ...config.presence, poll: false, subscribe: true };
	config.call_records = { fetch: true, retry_seconds: 1 };
	graph.open(house);
	const there = (id, notificationUrl, more) => graph.subs.set(id, { id, resource: RECORDS, changeType: "created", notificationUrl, expirationDateTime: new Date(Date.now() + 3600e3).toISOString(), foreign: true, ...more });
	there("11111111-0000-4000-8000-000000000001", `https://127.0.0.1:${house.port}/api/notifications/of-another-life`);
	there("11111111-0000-4000-8000-000000000002", "https://elsewhere.example.com/api/notifications/x");
});
await house.open();
const isPost = (e) => e.method === "POST" && e.what === "subscriptions" && !e.id;
const isCreate = (e) => isPost(e) && e.body.resource === RECORDS;
const isFetch = (id) => (e) => e.what === RECORDS && e.id === id;
const rowsOf = (sql) => JSON.parse(execFileSync("sqlite3", ["-json", join(house.dir, "foyer.sqlite"), sql], { encoding: "utf8" }) || "[]");
const report = () => foyer(["report", join(house.dir, "foyer.sqlite")]).stdout;
// A line of the log from now on.
function logged(pattern, seconds = 30) {
	return new Promise((yes, no) => {
		let text = "";
		const hear = (chunk) => pattern.test((text += chunk)) && (clearTimeout(timer), house.foyer.stderr.off("data", hear), yes(text));
		const timer = setTimeout(() => no(new Error(`no ${pattern} in the log in ${seconds} s:\n${text}`)), seconds * 1000);
		house.foyer.stderr.on("data", hear);
	});
}

// ---- the subscription is made

const made = await graph.request(isCreate, "POST /subscriptions");
same([made.body.resource, made.body.changeType], [RECORDS, "created,updated"], "it subscribes to call records, new and changed");
same(graph.handshakes.slice(0, 2).map((h) => h.good), [true, true], "both addresses shake hands while the service's own request is pending");
ok(Date.parse(made.body.expirationDateTime) - Date.now() < 4230 * 60e3, "it asks for less than the longest life");
ok(made.body.clientState.length >= 32 && made.body.clientState.length <= 128, "clientState is long enough and not too long");
ok(new URL(made.body.notificationUrl).pathname !== new URL(made.body.lifecycleNotificationUrl).pathname, "life of the subscription has an address of its own");
same(graph.log.filter((e) => e.method === "DELETE").map((e) => e.id.at(-1)), ["1"], "a left-over of its own address is deleted, another service's is left");

// ---- content that comes along

const rich = (await graph.request((e) => isPost(e) && e.body.includeResourceData, "POST /subscriptions with a certificate")).body;
ok(rich.resource === `communications/presences?$filter=id in ('${agent(1)}')` && rich.encryptionCertificateId.length <= 128, "it subscribes to its agents' presence, with a certificate of its own");
const busy = (availability) => ({ "@odata.type": "#microsoft.graph.presence", id: agent(1), availability, activity: availability });
for (const [name, tokens, spoil] of [
	["without a token", []],
	["with a token for another audience", [graph.token({ aud: randomUUID() })]],
	["with a token of another application", [graph.token({ appid: randomUUID() })]],
	["with a token of another tenant", [graph.token({ tid: randomUUID() })]],
	["with one good and one expired token", [graph.token(), graph.token({ exp: 1700000000, nbf: 1600000000, iat: 1600000000 })]],
	["with a spoilt signature", [graph.token()], (x) => (x.dataSignature = Buffer.alloc(32).toString("base64"))],
	["with a key that is nobody's", [graph.token()], (x) => (x.encryptionCertificateId = "x")],
]) {
	const line = logged(/(content|notification): .*-> dropped/);
	same(await graph.tellRich(busy("Busy"), tokens, spoil), 202, `content ${name}: 202 like all else`);
	ok(await line, "and dropped with one line");
}
const presences = () => rowsOf("select count(*) as n from journal")[0].n;
const journalBefore = presences();
same(await graph.tellRich(busy("DoNotDisturb"), [graph.token()]), 202, "content with a good token: 202");
const risen = async (than) => {
	for (let until = Date.now() + 20000; Date.now() < until && presences() <= than; );
	return presences() > than;
};
ok(await risen(journalBefore), "it is opened: the agent's presence is an event");
same(await graph.tellRich(busy("Available"), [graph.token()]), 202, "and she is available again");
ok(await risen(journalBefore + 1), "an event as well");
ok(!house.foyerLog().includes("DoNotDisturb"), "content is not in the log");

// ---- strangers at these doors

const { port } = house;
same((await house.ask(port, "POST", "/api/notifications/000000000000000000000000", { body: "{}" })).status, 404, "a guessed address: 404");
same((await house.ask(port, "POST", "/api/notifications/000000000000000000000000?validationToken=x", {})).status, 404, "and no handshake there");
const path = new URL(made.body.notificationUrl).pathname;
same((await house.ask(port, "POST", `${path}?validationToken=${"x".repeat(1025)}`, {})).status, 400, "a handshake of more than 1,024 characters: 400");
same((await house.ask(port, "GET", path)).status, 405, "GET: 405");
let dropped = logged(/body at 1:1: .*-> dropped/);
same((await house.ask(port, "POST", path, { body: "nonsense" })).status, 202, "nonsense is answered like all else");
ok(await dropped, "and dropped with one line");
dropped = logged(/clientState is none of ours -> dropped/);
same((await graph.announce(randomUUID(), "created", { ...graph.mine, clientState: "f".repeat(64) })).status, 202, "a wrong clientState is answered like all else");
ok(await dropped, "and dropped with one line");

// ---- records of two calls

await house.start();
await house.idle();
await house.quiet();
const [anna, ben] = house.contacts();
const chains = new Map(rowsOf("select contact, chain, tenant from chain").map((r) => [r.contact, r]));
same([chains.size, chains.get(anna.contact)?.tenant], [2, TENANT], "each contact remembers its chain of calls, and whose");
const record = (id, version, contact, more) => ({ id, version, type: "groupCall", modalities: ["audio"], startDateTime: new Date(contact.offered_ms).toISOString(),
	endDateTime: new Date(contact.ended_ms).toISOString(), lastModifiedDateTime: new Date().toISOString(), organizer: { phone: { id: contact.number } },
	participants: [{ phone: { id: contact.number } }, { user: { id: agent(1), displayName: "Ada" } }, { applicationInstance: { id: MAIN } }], sessions: [], ...more });
const first = chains.get(anna.contact).chain;
graph.records.set(first, { early: 1, body: record(first, 1, anna) });
let from = graph.log.length;
let kept = logged(/call-record version=1 joined=chain -> kept/);
const told = await graph.announce(first, "created");
ok(told.status === 202 && told.ms < 1000, "a record is announced: 202 at once", told);
ok(await kept, "it was too early, then it was there: kept, joined by its chain");
same(graph.log.slice(from).filter(isFetch(first)).length, 2, "asked for twice: 404, then the record");
ok(/ call record  version 1  groupCall  audio  [\d.]+ s  parties 3  joined by chain/.test(report()), "foyer report shows it", report());
ok(!rowsOf("select * from call_record").some((r) => JSON.stringify(r).includes("4930555")), "nobody's number is kept with it");

graph.records.set(first, { early: 0, body: record(first, 2, anna, { sessions: [{ id: "s", modalities: ["audio"], failureInfo: { stage: "midcall", reason: "Media was lost." }, segments: [] }] }) });
kept = logged(/call-record version=2 joined=chain -> kept/);
await graph.announce(first, "updated");
await kept;
ok(/version 2 .*failed: Media was lost\. \(midcall\)/.test(report()) && !/version 1 /.test(report()), "a newer version takes its place", report());

const second = randomUUID(), stray = randomUUID(), foreign = randomUUID();
const later = { offered_ms: ben.ended_ms + 3600e3, ended_ms: ben.ended_ms + 3700e3, number: ben.number };
graph.records.set(second, { early: 0, body: record(second, 1, ben) });
graph.records.set(stray, { early: 0, body: record(stray, 1, later) });
graph.records.set(foreign, { early: 0, body: record(foreign, 1, later, { participants: [{ user: { id: agent(9) } }] }) });
from = graph.log.length;
kept = Promise.all([logged(/version=1 joined=participants -> kept/), logged(/version=1 joined=no -> kept/)]);
for (const id of [second, stray, foreign]) await graph.announce(id, "created");
await kept;
await graph.request(isFetch(foreign), "GET of the foreign record", from);
ok(/parties 3  joined by participants/.test(report()), "a record of another id is joined by who and when");
ok(/call-records=3 joined=2/.test(report()), "one of ours that fits no contact is kept and marked, other people's calls are not", report());

// ---- killed between the announcement and the record

const third = randomUUID();
let release;
graph.records.set(third, { early: 0, held: new Promise((yes) => (release = yes)), body: record(third, 1, later) });
same((await graph.announce(third, "created")).status, 202, "another one is announced");
house.foyer.kill("SIGKILL");
await gone(house.foyer);
release();
const before = graph.mine.id;
from = graph.log.length;
await house.startFoyer();
await graph.request((e) => isFetch(third)(e), "GET of the record announced before the end", from);
same(graph.log.slice(from).filter(isCreate).length, 0, "after a restart the subscription is found, not made twice");
same(graph.mine.id, before, "it is the same one");

// ---- the life of the subscription

from = graph.log.length;
same((await graph.tell(graph.mine, { lifecycleEvent: "reauthorizationRequired" }, "lifecycleNotificationUrl")).status, 202, "reauthorization is required: 202");
ok(await graph.request((e) => e.reauthorize && e.id === before, "reauthorize", from), "and done");
graph.life_ms = 4000;
const lost = graph.mine;
graph.subs.delete(before);
await graph.tell(lost, { lifecycleEvent: "subscriptionRemoved" }, "lifecycleNotificationUrl");
const again = await graph.request(isCreate, "POST /subscriptions", from);
ok(again.body.clientState !== lost.clientState, "what was removed is made again, with a clientState of its own");
graph.life_ms = 3 * 24 * 3600e3;
ok(await graph.request((e) => e.method === "PATCH" && e.id === graph.mine.id, "PATCH", from), "it is renewed before a short life ends");
const fourth = randomUUID();
graph.records.set(fourth, { early: 0, body: record(fourth, 1, later) });
dropped = logged(/clientState is none of ours -> dropped/);
await graph.announce(fourth, "created", { ...graph.mine, clientState: lost.clientState });
ok(await dropped, "the old clientState is good for nothing");
await graph.announce(fourth, "created");
ok(await graph.request(isFetch(fourth), "GET", from), "the new one is");
ok(!house.foyerLog().includes(again.body.clientState), "no clientState is in the log");

same(await house.close(), 0, "the service ends well");
graph.server.closeAllConnections();
graph.server.close();
done();
