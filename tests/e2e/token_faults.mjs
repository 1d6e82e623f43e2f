#!/usr/bin/env node
// The bot's tokens where Entra is asked by many at once, refuses, asks us to slow down, or is away: exactly one request for
// fifty calls, a line that an admin understands, no storms, and calls that go on.
import { Gate, isToken, json } from "./gate.mjs";
import { agent, APP, done, House, MAIN, ok, same, TENANT } from "./house.mjs";
import { Log } from "./log.mjs";

const OTHER = "99999999-0000-4000-8000-000000000009", APP2 = "22222222-2222-4333-8444-555555555555";
const CUSTOMER = "aaaaaaaa-0000-4000-8000-000000000011", SECOND = "aaaaaaaa-0000-4000-8000-000000000012";
const until = async (what, test, seconds = 20) => {
	for (const end = Date.now() + seconds * 1000; ;) {
		const got = await test();
		if (got) return got;
		if (Date.now() > end) throw new Error(`not in ${seconds} s: ${what}`);
		await new Promise((yes) => setImmediate(yes));
	}
};

function houseOf(name, scenario, change, before) {
	const gate = new Gate(before);
	const house = new House(name, scenario, (config) => {
		config.endpoints.authority = gate.url;
		change(config);
	}).prepare((dir) => gate.open(dir));
	gate.house = house;
	return { house, gate };
}
const callers = (n, to, prefix = "c") => Array.from({ length: n }, (_, i) => ({ name: `${prefix}${i}`, number: `+4930555${10000 + i}`, to, at_s: 0, patience_s: 60, speech: "Hello." }));
const realmOf = (post) => [post.path.split("/")[1], post.form.client_id, post.form.scope].join(" ");

// ---- fifty at once

// Entra's answer is held back until everybody waits for it.
async function cold(name, n, scenario, change, env, realms) {
	let open;
	const all = new Promise((yes) => (open = yes));
	const { house, gate } = houseOf(name, scenario, (config) => {
		config.presence = { poll: false }; // nobody but the calls asks
		change(config);
	}, async () => (await all, false));
	house.env = env;
	await house.open();
	await house.start();
	await until(`${n} calls wait`, async () => (await house.health()).in_progress === n, 8);
	const asked = gate.posts.map(realmOf);
	open();
	const books = await house.idle();
	await house.quiet();
	same(books.calls.filter((c) => c.active_ms !== null).length, n, `${n} calls at once on a cold start are all answered`);
	same([asked.sort(), gate.posts.map(realmOf).sort()], [realms, realms], `with exactly ${realms.length === 1 ? "one token request" : "one token request for each registration and tenant"}`);
	same(books.refused.filter((r) => r.status === 401), [], "and Graph refuses no token");
	same(await house.close(), 0, "the service ends with status 0");
	gate.close();
}
const graphScope = "https://graph.microsoft.com/.default";
await cold("tokens_cold", 50, { callers: callers(50, MAIN) }, (config) => (config.flows = { welcome: [{ play: "greeting" }], hotline: [{ play: "greeting" }] }), {}, [`${TENANT} ${APP} ${graphScope}`]);
await cold("tokens_realms", 30, {
	tenants: [OTHER], client_secret: "one", apps: [{ app_id: APP2, tenants: [OTHER], client_secret: "two", webhook: "https://127.0.0.1:{port}/api/calls/two" }],
	application_instances: [{ id: MAIN, name: "Main" }, { id: CUSTOMER, name: "Customer", tenant: OTHER }, { id: SECOND, name: "Second", app_id: APP2 }],
	callers: [...callers(10, MAIN, "a"), ...callers(10, CUSTOMER, "b"), ...callers(10, SECOND, "c")],
}, (config) => {
	config.bots = [{ name: "main", app_id: APP, tenant_id: TENANT, tenants: [OTHER] }, { name: "two", app_id: APP2, tenant_id: OTHER }];
	config.flows = { ours: [{ play: "greeting" }], theirs: [{ play: "greeting" }] };
	config.queues = { ours: {}, theirs: { tenant: OTHER } };
	config.entries = [{ application_instance: MAIN, flow: "ours" }, { application_instance: CUSTOMER, tenant: OTHER, flow: "theirs" },
		{ application_instance: SECOND, bot: "two", flow: "theirs" }, { default: true, flow: "ours" }];
	config.agents = [{ user: agent(1), name: "Ada", queues: ["ours"] }, { user: agent(2), name: "Olga", tenant: OTHER, queues: ["theirs"] }];
}, { AZURE_CLIENT_SECRET: "one", TWO_AZURE_CLIENT_SECRET: "two" },
[`${OTHER} ${APP2} ${graphScope}`, `${OTHER} ${APP} ${graphScope}`, `${TENANT} ${APP} ${graphScope}`].sort());

// ---- faults: one house, the service started anew for each

let fault = null; // (req, res, body) of a token request
const { house, gate } = houseOf("token_faults", { client_secret: "right", faults: { time_scale: 2 } }, () => {}, (req, res, body) => isToken(req) && fault?.(req, res, body));
house.env = { AZURE_CLIENT_SECRET: "right" };
await house.open();
await house.stopFoyer();
await house.start();
let log, round = 0, names;
const begin = async (how, secret = "right") => {
	fault = how;
	gate.posts.length = 0;
	house.env = { AZURE_CLIENT_SECRET: secret };
	house.spawnFoyer();
	log = new Log(house);
	await log.line(/foyer: ready on/, 0, 60);
	names = [];
};
const call = async (more) => {
	const name = `r${++round}`;
	names.push(name);
	await house.control("POST", "/sim/calls", { name, number: "+4930555010001", to: MAIN, patience_s: 12, speech: "Hello.", ...more });
};
const ours = async () => (await house.books()).calls.filter((c) => names.includes(c.caller));
const answered = (n) => until(`${n} calls are answered`, async () => (await ours()).filter((c) => c.active_ms !== null).length === n);
const end = async (name) => {
	await house.quiet();
	ok(!/eyJ[A-Za-z0-9_-]{20}/.test(log.text) && !/client_secret=|right|wrong!/.test(log.text), `${name}: nothing secret is in the log`);
	same(await house.stopFoyer(), 0, `${name}: the service ends with status 0`);
};
const entraSays = (status, error, number) => (_, res) => json(res, status, { error, error_description: `AADSTS${number}: in Entra's words`, error_codes: [number], trace_id: "0a1b2c3d-0000-0000-0000-000000000000" });

for (const [name, how, secret, says] of [
	["a wrong secret", null, "wrong!", /error auth token: token for app .* in tenant .*: the client secret is wrong: copy the secret's Value, not its ID \(status 401, invalid_client, AADSTS7000215/],
	["an unknown tenant", entraSays(400, "invalid_request", 90002), "right", /error auth token: .*: there is no such tenant \(status 400, invalid_request, AADSTS90002, trace 0a1b2c3d/],
	["a wrong scope", entraSays(400, "invalid_scope", 70011), "right", /error auth token: .*: the scope is not one Entra knows \(status 400, invalid_scope, AADSTS70011/],
	["an app without consent", entraSays(400, "unauthorized_client", 700016), "right", /error auth token: .*: the app is not known in this tenant: an admin of the tenant must consent \(status 400/],
]) {
	await begin(how, secret);
	const line = await log.line(says);
	ok(line, `${name}: an admin reads "${line?.replace(/.*: (.*) \(.*/, "$1")}"`, log.text.slice(-1500));
	for (let i = 1; i <= 3; i++) {
		await call();
		await until("the call fails", () => log.count(/no token for op=answer/) >= i);
	}
	same([gate.posts.length, log.count(/error auth token:/), (await house.health()).ready ?? true], [1, 1, true], `${name}: three calls later Entra was asked once, and told of once`);
	await end(name);
}

// Slow down: not before the time Entra names, and the calls that can wait do.
await begin((_, res) => gate.posts.length === 1 && json(res, 429, { error: "temporarily_unavailable" }, { "Retry-After": "2" }));
for (let i = 0; i < 3; i++) await call();
await answered(3);
ok(gate.posts.length === 2 && gate.posts[1].at - gate.posts[0].at >= 2000, "throttled for 2 s: asked again after that, once, and three calls that waited are answered", gate.posts.map((p) => p.at));
ok(log.count(/error auth token: .*: Entra asks us to slow down \(status 429/) === 1 && log.count(/no token for op=answer/) === 0, "with one line");
await end("throttled");

await begin((_, res) => json(res, 429, {}, { "Retry-After": "90" }));
for (let i = 1; i <= 3; i++) {
	await call();
	await until("the call fails", () => log.count(/no token for op=answer: .*: Entra asks us to slow down .* -> failed/) >= i);
}
same(gate.posts.length, 1, "throttled for longer than a call may wait: it is told at once, and Entra is left alone");
await end("throttled for long");

// Away when the first calls come.
await begin((req) => gate.posts.length <= 3 && (req.socket.destroy(), true));
for (let i = 0; i < 3; i++) await call();
await answered(3);
same(gate.posts.length, 4, "away at the start: three tries fail, the fourth serves all the calls that waited");
ok(log.count(/error auth token: .*: Entra cannot be reached: .+ \(status 0/) === 3, "and the log says what the network said", log.text.slice(-1500));
await end("away at the start");

// Away for some seconds while calls run on a token that is still good, though due for renewal.
let away = false;
await begin(async (req, res, body) => {
	if (away) return res.writeHead(503, { "Content-Type": "text/html" }).end("<html>Service unavailable</html>") && true;
	const answer = await gate.onward(req, body);
	return json(res, answer.status, { ...JSON.parse(answer.body), refresh_in: 1 });
});
await call({ patience_s: 30 });
await answered(1);
away = true;
await until("renewal was tried", () => gate.posts.length === 2);
for (let i = 0; i < 3; i++) await call();
await answered(names.length);
same([gate.posts.length, log.count(/no token for/)], [2, 0], "away while the old token lives: renewal is tried once, and every call is answered with the old one");
ok(log.count(/error auth token: .*: Entra failed \(status 503/) === 1, "with one line");
await house.idle();
const calls = await ours();
ok(calls.length === 4 && calls.every((c) => c.end_code === 200 || c.end_code === 487 || c.end_code === 0), "and ends as callers want", calls.map((c) => [c.end_code, c.ended_by]));
await end("away");

const books = await house.books();
same(books.surprises, [], "Graph was surprised by nothing");
await house.startFoyer();
same(await house.close(), 0, "the last service ends with status 0");
gate.close();
done();
