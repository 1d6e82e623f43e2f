#!/usr/bin/env node
// The service and an OpenID provider we did not write (npm's oidc-provider) in Entra's place: the bot proves itself to it
// with a certificate and with a secret and carries a call with its token; people's tokens follow its keys as they change;
// and people sign in outside Teams, in a browser, where whoever tampers is refused.
import { execFileSync } from "node:child_process";
import { request } from "node:https";
import { join } from "node:path";
import { Browser } from "./browser.mjs";
import { Entra, GRAPH, jose, jwkOf } from "./entra_peer.mjs";
import { Gate, json } from "./gate.mjs";
import { agent, APP, done, House, MAIN, ok, same, TENANT } from "./house.mjs";
import { Log } from "./log.mjs";

const OTHER = "99999999-0000-4000-8000-000000000009";
const people = {
	ada: { oid: agent(1), name: "Ada", roles: ["Agent"] },
	sue: { oid: agent(2), name: "Sue", roles: ["Supervisor"] },
	nina: { oid: agent(3), name: "Nina", roles: [] },
	olaf: { oid: agent(4), name: "Olaf", roles: ["Admin"], tid: OTHER },
	janus: { oid: agent(5), name: "Janus", roles: ["Agent"], oid_of_id: agent(6) },
};

// Graph takes the provider's token where jose finds it good, and the local one behind it gets one of its own.
function gateOf(entra) {
	const gate = new Gate(async (req, res) => {
		const bearer = req.headers.authorization?.replace("Bearer ", "") ?? "";
		const { payload } = await jose.jwtVerify(bearer, entra.published, { audience: GRAPH }).catch(() => ({}));
		if (payload?.appid !== APP || payload.tid !== TENANT) return json(res, 401, { error: { code: "InvalidAuthenticationToken", message: "no" } });
		gate.bearers.add(bearer);
		const form = `grant_type=client_credentials&client_id=${APP}&client_secret=x&scope=${encodeURIComponent(`${GRAPH}/.default`)}`;
		const own = JSON.parse((await gate.house.ask(gate.house.simPort, "POST", `/${TENANT}/oauth2/v2.0/token`, { body: form })).body);
		req.headers.authorization = `Bearer ${own.access_token}`;
		return false;
	});
	gate.bearers = new Set();
	return gate;
}

async function houseOf(name, client, env) {
	const entra = new Entra(people), gate = gateOf(entra);
	const house = new House(name, {
		callers: [{ name: "anna", number: "+4930555010001", to: MAIN, at_s: 0, press: [{ on: "menu", digit: "1" }], patience_s: 20, talk_s: 1, speech: "Hello." }],
		agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 0.2 }],
	}, (config) => {
		Object.assign(config.endpoints, { authority: entra.authority, entra_openid: entra.openid, graph: gate.url });
		config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
		entra.serve([{ client_id: APP, grant_types: ["client_credentials", "authorization_code"], response_types: ["code"],
			redirect_uris: [`${config.public_url}/auth/callback`], ...client(house.dir) }], ["first"]);
		house.env = env(house.dir);
	}).prepare(async (dir) => {
		await Promise.all([entra.open(dir), gate.open(dir)]);
		execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=bot", "-keyout", "bot.key", "-out", "bot.pem"], { cwd: dir, stdio: "ignore" });
		execFileSync("sh", ["-c", "cat bot.pem bot.key > both.pem"], { cwd: dir });
	});
	gate.house = house;
	await house.open();
	return { house, entra, bearers: gate.bearers, close: async () => [await house.close(), entra.close(), gate.close()][0] };
}

const { house, entra, bearers, close } = await houseOf("oidc_peer", (dir) => ({ token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: "PS256", jwks: { keys: [jwkOf(join(dir, "bot.pem"))] } }),
	(dir) => ({ AZURE_CLIENT_SECRET: "", AZURE_CLIENT_CERTIFICATE_PATH: join(dir, "both.pem") }));
const log = new Log(house);
const home = house.config.public_url;

// ---- the bot's own token, by certificate

await house.start();
const books = await house.idle();
await house.quiet();
same(books.calls.map((c) => [c.agent, c.end_code]), [["ada", 200]], "a call is carried with the provider's token");
same([entra.posts.length, entra.forms.map((f) => f.error), bearers.size], [1, [""], 1], "one token, granted to a certificate's assertion at the first try");
const assertion = entra.forms[0].client_assertion;
const said = jose.decodeProtectedHeader(assertion);
same([said.alg, typeof said["x5t#S256"], jose.decodeJwt(assertion).aud], ["PS256", "string", `${entra.authority}/${TENANT}/oauth2/v2.0/token`], "which is PS256, names the certificate, and is for this tenant's token address");

const post = (form) => new Promise((yes, no) => {
	const r = request(`${entra.authority}/${TENANT}/oauth2/v2.0/token`, { method: "POST", ca: house.ca, agent: false, headers: { "Content-Type": "application/x-www-form-urlencoded" } }, (res) => {
		let text = "";
		res.on("data", (c) => (text += c)).on("end", () => yes({ status: res.statusCode, json: JSON.parse(text) }));
	});
	r.on("error", no);
	r.end(new URLSearchParams(form).toString());
});
const { error: _, ...again } = entra.forms[0];
const replay = await post(again);
same([replay.status, replay.json.error], [401, "invalid_client"], "the provider refuses the same assertion shown again, so ours must be fresh each time");

// ---- people's tokens, while the provider changes its keys

const board = async (token) => (await house.ask(house.port, "GET", "/api/board", { headers: { Authorization: `Bearer ${token}` } })).status;
const statuses = (tokens) => tokens.reduce(async (all, t) => [...await all, await board(t)], []);
// A key that is news is fetched, and meanwhile the answer is 503: as a tab does, ask again.
const patient = async (token) => {
	const until = Date.now() + 5000;
	let status;
	do status = await board(token); while (status === 503 && Date.now() < until);
	return status;
};
const old = await entra.tokenOf("ada");
same([jose.decodeProtectedHeader(old).kid, await patient(old)], ["first", 200], "a person's token of the provider is good");
same(entra.gets, { openid: 1, keys: 1 }, "its documents were fetched once");
entra.rotate("second", "first");
const fresh = await entra.tokenOf("ada"), fresh2 = await entra.tokenOf("sue");
same([jose.decodeProtectedHeader(fresh).kid, await patient(fresh), await statuses([old, fresh2, old, fresh])], ["second", 200, [200, 200, 200, 200]], "a new key is learnt, and tokens of both keys are good while both are published");
same(entra.gets, { openid: 1, keys: 2 }, "by one fetch more");
entra.rotate("third", "second");
const third = await entra.tokenOf("ada");
same([await patient(third), await board(fresh)], [200, 200], "the next key, too");
same(entra.gets, { openid: 1, keys: 3 }, "by one fetch more");
const from = log.end;
same(await statuses([old, old, await entra.tokenOf("sue")]), [503, 503, 200], "and the withdrawn key's tokens, good before, are not any more");
same(log.count(/keys were asked for too often lately/, from) > 0, true, "which the log explains");
entra.rotate("fourth");
same(await statuses([await entra.tokenOf("ada"), await entra.tokenOf("sue"), third]), [503, 503, 200], "a third change within five minutes waits for its time");
same(entra.gets, { openid: 1, keys: 3 }, "without a fetch: two in a burst, as Microsoft's rule says");
entra.rotate("third");

// ---- signing in outside Teams

const signInForms = async (browser, page, login) => {
	for (let i = 0; i < 3 && /<form/.test(page.text); i++)
		page = await browser.submit(page, /name="login"/.test(page.text) ? { login, password: "x" } : {}, { stop: (url) => url.pathname === "/auth/callback" });
	return page;
};
const begin = (browser, path = "/auth/login?back=/api/board") => browser.ask(home + path);
// As far as the code: the last redirect is not followed. tamper may change the provider's address.
const toCode = async (browser, login, tamper = (url) => url) => {
	const away = await begin(browser);
	const page = await browser.go(tamper(away.headers.location), { from: home, stop: (url) => url.pathname === "/auth/callback" });
	return { away, next: page.next ?? (await signInForms(browser, page, login)).next };
};
const callback = (browser, next) => browser.ask(next, { from: entra.authority });
const signIn = async (browser, login, tamper) => callback(browser, (await toCode(browser, login, tamper)).next);
const refused = async (name, status, says, page) => {
	const line = await log.line(says);
	ok(page.status === status && line && !page.headers["set-cookie"]?.some((c) => c.startsWith("__Host-sid=")), `${name}: ${status}, no session, and the log says why`, { status: page.status, text: page.text, log: log.text.slice(-600) });
};

const ada = new Browser(house.ca);
const { away, next } = await toCode(ada, "ada");
const asked = new URL(away.headers.location).searchParams;
same([away.status, asked.get("code_challenge_method"), asked.get("response_type"), asked.get("redirect_uri")], [302, "S256", "code", `${home}/auth/callback`], "/auth/login sends her away with a challenge");
const flow = away.headers["set-cookie"];
ok(flow.length === 1 && /^__Host-signin=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/.test(flow[0]), "and a cookie of ten minutes", flow);
const back = await callback(ada, next);
same([back.status, back.headers.location], [302, "/api/board"], "and the provider's page brings her back to where she wanted", back);
const set = back.headers["set-cookie"] ?? [];
ok(set.some((c) => /^__Host-sid=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/.test(c)), "with a session cookie that scripts cannot read and that stays on TLS and on our host", set);
ok(!ada.cookie("__Host-signin") && set.length === 2, "and without the other one");
const seen = await ada.ask(`${home}/api/board`);
ok(seen.status === 200 && JSON.parse(seen.text).queues.length > 0 && JSON.parse(seen.text).contacts === undefined, "she sees the board, as an agent", seen);
const me = JSON.parse((await ada.ask(`${home}/api/me`)).text);
same([me.user, me.tenant, me.roles], [agent(1), TENANT, ["Agent"]], "and who she is");
same(jose.decodeJwt(entra.forms.at(-1).client_assertion).jti !== jose.decodeJwt(assertion).jti, true, "the code was redeemed with an assertion of its own");

const sue = new Browser(house.ca);
sue.cookies.push({ host: "127.0.0.1", name: "__Host-sid", value: "A".repeat(43), path: "/", secure: true });
await signIn(sue, "sue");
ok(sue.cookie("__Host-sid").value !== "A".repeat(43) && JSON.parse((await sue.ask(`${home}/api/board`)).text).contacts, "a supervisor sees calls, in a session whose name she did not bring along");
const away2 = await toCode(sue, "sue");
same((await sue.ask(away2.next, { from: entra.authority })).status, 302, "who is signed in at the provider signs in again without a word");

await refused("the same answer a second time", 403, /no such sign-in is under way -> 403/, await callback(ada, next));
const victim = new Browser(house.ca), thief = new Browser(house.ca);
const stolen = (await toCode(victim, "ada")).next;
await begin(thief);
await refused("another's answer in a browser that began its own", 403, /began in another browser -> 403/, await callback(thief, stolen));
await refused("and then nobody's, not even hers", 403, /no such sign-in is under way -> 403/, await callback(victim, stolen));
await refused("an answer in a browser without the cookie", 403, /no such sign-in is under way -> 403/, await callback(new Browser(house.ca), (await toCode(new Browser(house.ca), "ada")).next));
await refused("a state nobody gave out", 403, /no such sign-in is under way -> 403/, await callback(thief, `${home}/auth/callback?code=x&state=${"x".repeat(43)}`));

// A code of one sign-in in the answer of another: the provider compares the verifier, and remembers what was used.
const swapped = async (browser, code) => {
	const page = await toCode(browser, "ada"), url = new URL(page.next);
	url.searchParams.set("code", code);
	return callback(browser, url.href);
};
const codeOf = (address) => new URL(address).searchParams.get("code");
await refused("a code of another sign-in", 403, /invalid_grant.* -> 403/, await swapped(new Browser(house.ca), codeOf((await toCode(new Browser(house.ca), "sue")).next)));
const before = log.end;
await refused("a code that was used", 403, /invalid_grant.* -> 403/, await swapped(new Browser(house.ca), codeOf(next)));
ok(log.count(/invalid_grant/, before), "which the provider itself refused");
const change = (name, value) => (address) => {
	const url = new URL(address);
	url.searchParams.set(name, value);
	return url.href;
};
await refused("another nonce", 403, /the id_token is of another sign-in -> 403/, await signIn(new Browser(house.ca), "ada", change("nonce", "mine")));
await refused("another challenge", 403, /invalid_grant.* -> 403/, await signIn(new Browser(house.ca), "ada", change("code_challenge", "A".repeat(43))));
await refused("a person without a role", 403, /no role: assign Agent.* -> 403/, await signIn(new Browser(house.ca), "nina"));
await refused("a person of a tenant we do not serve", 403, /tenant|iss.* -> 403/, await signIn(new Browser(house.ca), "olaf"));
await refused("two tokens of two people", 403, /two people -> 403/, await signIn(new Browser(house.ca), "janus"));
const undecided = new Browser(house.ca);
const cancel = new URL((await undecided.go((await begin(undecided)).headers.location, { from: home })).url);
const cancelled = await undecided.go(`${cancel.href}/abort`, { from: cancel.href });
await refused("who changes her mind at the provider", 403, /sign-in: access_denied -> 403/, cancelled);
for (const evil of ["https://evil.example/", "//evil.example/", "/\\evil.example/", "/%0d%0aSet-Cookie:%20a=b"]) {
	const browser = new Browser(house.ca);
	const page = await browser.go((await browser.ask(`${home}/auth/login?back=${encodeURIComponent(decodeURIComponent(evil))}`)).headers.location, { from: home });
	same((await callback(browser, (await signInForms(browser, page, "ada")).next)).headers.location, "/", `?back=${evil} leads home`);
}

// ---- leaving

const evilForm = { method: "POST", from: "https://evil.example/page" };
const sid = { Cookie: `__Host-sid=${ada.cookie("__Host-sid").value}` };
same([(await ada.ask(`${home}/auth/logout`, evilForm)).status, (await ada.ask(`${home}/auth/logout`, { ...evilForm, headers: sid })).status], [403, 403], "another site's form cannot sign her out, with or without her cookie");
same([(await ada.ask(`${home}/auth/logout`, { method: "POST", headers: { "Sec-Fetch-Site": "same-site" }, from: entra.authority })).status,
	(await ada.ask(`${home}/auth/logout`, { method: "POST", headers: { ...sid, "Sec-Fetch-Site": undefined } })).status], [403, 403], "nor a neighbour's, nor one that says nothing of its origin");
same((await ada.ask(`${home}/api/board`)).status, 200, "she still is in");
const out = await ada.ask(`${home}/auth/logout`, { method: "POST", from: `${home}/` });
ok(out.status === 204 && !ada.cookie("__Host-sid"), "our own page signs her out, and her browser forgets", out);
same([(await ada.ask(`${home}/api/board`)).status, (await ada.ask(`${home}/api/board`, { headers: sid })).status, (await sue.ask(`${home}/api/board`)).status], [401, 401, 200], "her session is over, also for who kept the cookie; nobody else's is");
ok(!/eyJ[A-Za-z0-9_-]{20}/.test(log.text) && !log.text.includes(codeOf(next)), "no token and no code is in the log");
same(await close(), 0, "the service ends with status 0");

// ---- the bot's own token, by secret

const SECRET = "s~cret+/=%& of ours";
const other = await houseOf("oidc_peer_secret", () => ({ token_endpoint_auth_method: "client_secret_post", client_secret: SECRET }), () => ({ AZURE_CLIENT_SECRET: SECRET }));
await other.house.start();
const books2 = await other.house.idle();
await other.house.quiet();
same([books2.calls.map((c) => c.agent), other.entra.forms.map((f) => [f.client_secret, f.error])], [["ada"], [[SECRET, ""]]], "a secret with every awkward character is one, too");
same(await other.close(), 0, "the service ends with status 0");
done();
