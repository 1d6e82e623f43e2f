#!/usr/bin/env node
// Who may do what, over every route of the API, and what an answer gives away. A route without a row here fails, and so
// does a row without a route: whoever adds one says here who may. Tokens are made here, by npm's jose, good and bad in one
// thing each; callers' numbers and the service's secrets are planted, and looked for in every answer; names and notes that
// would be markup, SQL or a format somewhere come back letter by letter, on the pages too.
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { Agent, request } from "node:https";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Chromium } from "../console/chromium.mjs";
import { agent, APP, done, House, MAIN, ok, root, same, TENANT } from "./house.mjs";

const require = createRequire(join(root, "tests", "peers", "package.json"));
const jose = require("jose");

// ---- who may: the least role of each route. App: a partner's program too; anybody: without a token.
const WHO = `
GET  /api/board                             Agent
GET  /api/me                                Agent
GET  /api/v1/openapi.json                   anybody
GET  /api/v1/view                           App
GET  /api/v1/events                         App
POST /api/v1/commands                       Agent
GET  /api/v1/voicemail                      Agent
GET  /api/v1/voicemail/{voicemail}          Agent
POST /api/v1/voicemail/{voicemail}/taken    Agent
GET  /api/v1/contacts                       Agent
GET  /api/v1/contacts/{contact}             Agent
POST /api/v1/contacts/{contact}/notes       Agent
POST /api/v1/contacts/{contact}/notes/{note} Agent
GET  /api/v1/reports                        Supervisor
GET  /api/v1/explain                        Supervisor
GET  /api/v1/past                           Supervisor
GET  /api/v1/config                         Admin
GET  /api/v1/config/schema                  Admin
GET  /api/v1/config/versions                Admin
GET  /api/v1/config/versions/{version}      Admin
POST /api/v1/config/check                   Admin
POST /api/v1/config/walk                    Admin
POST /api/v1/config/plan                    Admin
POST /api/v1/config/apply                   Admin
POST /api/v1/config/rollback                Admin
GET  /api/v1/prompts                        Admin
GET  /api/v1/prompts/{prompt}/{language}    Admin
POST /api/v1/prompts/{prompt}/{language}    Admin
GET  /api/v1/people                         Admin
GET  /api/v1/numbers                        Admin
GET  /api/v1/privacy                        Admin
POST /api/v1/privacy/export                 Admin
POST /api/v1/privacy/erase                  Admin
GET  /api/v1/audit                          Admin
`.trim().split("\n").map((l) => l.split(/\s+/)).map(([method, path, who]) => ({ method, path, who }));
const RANK = { anybody: 0, App: 1, Agent: 2, Supervisor: 3, Admin: 4 };

// ---- Entra, with keys of our own
const good = await jose.generateKeyPair("RS256"), foreign = await jose.generateKeyPair("RS256");
const jwk = { ...(await jose.exportJWK(good.publicKey)), kid: "people-1", use: "sig", alg: "RS256" };
const issuer = (tenant) => `https://login.microsoftonline.com/${tenant}/v2.0`;
const entra = createServer((req, res) => {
	const body = req.url === "/keys" ? { keys: [jwk] } : { issuer: issuer(TENANT), jwks_uri: `${base}/keys`, id_token_signing_alg_values_supported: ["RS256"] };
	res.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(body));
});
await new Promise((yes) => entra.listen(0, "127.0.0.1", yes));
entra.unref();
const base = `http://127.0.0.1:${entra.address().port}`;
const READER = "77777777-0000-4000-8000-000000000007"; // a partner's program that the configuration names
const TEAMS = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346", OTHER = "99999999-0000-4000-8000-000000000009";
const sign = ({ key = good.privateKey, head = {}, drop = [], ...claims } = {}) => {
	const now = Math.floor(Date.now() / 1000), tid = claims.tid ?? TENANT;
	const all = { iss: issuer(tid), aud: APP, tid, oid: agent(1), sub: "s", scp: "access_as_user", azp: TEAMS, ver: "2.0", iat: now, nbf: now - 5, exp: now + 3600, roles: ["Admin"], ...claims };
	for (const name of drop) delete all[name];
	return new jose.SignJWT(all).setProtectedHeader({ alg: "RS256", kid: "people-1", typ: "JWT", ...head }).sign(key);
};
const b64 = (o) => Buffer.from(JSON.stringify(o)).toString("base64url");
const past = Math.floor(Date.now() / 1000) - 7200;
const BAD = {
	"no token": null,
	"nonsense": "e30.e30.e30",
	"a token that nobody signed": `${b64({ alg: "none", typ: "JWT" })}.${(await sign()).split(".")[1]}.`,
	"another's key": await sign({ key: foreign.privateKey }),
	"a public key taken for a secret": await new jose.SignJWT({ aud: APP, tid: TENANT, roles: ["Admin"] }).setProtectedHeader({ alg: "HS256", kid: "people-1" }).sign(Buffer.from(JSON.stringify(jwk))),
	"a changed word": (await sign({ roles: ["Agent"] })).replace(/\.[^.]+\./, `.${(await sign()).split(".")[1]}.`),
	"another audience": await sign({ aud: OTHER }),
	"Graph's audience": await sign({ aud: "https://graph.microsoft.com" }),
	"another tenant": await sign({ tid: OTHER }),
	"a tenant that is not its issuer's": await sign({ tid: TENANT, iss: issuer(OTHER) }),
	"another issuer": await sign({ iss: "https://evil.example/v2.0" }),
	"expired": await sign({ iat: past, nbf: past, exp: past + 3600 }),
	"not valid yet": await sign({ nbf: Math.floor(Date.now() / 1000) + 7200 }),
	"without an end": await sign({ drop: ["exp"] }),
	"another program's scope": await sign({ scp: "User.Read" }),
	"a client that is not Teams": await sign({ azp: OTHER }),
	"a partner's program of another tenant": await sign({ drop: ["scp"], idtyp: "app", azp: READER, tid: OTHER }),
	"without a person": await sign({ drop: ["oid"] }),
};
const NO_ROLE = { "a person without a role": await sign({ roles: [] }), "a person with a role we do not have": await sign({ roles: ["Auditor", "admin", "ADMIN"] }), "an app alone, with a role": await sign({ drop: ["scp"], idtyp: "app", azp: OTHER }), "our own app alone, with a role": await sign({ drop: ["scp"], idtyp: "app", azp: APP }) };
const MAY = { Agent: await sign({ roles: ["Agent"] }), App: await sign({ drop: ["scp"], idtyp: "app", azp: READER, roles: ["Agent"] }), Supervisor: await sign({ roles: ["Supervisor"], oid: agent(3) }), Admin: await sign({ roles: ["Admin"], oid: agent(4) }) };

// ---- a house with strange names, callers and secrets in it
const NASTY = `<img src=x onerror=alert(1)>"'\`\${7*7}{{7*7}}%s%n';DROP TABLE note;--&amp;\u202e😀`;
const SHORT = `<img src=x onerror=alert(2)>"'{{7*7}}%s';--😀`;
const SECRETS = { AZURE_CLIENT_SECRET: "for-the-local-graph", FOYER_METRICS_KEY: "metrics-key-4f1c9", CRM_TOKEN: "crm-secret-77ab1", FOYER_RELAY_KEY: "relay-secret-1c2d3" };
const NUMBERS = ["4930555010001", "4930555010002"];
const house = new House("roles", {
	callers: [{ name: "talks", number: `+${NUMBERS[0]}`, to: MAIN, at_s: 0, patience_s: 60, talk_s: 0.5, speech: "Hello." },
		{ name: "waits", number: `+${NUMBERS[1]}`, to: MAIN, at_s: 2, patience_s: 600, speech: "Hello." },
		{ name: SHORT, user: "cccccccc-0000-4000-8000-000000000009", to: MAIN, at_s: 3, patience_s: 600, speech: "Hello." }],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 0.2, talk_s: 0.5, speech: "Yes." }],
}, (config) => {
	config.endpoints.entra_openid = `${base}/openid`;
	config.flows = { welcome: [{ queue: "sales" }] };
	config.entries = [{ application_instance: MAIN, flow: "welcome" }];
	config.queues = { sales: { wrap_up_seconds: 3600, wait_seconds_max: 0 } };
	config.agents = [{ user: agent(1), name: NASTY, queues: ["sales"] }, { user: agent(2), name: "Ben", signed_in: false, queues: ["sales"] }];
	config.readers = [{ app_id: READER, queues: ["sales"] }];
	config.pause_reasons = [SHORT];
	config.wrap_up_codes = [SHORT];
	config.transfers = { office: { number: "+4930123456" } };
	config.lookups = { crm: { url: "https://crm.example.com/x", header: { name: "Authorization", environment: "CRM_TOKEN" }, cases: { a: { pointer: "/a", values: [1] } } } };
});
house.env = SECRETS;
await house.open();

// An answer, or the beginning of one that does not end.
const fill = (path) => path.replace("{contact}", "1").replace("{note}", "1").replace("{version}", "1").replace("{prompt}", "greeting").replace("{language}", "en").replace(/\{\w+\}/g, "1");
const pool = new Agent({ keepAlive: true, maxSockets: 4 });
const once = (method, path, token, body, more) => new Promise((yes, no) => {
	const headers = { ...(token && { Authorization: `Bearer ${token}` }), ...more };
	const r = request({ host: "127.0.0.1", port: house.port, method, path, headers, ca: house.ca, agent: pool }, (res) => {
		const parts = [], answer = () => {
			const text = Buffer.concat(parts).toString();
			return { status: res.statusCode, headers: res.headers, text, json: /^application\/json/.test(res.headers["content-type"]) && text.startsWith("{") ? JSON.parse(text) : null };
		};
		const endless = String(res.headers["content-type"]).startsWith("text/event-stream");
		res.on("data", (c) => {
			parts.push(c);
			if (endless && /\n\n/.test(Buffer.concat(parts))) yes(answer()), r.destroy();
		});
		res.on("end", () => yes(answer()));
	});
	r.on("error", no);
	r.end(body);
});
const ask = async (method, path, token, body, more) => {
	for (let tries = 0; ; tries++) {
		const r = await once(method, path, token, body, more);
		if (r.status !== 503 || tries === 200) return r;
	}
};

// ---- the list is whole
const openapi = (await ask("GET", "/api/v1/openapi.json", null)).json;
const served = Object.entries(openapi.paths).flatMap(([path, of]) => Object.keys(of).filter((m) => ["get", "post", "put", "patch", "delete"].includes(m)).map((m) => `${m.toUpperCase()} ${path}`));
const named = WHO.map((r) => `${r.method} ${r.path}`);
const table = [...readFileSync(join(root, "bot", "api", "routes.def"), "utf8").matchAll(/^ROUTE(?:_LARGE)?\([^"]*"(\w+)", "([^"{?]*(?:\{\w+\}[^"{?]*)*)/gm)].map((m) => `${m[1]} ${m[2]}`);
same(served.filter((r) => !named.includes(r)), [], "every route that the service tells of has a row here that says who may");
same(named.filter((r) => !served.includes(r)), [], "and every row is of a route");
same(table.slice().sort(), served.slice().sort(), "what it tells of is the table of routes, and all of it");

// ---- the matrix
await house.start();
const wrong = [], answers = [];
const judge = async (route, name, token, want) => {
	const r = await ask(route.method, fill(route.path), token, route.method === "POST" ? "{}" : undefined, { "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin" });
	answers.push({ what: `${route.method} ${route.path} as ${name}`, ...r });
	// /api/me asks Entra on her behalf, and that Entra has not signed these tokens: its refusal is not the gate's.
	const shut = r.status === 401 || (r.status === 403 && /this is for people|no role/.test(r.text));
	const good = want === "in" ? !shut && r.status < 500 : r.status === want;
	if (!good) wrong.push(`${route.method} ${route.path}, ${name}: ${r.status}, not ${want}`);
	if (want !== "in" && !/^\{"error":\{"code":"\w+","message":"[^"]+","target":(null|"[^"]*")\}\}$/.test(r.text)) wrong.push(`${route.path}, ${name}: refused as ${r.text}`);
};
for (const [name, token] of Object.entries(BAD)) {
	wrong.length = 0;
	for (const route of WHO) await judge(route, name, token, route.who === "anybody" ? "in" : 401);
	same(wrong, [], `${name}: 401 at every route`);
}
for (const [name, token] of Object.entries(NO_ROLE)) {
	wrong.length = 0;
	for (const route of WHO) await judge(route, name, token, route.who === "anybody" ? "in" : 403);
	same(wrong, [], `${name}: 403 at every route`);
}
for (const [role, token] of Object.entries(MAY)) {
	wrong.length = 0;
	for (const route of WHO) await judge(route, role, token, RANK[role] >= RANK[route.who] ? "in" : 403);
	same(wrong, [], `${role === "App" ? "a partner's program" : role}: in where a row says so, 403 elsewhere`);
}
const two = await once("GET", "/api/board", null, undefined, { Authorization: [`Bearer ${MAY.Admin}`, `Bearer ${MAY.Agent}`] });
ok(two.status === 401 || two.status === 400, "two tokens in one request: refused", two.status);
same((await ask("POST", "/api/v1/commands", null, "{}")).status, 403, "neither a token nor our own page: 403");
same((await ask("POST", "/api/v1/commands", null, "{}", { Cookie: "__Host-sid=0123456789abcdef", Origin: "https://evil.example" })).status, 403, "another site's page with a cookie: 403");
same((await ask("GET", "/api/v1/config/versions", MAY.Admin)).json.versions.length, 1, "after all that the configuration is still its first version");

// ---- strange words come back as they went
const until = async (what, look, seconds = 30) => {
	for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
		const found = await look();
		if (found) return found;
	}
	return ok(false, `within ${seconds} s: ${what}`) || null;
};
const board = await until("one talks and one waits", async () => {
	const b = (await ask("GET", "/api/board", MAY.Supervisor)).json;
	return b.agents[0].state === "wrap-up" || b.agents[0].state === "wrap_up" ? b : null;
});
same(board?.agents[0].name, NASTY, "an agent's name on the board, letter by letter");
const noted = await ask("POST", "/api/v1/contacts/1/notes", MAY.Supervisor, JSON.stringify({ text: NASTY }), { "Content-Type": "application/json" });
same(noted.status, 201, "a note of the same");
const contact = (await ask("GET", "/api/v1/contacts/1", MAY.Supervisor)).json;
same(contact.notes.map((n) => n.text), [NASTY], "is read letter by letter");
same((await ask("GET", "/api/v1/people", MAY.Admin)).json.people?.find((p) => p.user === agent(1))?.name, NASTY, "and her name among the people");
const view = (await ask("GET", "/api/v1/view", MAY.Supervisor)).json;
ok(JSON.stringify(view).includes(JSON.stringify(NASTY)), "and in the view", view);
ok(await until("a colleague calls", async () => (await ask("GET", "/api/v1/view", MAY.Supervisor)).json.contacts.some((c) => c.caller === SHORT)), "a caller's name, letter by letter");
for (const field of ["command", "queue", "contact", "reason"]) {
	const r = await ask("POST", "/api/v1/commands", MAY.Admin, JSON.stringify({ command: "pause", [field]: NASTY }), { "Content-Type": "application/json" });
	ok(r.status >= 400 && r.status < 500 && /^application\/json/.test(r.headers["content-type"]), `as "${field}" of a command it is refused in JSON`, r.text);
	answers.push({ what: `command.${field}`, ...r });
}
for (const query of ["reports?queue=", "contacts?cursor=", "explain?agent=", "audit?before=", "contacts?digits="]) {
	const r = await ask("GET", `/api/v1/${query}${encodeURIComponent(NASTY)}`, MAY.Admin);
	ok(r.status < 500 && /^(application\/json|text\/csv)/.test(r.headers["content-type"]), `as ${query} it is an answer in JSON`, [r.status, r.text.slice(0, 200)]);
	answers.push({ what: query, ...r });
}

// ---- what every answer gives away
for (const role of Object.keys(MAY))
	for (const route of WHO.filter((r) => r.method === "GET" && RANK[role] >= RANK[r.who])) {
		const r = await ask("GET", fill(route.path) + (route.path.endsWith("/explain") ? "?contact=2" : ""), MAY[role]);
		answers.push({ what: `GET ${route.path} as ${role}`, ...r });
	}
for (const path of ["/healthz", "/metrics", "/privacy", "/terms", "/auth/login", "/nowhere"]) answers.push({ what: path, ...(await once("GET", path, path === "/metrics" ? SECRETS.FOYER_METRICS_KEY : null)) });
ok(answers.some((a) => a.what === "/metrics" && /foyer_/.test(a.text)) && answers.some((a) => /contacts\/\{contact\} as Supervisor/.test(a.what) && /"caller":"\+[\d ]+\*\*\*\d+"/.test(a.text)), "metrics and contacts are among what is looked at, numbers in their short form",
	answers.filter((a) => a.what === "/metrics" || /contacts\/\{contact\} as Supervisor/.test(a.what)).map((a) => [a.what, a.status, a.text.slice(0, 600)]));
const key = execFileSync("sqlite3", [join(house.dir, "foyer.sqlite"), "select hex(value) from fact where name = 'secret'"], { encoding: "utf8" }).trim();
ok(/^[0-9A-F]{64}$/.test(key), "the service's own secret is found where it is kept", key);
const raw = Buffer.from(key, "hex");
const planted = { ...SECRETS, "its own secret": key, "the same in base64": raw.toString("base64").slice(0, 40), "and for addresses": raw.toString("base64url").slice(0, 40) };
const leaks = (what) => answers.filter((a) => what(JSON.stringify(a.headers) + a.text)).map((a) => a.what);
for (const [name, value] of Object.entries(planted)) same(leaks((t) => t.toLowerCase().includes(value.toLowerCase())), [], `no answer of ${answers.length} has ${name} in it`);
same(leaks((t) => NUMBERS.some((n) => t.replace(/[ ()-]/g, "").includes(n.slice(2)))), [], "and none a caller's whole number");
same(leaks((t) => /eyJ[A-Za-z0-9_-]{20}/.test(t.replace(/"authorization":"[^"]*"/gi, ""))), [], "nor a token");
same(answers.filter((a) => /<img src=x/.test(a.text) && !/^(application\/json|text\/csv|text\/event-stream)/.test(a.headers["content-type"])).map((a) => a.what), [], "what would be markup is in JSON, CSV and events alone");
ok(!NUMBERS.some((n) => house.foyerLog().includes(n)) && !Object.values(SECRETS).some((v) => house.foyerLog().includes(v)), "and the log has none of it");

// ---- and on the pages they are letters too
const chromium = await Chromium.open(house);
for (const [path, role, text] of [["/app/desk/contact/1", "Agent", NASTY], ["/app/desk", "Agent", ""], ["/app/wall", "Supervisor", ""], ["/app/wall/contact/3", "Supervisor", SHORT], ["/app/workshop/people", "Admin", NASTY]]) {
	const asked = [];
	const { page, tab, context } = await chromium.inTeams(async () => ({ token: MAY[role] }), { path, before: async (p) => p.on("dialog", (d) => (asked.push(d.message()), d.dismiss())) });
	const seen = await tab.waitForFunction((want) => document.documentElement.dataset.live === "live" && (document.body.textContent.includes(want) || [...document.querySelectorAll("input, textarea")].some((i) => i.value.includes(want))), text).then(() => true, () => false);
	ok(seen, `${path}: ${text ? "the name or the note is there, letter by letter" : "it is live"}`, seen || (await tab.evaluate(() => document.body.innerText)));
	same([asked, await tab.locator("img[src=x]").count(), await page.locator("img[src=x]").count()], [[], 0, 0], `${path}: and nothing of it runs`);
	await context.close();
}
same(chromium.faults.filter((f) => /Content Security Policy|Refused/.test(f)), [], "nothing was even tried that the policy had to stop");
await chromium.close();
await house.close();
done();
