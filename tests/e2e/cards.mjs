#!/usr/bin/env node
// Cards end to end: the real service; calls from the local Graph; Teams' side of the chat played here, with tokens by
// npm's jose, activities sent by npm's botframework-connector, and every card read by npm's adaptivecards.
import { execFileSync } from "node:child_process";
import { webcrypto } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { Agent } from "node:https";
import { join } from "node:path";
import { agent, APP, done, House, MAIN, ok, root, same, TENANT } from "./house.mjs";

globalThis.crypto ??= webcrypto; // Node 18 has it in the module only, botframework-connector wants it here
const require = createRequire(join(root, "tests", "peers", "package.json"));
const jose = require("jose");
const AC = require("adaptivecards/dist/adaptivecards.js");
const { BotFrameworkClientImpl } = require("botframework-connector/lib/auth/botFrameworkClientImpl.js");
const until = async (what, seconds, look) => {
	for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
		const found = await look();
		if (found) return found;
		await new Promise((yes) => setImmediate(yes));
	}
	return ok(false, `in ${seconds} s: ${what}`) || null;
};

// ---- Teams: the keys of the Bot Framework and the connector.
const { publicKey, privateKey } = await jose.generateKeyPair("RS256");
const jwk = { ...(await jose.exportJWK(publicKey)), kid: "chat-1", use: "sig", endorsements: ["msteams"] };
const log = [];
const answers = []; // statuses to give next, instead of success
let made = 0;
const teams = createServer((req, res) => {
	const parts = [];
	req.on("data", (c) => parts.push(c));
	req.on("end", () => {
		const send = (status, json, headers = {}) => res.writeHead(status, { "Content-Type": "application/json", ...headers }).end(json && JSON.stringify(json));
		if (req.url === "/openid") return send(200, { issuer: "https://api.botframework.com", jwks_uri: `${base}/keys`, id_token_signing_alg_values_supported: ["RS256"] });
		if (req.url === "/keys") return send(200, { keys: [jwk] });
		const body = parts.length ? JSON.parse(Buffer.concat(parts)) : null;
		const planned = answers.shift();
		log.push({ at: Date.now(), method: req.method, url: decodeURIComponent(req.url), auth: req.headers.authorization ?? "", body, status: planned?.status ?? 201 });
		if (planned) return send(planned.status, planned.json ?? {}, planned.headers);
		if (/\/v3\/conversations$/.test(req.url)) return send(201, { id: `a:opened-${++made}` });
		send(req.method === "POST" ? 201 : 200, { id: `1:${++made}` });
	});
});
await new Promise((yes) => teams.listen(0, "127.0.0.1", yes));
const base = `http://127.0.0.1:${teams.address().port}`, serviceUrl = `${base}/emea/`;

// ---- the house
const caller = (n, at_s, more = {}) => ({ name: `caller${n}`, number: `+493055501000${n}`, to: MAIN, at_s, press: [{ on: "menu", digit: "1" }], patience_s: 60, talk_s: 1, speech: "Hello.", ...more });
const open = (name, queue, scenario) => new House(name, scenario, (config) => {
	Object.assign(config.endpoints, { bot_openid: `${base}/openid`, connector: base });
	Object.assign(config.queues.sales, { ring_seconds: 4, back_off_seconds: 2, wrap_up_seconds: 0, ...queue });
	config.agents = [1, 2].map((n) => ({ user: agent(n), name: ["Ada", "Ben"][n - 1], queues: ["sales"] }));
}).open();
const token = (claims = {}) => new jose.SignJWT({ serviceurl: serviceUrl, ...claims }).setProtectedHeader({ alg: "RS256", kid: "chat-1", typ: "JWT" })
	.setIssuer(claims.iss ?? "https://api.botframework.com").setAudience(claims.aud ?? APP).setNotBefore("-10s").setExpirationTime("1h").sign(privateKey);
const activity = (n, more) => ({
	id: `f:${++made}`, serviceUrl, channelId: "msteams", locale: "en-GB", from: { id: `29:mri-${n}`, name: `Agent ${n}`, aadObjectId: agent(n) },
	recipient: { id: `28:${APP}`, name: "Foyer" }, conversation: { id: `a:chat-${n}`, conversationType: "personal", tenantId: TENANT },
	channelData: { tenant: { id: TENANT } }, ...more,
});
const post = async (house, a, t) => {
	const r = await house.ask(house.port, "POST", "/api/messages", { headers: { "Content-Type": "application/json", Authorization: `Bearer ${t ?? await token()}` }, body: JSON.stringify(a) });
	return { status: r.status, json: String(r.headers["content-type"]).startsWith("application/json") ? JSON.parse(r.body) : null };
};
// The same by a sender we did not write.
const peer = async (house, a) => {
	const client = new BotFrameworkClientImpl({ createCredentials: async () => ({ signRequest: async (r) => (r.headers.set("Authorization", `Bearer ${await token()}`), r) }) },
		"https://login.microsoftonline.com", undefined, { agentSettings: { https: new Agent({ ca: house.ca }) } });
	return client.postActivity(APP, APP, `https://127.0.0.1:${house.port}/api/messages`, serviceUrl, a.conversation.id, a);
};
const press = (house, n, card, verb) => {
	const find = (c) => [...(c.actions ?? []), c.refresh?.action].find((a) => a?.verb === verb);
	const a = find(card) ?? { verb, data: { contact: 1, attempt: 1, rev: 1 } };
	return post(house, activity(n, { type: "invoke", name: "adaptiveCard/action", value: { action: { type: "Action.Execute", title: a.title, verb, data: a.data }, trigger: "manual" } }));
};
const install = (house, n) => peer(house, activity(n, { type: "installationUpdate", action: "add" }));

const sql = (house, query) => JSON.parse(execFileSync("sqlite3", ["-json", join(house.dir, "foyer.sqlite"), query], { encoding: "utf8" }) || "[]");

// ---- cards, as npm's reader sees them
const cardOf = (entry) => entry.body?.attachments?.[0]?.content;
const words = (card) => {
	const context = new AC.SerializationContext(AC.Versions.v1_5), seen = new AC.AdaptiveCard();
	seen.parse(card, context);
	const faults = seen.validateProperties().validationEvents;
	return { events: context.eventCount + faults.length, text: JSON.stringify(seen.toJSON()).match(/"text":"([^"]*)"/g)?.join(" ") ?? "", actions: seen.getActionCount() };
};
const sent = (n, from = 0) => log.slice(from).filter((e) => e.url.includes(`a:chat-${n}/`) || e.url.includes("a:opened"));
const cards = (n, from) => sent(n, from).filter(cardOf);
let bad = 0;
const shown = (entry) => {
	const w = words(cardOf(entry));
	bad += w.events;
	return w.text;
};

// ---- 1. Who may speak, and what is answered.
let house = await open("cards-inform", { card: "inform", card_caller: "full" }, {
	callers: [caller(1, 0), caller(2, 2.5, { patience_s: 30 })],
	agents: [{ user: agent(1), name: "ada", behaviour: "no-answer" }, { user: agent(2), name: "ben", behaviour: "answers", answers_after_s: 2 }],
});
await until("the keys are there", 10, async () => (await post(house, activity(9, { type: "typing" }))).status === 200);
same((await house.ask(house.port, "POST", "/api/messages", { body: "{}" })).status, 401, "without a token: 401");
same((await post(house, activity(1, { type: "message", text: "hi" }), await token({ aud: agent(1) }))).status, 401, "for another bot: 401");
same((await post(house, activity(1, { type: "message", text: "hi" }), await token({ serviceurl: "https://evil.example/" }))).status, 403, "another serviceUrl than its token's: 403");
same((await post(house, { ...activity(1, { type: "message", text: "hi" }), serviceUrl: "https://evil.example/" }, await token({ serviceurl: "https://evil.example/" }))).status, 403, "a serviceUrl that is none of the cloud's, though its token says so: 403");
same((await post(house, activity(1, { type: "message", channelId: "webchat" }))).status, 403, "another channel: 403");
same((await post(house, activity(1, { type: "message", conversation: { id: "a:x", conversationType: "personal", tenantId: agent(1) }, channelData: {} }))).status, 403, "another tenant: 403");
same((await post(house, [])).status, 400, "no activity: 400");
same(log.length, 0, "and nothing was sent anywhere");
same((await install(house, 1)).status, 200, "npm's botframework-connector installs the app for Ada: 200");
same((await install(house, 2)).status, 200, "and for Ben");
ok(await until("a welcome", 10, () => sent(1).find((e) => e.body.text?.includes("queues will appear"))), "Ada is welcomed in her chat");
ok(log.every((e) => /^Bearer .{10}/.test(e.auth)), "every request to the connector has a token");
await peer(house, activity(1, { type: "message", text: "status" }));
ok(await until("status", 10, () => sent(1).find((e) => e.body.text === "You are free.\nsales: 0 waiting")), "\"status\" tells how she and her queue stand");
await post(house, activity(7, { type: "message", text: "status" }));
ok(await until("unknown", 10, () => sent(7).find((e) => e.body.text?.includes("not an agent"))), "who is no agent is told so");
same((await post(house, activity(1, { type: "invoke", name: "task/fetch", value: {} }))).status, 501, "an invoke that is not ours: 501");

// ---- 2. Beside the ring.
await house.start();
const offer = await until("a card for Ada", 20, () => cards(1)[0]);
ok(/Call waiting: sales/.test(shown(offer)) && /\+4930555010001/.test(shown(offer)) && /welcome, 1/.test(shown(offer)), "the card tells queue, caller and path", shown(offer));
same(cardOf(offer).refresh.userIds, ["29:mri-1"], "her clients refresh it");
const refreshed = await press(house, 1, cardOf(offer), "card.refresh");
same([refreshed.status, refreshed.json.statusCode, refreshed.json.type], [200, 200, "application/vnd.microsoft.card.adaptive"], "a refresh is answered with the card");
const stranger = await press(house, 2, cardOf(offer), "call.decline");
ok(/not offered to you/.test(stranger.json.value), "Ben cannot decline Ada's call", stranger.json);
const declined = await press(house, 1, cardOf(offer), "call.decline");
ok(/You declined/.test(JSON.stringify(declined.json.value)), "Ada declines: her card says so at once", declined.json);
const twice = await press(house, 1, cardOf(offer), "call.decline");
ok(/out of date/.test(JSON.stringify(twice.json.value)), "pressed again on the old drawing: out of date, and nothing done twice");
ok(await until("the edit", 10, () => sent(1).find((e) => e.method === "PUT" && /You declined/.test(shown(e)))), "the message itself is edited");
const bens = await until("a card for Ben", 20, () => cards(2)[0]);
ok(await until("Ben's", 30, () => cards(2).find((e) => e.method === "PUT" && /You took this call/.test(shown(e)))), "Ben answers in Teams: his card says that it is his", bens && shown(bens));
await house.idle();
await house.quiet();
same(house.contacts().map((c) => c.outcome), ["handled", "handled"], "both callers were helped");
const log1 = house.foyerLog();
ok(!/agent-failed contact=1 .*\n[^]*agent-failed contact=1 attempt=(\d+) .*\n[^]*agent-failed contact=1 attempt=\1 /.test(log1), "no offer failed twice");
ok(!/\+4930555010001/.test(log1) && !/eyJ/.test(log1), "no number and no token is in the log");
same(bad, 0, "npm's adaptivecards has nothing to say against any card");

// ---- 3. After a restart the references are there still, and an old card is told how it stands.
await house.stopFoyer();
await house.startFoyer();
await until("the keys are there again", 10, async () => (await post(house, activity(9, { type: "typing" }))).status === 200);
const old = await press(house, 1, cardOf(offer), "call.decline");
ok(/No longer waiting/.test(JSON.stringify(old.json.value)), "a card of before the restart: no longer waiting", old.json);
const rows = sql(house, "select user, conversation_id from chat where blocked = '' order by user");
ok(rows.some((r) => r.user === agent(1) && r.conversation_id === "a:chat-1"), "the reference is on disk", rows);
await post(house, activity(1, { type: "installationUpdate", action: "remove" }));
same(sql(house, `select count(*) as n from chat where user = '${agent(1)}'`)[0].n, 0, "who removes the app is forgotten on disk");
await house.close();

// ---- 4. Accept first, ring then; answers of the connector that are not success.
log.length = 0;
house = await open("cards-accept", { card: "accept", short_abandon_seconds: 0 }, {
	callers: [caller(1, 0), caller(2, 14, { patience_s: 2 }), caller(3, 26)],
	agents: [1, 2].map((n) => ({ user: agent(n), name: ["ada", "ben"][n - 1], behaviour: "answers", answers_after_s: 0.5 })),
});
const rings = async () => (await house.books()).agents.map((a) => a.rings);
const edited = (n, from, what) => until(what.source, 40, () => cards(n, from).find((e) => e.method === "PUT" && what.test(shown(e))));
await until("the keys are there", 10, async () => (await post(house, activity(9, { type: "typing" }))).status === 200);
await install(house, 1);
await install(house, 2);
await until("both welcomed", 10, () => sent(1).length && sent(2).length);
answers.push({ status: 429, headers: { "Retry-After": "1" } });
let from = log.length;
await house.start();
const first = await until("a card that asks", 30, () => log.slice(from).find((e) => cardOf(e) && e.status === 201));
const held = log.slice(from).find((e) => e.status === 429);
ok(held && first.at - held.at >= 1000, "after 429 the same card comes again, not before Retry-After", held && first.at - held.at);
ok(/once you accept/.test(shown(first)) && !/\+4930555010001/.test(shown(first)) && /\+49 30 \*\*\*001/.test(shown(first)), "it asks first, and masks the caller", shown(first));
const idler = first.url.includes("a:chat-1") ? 1 : 2, keen = 3 - idler;
ok(await edited(idler, from, /This offer is over/), "nobody accepts in time: this offer is over");
same(await rings(), [0, 0], "and Teams has rung nobody");
const second = await until("a card for the other", 30, () => cards(keen, from).find((e) => e.method === "POST"));
const accepted = await press(house, keen, cardOf(second), "call.accept");
ok(/You accepted/.test(JSON.stringify(accepted.json.value)), "the other accepts", accepted.json);
ok(/out of date/.test(JSON.stringify((await press(house, keen, cardOf(second), "call.accept")).json.value)), "accepted twice: out of date");
ok(await edited(keen, from, /You took this call/), "Teams rings her, she answers, and the card is hers");
ok(await edited(idler, from, new RegExp(`Taken by.*${["Ada", "Ben"][keen - 1]}`)), "and the first one's says who took it");
same((await rings())[keen - 1], 1, "accepted twice, rung once");
same((await rings())[idler - 1], 0, "who did not accept was never rung");
from = log.length;
ok(await until("gone", 60, () => log.slice(from).find((e) => e.method === "PUT" && cardOf(e) && /No longer waiting/.test(shown(e)))), "the second caller hangs up while a card asks: no longer waiting");
// Who takes no messages is rung without.
answers.push({ status: 403, json: { error: { code: "MessageWritesBlocked", message: "blocked" } } });
await house.idle();
await house.quiet();
same(house.contacts().map((c) => c.outcome), ["handled", "abandoned_ringing", "handled"], "one was helped, one gave up, one was helped by an agent who takes no messages");
const shut = sql(house, "select user, blocked from chat where blocked <> ''");
same([shut.length, shut[0]?.blocked], [1, "403 MessageWritesBlocked"], "that she takes none is on disk");
const n = shut[0]?.user === agent(1) ? 1 : 2;
from = log.length;
await post(house, activity(n, { type: "message", text: "help" }));
ok(await until("unblocked", 10, () => sent(n, from).length), "until she talks again");
same(sql(house, "select count(*) as n from chat where blocked <> ''")[0].n, 0, "and so says the disk");
ok(new RegExp(`Taken by.*${["Ada", "Ben"][keen - 1]}`).test(shown(cards(idler).filter((e) => e.method === "PUT" && cardOf(e).body.length && JSON.stringify(e).includes("Taken by")).pop())), "the call's end took nobody's name off a card");
same(bad, 0, "no card is against the format");
await house.close();
teams.close();
done();
