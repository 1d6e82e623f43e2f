#!/usr/bin/env node
// GET /api/me: Graph in a person's name. Her tab's token is exchanged once however often it comes, nobody gets another's
// name, what she must do is passed on to the page, what is the bot's fault is not, and without Graph she is who she is.
// First with an OpenID provider we did not write (npm's oidc-provider), then with the local Entra and Graph, signing in too.
import { Agent } from "node:https";
import { Browser } from "./browser.mjs";
import { Entra, GRAPH, jose, OBO } from "./entra_peer.mjs";
import { Gate, json } from "./gate.mjs";
import { agent, APP, done, House, ok, same, TENANT } from "./house.mjs";
import { Log } from "./log.mjs";

const SECRET = "of the registration";
const entra = new Entra({
	ada: { oid: agent(1), name: "Ada", roles: ["Agent"] },
	sue: { oid: agent(2), name: "Sue", roles: ["Supervisor", "Admin"] },
	nina: { oid: agent(3), name: "Nina", roles: [] },
	...Object.fromEntries([4, 5, 6, 7].map((n) => [`p${n}`, { oid: agent(n), name: `Person ${n}`, roles: ["Agent"] }])),
});

// Graph's /me: for delegated tokens that jose finds good. graph may answer before.
let graph = null;
const bearers = [];
const gate = new Gate(async (req, res) => {
	const bearer = req.headers.authorization?.replace("Bearer ", "") ?? "";
	bearers.push(bearer);
	if (graph?.(res)) return true;
	const { payload } = await jose.jwtVerify(bearer, entra.published, { audience: GRAPH }).catch(() => ({}));
	if (!payload?.scp) return json(res, 401, { error: { code: "InvalidAuthenticationToken", message: "no" } });
	return json(res, 200, { displayName: payload.name, mail: `${payload.name.toLowerCase().replace(" ", ".")}@example.com`, userPrincipalName: "x@example.com" });
});
const house = new House("people_login", {}, (config) => {
	Object.assign(config.endpoints, { authority: entra.authority, entra_openid: entra.openid, graph: gate.url });
	config.presence = { poll: false };
	entra.serve([{ client_id: APP, grant_types: ["client_credentials", "authorization_code", OBO], response_types: ["code"], token_endpoint_auth_method: "client_secret_post",
		client_secret: SECRET, redirect_uris: [`${config.public_url}/auth/callback`] }], ["first"]);
}).prepare((dir) => Promise.all([entra.open(dir), gate.open(dir)]));
gate.house = house;
house.env = { AZURE_CLIENT_SECRET: SECRET };
await house.open();
const log = new Log(house);

const me = async (token, pool) => {
	const r = await house.ask(house.port, "GET", "/api/me", { headers: { Authorization: `Bearer ${token}` }, agent: pool });
	return { status: r.status, text: r.body.toString(), json: r.headers["content-type"]?.startsWith("application/json") ? JSON.parse(r.body) : null };
};
const until = async (what, test, seconds = 20) => {
	for (const end = Date.now() + seconds * 1000; ;) {
		const got = await test();
		if (got) return got;
		if (Date.now() > end) throw new Error(`not in ${seconds} s: ${what}`);
	}
};
const forget = () => (entra.posts.length = entra.forms.length = bearers.length = 0);

// ---- one exchange, of her very token

const ada = await entra.tokenOf("ada");
const first = await until("the keys are there", async () => {
	const r = await me(ada);
	return r.status !== 503 && r;
});
same(first.json, { user: agent(1), tenant: TENANT, roles: ["Agent"], name: "Ada", mail: "ada@example.com" }, "she is called what Graph calls her");
const { error: _, ...form } = entra.forms[0];
same(form, { client_id: APP, grant_type: OBO, assertion: ada, scope: `${GRAPH}/User.Read`, requested_token_use: "on_behalf_of", client_secret: SECRET }, "her token was exchanged as Entra documents it");
ok(bearers.length === 1 && bearers[0] !== ada && !first.text.includes(bearers[0]), "Graph saw another token than hers, which her page does not see");
await me(ada);
same([entra.posts.length, bearers.length], [1, 2], "asked again, nothing is exchanged again");

// ---- fifty at once, of two people

forget();
let open;
const held = new Promise((yes) => (open = yes));
entra.before = async () => (await held, false);
const two = [await entra.tokenOf("sue"), await entra.tokenOf("p4")];
const pool = new Agent({ ca: house.ca, maxSockets: 50 });
const all = Array.from({ length: 50 }, (_, i) => me(two[i % 2], pool));
await until("two exchanges are under way", () => house.health().then(() => entra.posts.length === 2));
open();
const said = await Promise.all(all);
entra.before = null;
same([...new Set(said.map((r, i) => `${i % 2} ${r.status} ${r.json.name} ${r.json.user}`))].sort(), [`0 200 Sue ${agent(2)}`, `1 200 Person 4 ${agent(4)}`], "fifty requests of two people at once: each hears her own name");
same(entra.forms.map((f) => [two.indexOf(f.assertion), f.error]).sort(), [[0, ""], [1, ""]], "by one exchange each");
pool.destroy();

// ---- what she must do

forget();
const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
entra.mustAct.set(agent(5), claims);
const p5 = await entra.tokenOf("p5");
const must = await me(p5);
same([must.status, must.json], [403, { error: "interaction_required", claims }], "who must act is told so, with the claims her next sign-in must bring");
ok(await log.line(/warn {2}auth in her name: .*interaction_required, AADSTS50076/), "and the log has Entra's number");
entra.mustAct.clear();
same((await until("she has acted", async () => {
	const r = await me(p5);
	return r.status === 200 && r;
})).json.name, "Person 5", "when she has, the same token does");
ok(entra.posts.length === 2, "and Entra was asked once a second at most", entra.posts.map((at) => at - entra.posts[0]));

// ---- what she can do nothing about

const plain = (n) => ({ user: agent(n), tenant: TENANT, roles: ["Agent"] });
forget();
entra.before = (_, res) => json(res, 401, { error: "invalid_client", error_codes: [7000222] });
const p6 = await entra.tokenOf("p6");
const answers = [await me(p6), await me(p6), await me(p6)];
same(answers.map((r) => [r.status, r.json]), answers.map(() => [200, plain(6)]), "where the bot's secret has expired she is answered without a name, and asked to do nothing");
ok(await log.line(/the client secret has expired: make a new one in the app registration .*-> answered without Graph/), "and an admin reads why");
same(entra.posts.length, 1, "and Entra is asked once");
entra.before = null;

forget();
graph = (res) => json(res, 503, { error: { code: "serviceNotAvailable", message: "later" } });
const p7 = await entra.tokenOf("p7");
same((await me(p7)).json, plain(7), "Graph away: answered without a name");
graph = (res) => (res.destroy(), true);
same((await me(p7)).json, plain(7), "Graph gone: answered without a name");
same(entra.posts.length, 1, "from one exchange");

forget();
graph = (res) => bearers.length === 1 && json(res, 401, { error: { code: "InvalidAuthenticationToken", message: "revoked" } });
const again = await me(ada);
same([again.json.name, entra.posts.length, bearers.length, new Set(bearers).size], ["Ada", 1, 2, 2], "a token that Graph takes no more is exchanged again, once, and she has her name");
forget();
graph = (res) => json(res, 401, { error: { code: "InvalidAuthenticationToken", message: "no" } });
same([(await me(ada)).json, entra.posts.length, bearers.length], [plain(1), 1, 2], "where Graph refuses that one, too, she is answered without");
graph = null;

// ---- who is not let in at all

forget();
same([(await me(await entra.tokenOf("nina"))).status, (await me(bearers[0] ?? "x.y.z")).status, (await me(await entra.tokenOf("ada") + "x")).status], [403, 401, 401], "no role: 403; no token of ours: 401");
same(entra.posts.length, 0, "and nothing is exchanged for them");
ok(!/eyJ[A-Za-z0-9_-]{20}/.test(log.text) && !log.text.includes("Ada") && !log.text.includes(SECRET), "no token, secret or name is in the log", log.text);
same(await house.close(), 0, "the service ends with status 0");
entra.close();
gate.close();

// ---- the local Entra and Graph

const local = new House("people_login_local", { agents: [{ user: agent(1), name: "ada", behaviour: "answers" }] }, (config) => {
	config.presence = { poll: false };
});
await local.open();
const home = local.config.public_url, browser = new Browser(local.ca);
let back;
const page = await browser.go(`${home}/auth/login?back=/api/board`, { stop: (url) => (url.pathname === "/auth/callback" && (back = url.href), false) });
same([page.status, page.url], [200, `${home}/api/board`], "signing in at the local Entra leads to the board");
const who = JSON.parse((await browser.ask(`${home}/api/me`)).text);
same(who, { user: agent(1), tenant: TENANT, roles: ["Agent"] }, "a session knows who she is, and has no token to ask Graph with");
same((await browser.ask(back)).status, 403, "the way back is good once");
const codeless = new Browser(local.ca);
const next = (await codeless.go(`${home}/auth/login`, { stop: (url) => url.pathname === "/auth/callback" })).next;
const url = new URL(next);
url.searchParams.set("code", new URL(back).searchParams.get("code"));
same((await codeless.ask(url.href)).status, 403, "and so is its code, which Entra remembers (54005, or the verifier differs)");
const token = (await local.control("POST", "/sim/token", { user: agent(1), name: "Ada", roles: ["Agent"], scp: "access_as_user" })).json.access_token;
const r = await local.ask(local.port, "GET", "/api/me", { headers: { Authorization: `Bearer ${token}` } });
same([r.status, JSON.parse(r.body).name], [200, "ada"], "her tab's token is exchanged there, and Graph tells her name");
same(await local.close(), 0, "the service ends with status 0");
done();
