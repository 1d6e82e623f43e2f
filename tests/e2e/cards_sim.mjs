#!/usr/bin/env node
// Cards between two programs that know nothing of each other: the service's chat, and the Connector, the people and the
// activity feed of the local Graph, with calls. What each bot showed whom is read from the local Graph's books, and
// every version of every card by npm's adaptivecards.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { agent, APP, done, House, MAIN, ok, root, same, TENANT } from "./house.mjs";

const require = createRequire(join(root, "tests", "peers", "package.json"));
const AC = require("adaptivecards/dist/adaptivecards.js");
const NAMES = ["", "Ada", "Ben", "Cleo"];
const until = async (what, look, seconds = 30) => {
	for (const end = Date.now() + seconds * 1000; ;) {
		const found = await look();
		if (found) return found;
		if (Date.now() > end) return ok(false, `within ${seconds} s: ${what}`) || null;
		await new Promise((yes) => setImmediate(yes));
	}
};

// ---- a house with people in it
const caller = (name, n, more) => ({ name, number: `+493055501000${n}`, to: MAIN, patience_s: 60, talk_s: 1, speech: "Hello.", ...more });
const person = (n, more) => ({ user: agent(n), name: NAMES[n].toLowerCase(), behaviour: "answers", answers_after_s: 0.5, ...more });
const houseOf = (name, people, queue, scenario, change = () => {}) =>
	new House(name, { messages: "https://127.0.0.1:{port}/api/messages", callers: [], agents: people, ...scenario }, (config) => {
		config.flows.welcome = [{ queue: "sales" }];
		config.queues.sales = { wrap_up_seconds: 0, back_off_seconds: 0.5, short_abandon_seconds: 0, card_caller: "full", ...queue };
		config.agents = [1, 2].map((n) => ({ user: agent(n), name: NAMES[n], queues: ["sales"] }));
		change(config);
	});
const call = (house, name, n, more) => house.control("POST", "/sim/calls", caller(name, n, more));
const chat = async (house, n, what, more) => (await house.control("POST", "/sim/chat", { user: agent(n), do: what, ...more }));
const press = (house, n, action, activity, data) => chat(house, n, "press", { action, activity, ...(data && { data }) });
const chatOf = async (house, n, app = APP) => (await house.books()).chats.find((c) => c.user === agent(n) && c.app_id === app);
const rings = async (house, n) => (await house.books()).agents.find((a) => a.name === NAMES[n].toLowerCase()).rings;
const sql = (house, query) => JSON.parse(execFileSync("sqlite3", ["-json", "-cmd", ".timeout 5000", join(house.dir, "foyer.sqlite"), query], { encoding: "utf8" }) || "[]");
const logged = (house, pattern) => house.foyerLog().match(new RegExp(pattern, "g"))?.length ?? 0;
const refused = (house, status) => until(`${status} from the Connector`, () => logged(house, `connector status=${status}`));

// ---- what is shown
const cardIn = (version) => version.activity.attachments?.[0]?.content;
const wordsOf = (card) => JSON.stringify(card).match(/"(text|title|value)":"([^"]*)"/g)?.join(" ") ?? "";
const shown = (message) => wordsOf(cardIn(message.versions.at(-1)));
const cards = async (house, n, app) => ((await chatOf(house, n, app))?.messages ?? []).filter((m) => m.card);
const said = async (house, n) => ((await chatOf(house, n))?.messages ?? []).map((m) => m.versions.at(-1).activity.text ?? "");
// Her newest card, once it offers that caller; and a card of hers, once it says so.
const offered = (house, n, digits) => until(`a card of ...${digits} for ${NAMES[n]}`, async () => {
	const last = (await cards(house, n)).at(-1);
	return last?.card.actions && shown(last).includes(digits) && last;
});
const says = (house, n, id, what) => until(`${NAMES[n]}'s card: ${what.source}`, async () => {
	const it = (await cards(house, n)).find((m) => m.id === id);
	return it && what.test(shown(it)) && it;
});
// Every version of every card, by a reader that is not ours.
function faults(books) {
	const context = new AC.SerializationContext(AC.Versions.v1_5);
	let read = 0, events = 0;
	for (const version of books.chats.flatMap((c) => c.messages).flatMap((m) => m.versions).filter(cardIn)) {
		const seen = new AC.AdaptiveCard();
		seen.parse(cardIn(version), context);
		read++;
		events += seen.validateProperties().validationEvents.length;
	}
	return { read: read > 0, events: events + context.eventCount };
}
async function leave(house, outcomes) {
	const books = await house.idle();
	await house.quiet();
	same(house.contacts().map((c) => c.outcome), outcomes, `every call's end (${outcomes.length})`);
	same(faults(books), { read: true, events: 0 }, "npm's adaptivecards has nothing to say against any card");
	same(books.chats.flatMap((c) => c.activities).filter((a) => a.status !== 200 || a.shown === "Something went wrong").map((a) => [a.type, a.name, a.status, a.shown]), [],
		"the bot answered every activity as Teams wants it");
	same(books.surprises, [], "nothing surprised the local Graph");
	ok(logged(house, "\\+493055501000") === 0 && logged(house, "eyJ") === 0, "no number and no token is in the log");
	same(await house.close(), 0, "the service ends well");
	return books;
}

// ---- 1. A card beside the ring. Ada never answers in Teams, Ben does; Cleo has the app and is no agent.
let house = await houseOf("cards-sim-inform", [person(1, { behaviour: "no-answer" }), person(2, { answers_after_s: 3 }), person(3)],
	{ card: "inform", ring_seconds: 6, activity_feed: true }).open();
await house.start();
for (const n of [1, 2, 3]) same([(await chat(house, n, "install")).json.status], [200], `${NAMES[n]} installs the app`);
ok(await until("a welcome", async () => (await said(house, 1)).some((t) => /queues will appear/.test(t))), "Ada is welcomed");
await chat(house, 1, "say", { text: "status" });
ok(await until("status", async () => (await said(house, 1)).includes("You are free.\nsales: 0 waiting")), "\"status\" tells how she and her queue stand");
await chat(house, 1, "say", { text: "what?" });
ok(await until("help", async () => (await said(house, 1)).some((t) => /Calls come as cards/.test(t))), "anything else is answered with what can be asked");
ok((await said(house, 3)).every((t) => /not an agent/.test(t)), "Cleo hears that she is no agent");

await call(house, "anna", 1);
let adas = await offered(house, 1, "0001");
ok(/Call waiting: sales/.test(shown(adas)) && /sales|welcome/.test(shown(adas)), "Ada's card tells queue and caller", shown(adas));
const toast = await until("a line in the feed", async () => (await house.books()).toasts[0]);
same([toast.user, toast.app_id, toast.activity.activityType, toast.activity.topic.value], [agent(1), APP, "callWaiting", "sales"], "and her activity feed has a line of it");
let entry = (await press(house, 1, "call.decline", adas.id)).json;
same([entry.status, entry.shown], [200, "card"], "she declines in the card");
ok(/You declined/.test(wordsOf(entry.answer.value)), "and sees so at once", entry.answer);
ok(await says(house, 1, adas.id, /You declined/), "the message itself is edited");
same((await press(house, 1, "call.decline", adas.id)).status, 409, "and has no button any more");
let bens = await offered(house, 2, "0001");
ok(bens, "Ben is next");
entry = (await press(house, 2, "call.decline", bens.id, { attempt: adas.card.actions[0].data.attempt })).json;
same([entry.shown, /not offered to you/.test(JSON.stringify(entry.answer.value))], ["message", true], "Ben cannot press what was offered to Ada");
entry = (await press(house, 2, "call.decline", bens.id, { rev: 99 })).json;
ok(/out of date/.test(wordsOf(entry.answer.value)), "a press on another drawing than the present one: out of date", entry.answer);
ok(await says(house, 2, bens.id, /You took this call/), "and does nothing: he answers in Teams, and the card is his");
await house.idle();

await call(house, "bert", 2);
adas = await offered(house, 1, "0002");
ok(await says(house, 1, adas.id, /This offer is over/), "Ada does not answer: this offer is over");
ok(await says(house, 1, adas.id, /Taken by.*Ben/), "Ben took it: her card says so");
await house.idle();

await call(house, "cara", 3, { patience_s: 4 });
adas = await offered(house, 1, "0003");
ok(await says(house, 1, adas.id, /No longer waiting/), "the caller hangs up: no longer waiting");
await house.idle();

await chat(house, 1, "refuse", { text: "ConversationBlockedByUser" });
let before = await rings(house, 1), many = (await cards(house, 1)).length;
await call(house, "dora", 4);
bens = await offered(house, 2, "0004");
same([await rings(house, 1), (await cards(house, 1)).length], [before + 1, many], "Ada blocks the bot: she is rung without a card");
same(sql(house, `select blocked from chat where user = '${agent(1)}'`)[0].blocked, "403 ConversationBlockedByUser", "that she does is on disk");
await house.idle();
await chat(house, 1, "refuse", { text: "" });
await chat(house, 1, "say", { text: "help" });
ok(await until("help again", async () => (await said(house, 1)).filter((t) => /Calls come as cards/.test(t)).length === 2), "she talks to it again, and is answered");
same(sql(house, "select count(*) as n from chat where blocked <> ''")[0].n, 0, "nobody is blocked any more");

await chat(house, 1, "refuse", { text: "PreconditionFailed" });
await call(house, "emil", 5);
ok(await refused(house, 412), "412 to her next card");
await chat(house, 1, "refuse", { text: "" });
adas = await offered(house, 1, "0005");
ok(adas, "the same card is sent again");
await chat(house, 1, "refuse", { text: "Throttled" });
await press(house, 1, "call.decline", adas.id);
ok(await refused(house, 429), "429 to its edit");
await chat(house, 1, "refuse", { text: "" });
ok(await says(house, 1, adas.id, /You declined/), "which comes later");
await leave(house, ["handled", "handled", "abandoned_ringing", "handled", "handled"]);

// ---- 2. Accept first. Nobody gave the permission for the activity feed.
house = await houseOf("cards-sim-accept", [person(1), person(2)], { card: "accept", ring_seconds: 4, back_off_seconds: 1, activity_feed: true },
	{ roles: ["Calls.Initiate.All", "Calls.InitiateGroupCall.All", "Calls.JoinGroupCall.All", "Calls.AccessMedia.All"] }).open();
await house.start();
for (const n of [1, 2]) await chat(house, n, "install");
const first = async (digits) => until(`a card of ...${digits}`, async () => {
	for (const n of [1, 2])
		if ((await cards(house, n)).some((m) => shown(m).includes(digits) && /once you accept/.test(shown(m)))) return n;
	return 0;
});
await call(house, "anna", 1);
let idler = await first("0001"), keen = 3 - idler;
const idlers = await offered(house, idler, "0001");
ok(await says(house, idler, idlers.id, /This offer is over/), "who does not accept in time loses the offer");
same([await rings(house, 1), await rings(house, 2)], [0, 0], "and Teams has rung nobody");
let keens = await offered(house, keen, "0001");
entry = (await press(house, keen, "call.accept", keens.id)).json;
ok(/You accepted/.test(wordsOf(entry.answer.value)), "the next one accepts", entry.answer);
ok(await says(house, keen, keens.id, /You took this call/), "Teams rings her, and she has the call");
ok(await says(house, idler, idlers.id, new RegExp(`Taken by.*${NAMES[keen]}`)), "the first one's card says who took it");
await house.idle();
same([await rings(house, keen), await rings(house, idler)], [1, 0], "one ring in all");

await call(house, "bert", 2);
const x = await first("0002"), y = 3 - x;
const xs = await offered(house, x, "0002");
await call(house, "cara", 3);
const ys = await offered(house, y, "0003");
ok(await says(house, x, xs.id, /This offer is over/) && await says(house, y, ys.id, /This offer is over/), "two callers, and nobody accepts");
const again = await until("the next offer", async () => (await cards(house, x)).find((m) => m.at_ms > xs.at_ms));
ok(again && shown(again).includes("0002"), "who called first kept the place: the first agent free is asked for her", again && shown(again));
await press(house, x, "call.accept", again.id);
await press(house, y, "call.accept", (await offered(house, y, "0003")).id);
await leave(house, ["handled", "handled", "handled"]);
same(logged(house, "without TeamsActivity.Send.User"), 1, "the missing permission is told once, by its name");

// ---- 3. A chat that must be opened, an agent without the app, and a process that is killed while a card asks.
house = await houseOf("cards-sim-restart", [person(1), person(2, { behaviour: "rejects" })], { card: "accept", ring_seconds: 20 }).open();
await house.start();
await chat(house, 1, "install");
await house.stopFoyer();
sql(house, "update chat set conversation_id = ''");
await house.startFoyer();
await call(house, "anna", 1);
adas = await offered(house, 1, "0001");
ok(adas, "only Ada herself is known, not her chat: it is opened, and has the card");
same(sql(house, "select conversation_id from chat")[0].conversation_id, (await chatOf(house, 1)).conversation, "and where it is, is on disk");
await house.stopFoyer("SIGKILL");
await house.startFoyer();
entry = (await press(house, 1, "call.accept", adas.id)).json;
ok(/You accepted/.test(wordsOf(entry.answer.value)), "killed while the card asks: what is pressed then still counts", entry.answer);
ok(await says(house, 1, adas.id, /You took this call/), "Teams rings, and the same message says that she has the call");
same(await rings(house, 1), 1, "rung once");
await house.idle();

const NO_APP = "agent=Ben gets no cards: the app is not installed";
await call(house, "bert", 2);
adas = await offered(house, 1, "0002");
same([await rings(house, 2), logged(house, NO_APP)], [1, 1], "Ben has no app: he is rung without a card, and the log says why");
await house.stopFoyer("SIGKILL");
await house.startFoyer();
entry = (await press(house, 1, "call.decline", adas.id)).json;
ok(/You declined/.test(wordsOf(entry.answer.value)), "killed again: what is declined then is declined", entry.answer);
ok(await says(house, 1, adas.id, /You declined/), "and the message says so");
for (let n = 0, last = adas; n < 2; n++) {
	adas = await until("her next card", async () => (await cards(house, 1)).find((m) => m.at_ms > last.at_ms));
	await press(house, 1, n ? "call.accept" : "call.decline", adas.id);
	last = adas;
}
const rung = (await leave(house, ["handled", "handled"])).agents.find((a) => a.name === "ben").rings;
same([rung, logged(house, NO_APP)], [3, 2], "rung each time, and told once since the last start");

// ---- 4. Two registrations, two tenants; Ben is in both of his tenant's bots.
const OTHER = "99999999-0000-4000-8000-000000000009", APP2 = "22222222-2222-4333-8444-555555555555";
const CUSTOMER = "aaaaaaaa-0000-4000-8000-000000000011", SECOND = "aaaaaaaa-0000-4000-8000-000000000012";
house = houseOf("cards-sim-tenants", [person(1), person(2, { tenant: OTHER })], { card: "inform" }, {
	tenants: [OTHER], client_secret: "of the first",
	apps: [{ app_id: APP2, tenants: [OTHER], client_secret: "of the second", webhook: "https://127.0.0.1:{port}/api/calls/two", messages: "https://127.0.0.1:{port}/api/messages/two" }],
	application_instances: [{ id: MAIN, name: "Main" }, { id: CUSTOMER, name: "Customer", tenant: OTHER }, { id: SECOND, name: "Second", app_id: APP2 }],
}, (config) => {
	config.bots = [{ name: "main", app_id: APP, tenant_id: TENANT, tenants: [OTHER] }, { name: "two", app_id: APP2, tenant_id: OTHER }];
	config.entries = [{ application_instance: MAIN, flow: "here" }, { application_instance: CUSTOMER, tenant: OTHER, flow: "there" },
		{ application_instance: SECOND, bot: "two", flow: "there" }, { default: true, flow: "here" }];
	config.flows = { here: [{ queue: "ours" }], there: [{ queue: "theirs" }] };
	config.queues = { ours: config.queues.sales, theirs: { ...config.queues.sales, tenant: OTHER } };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["ours"] }, { user: agent(2), name: "Ben", tenant: OTHER, queues: ["theirs"] }];
	config.endpoints.entra_openid = config.endpoints.entra_openid.replace(TENANT, "organizations");
});
house.env = { AZURE_CLIENT_SECRET: "of the first", TWO_AZURE_CLIENT_SECRET: "of the second" };
await house.open();
await house.start();
await chat(house, 1, "install");
await chat(house, 2, "install");
await chat(house, 2, "install", { app_id: APP2 });
await call(house, "anna", 1);
await call(house, "bert", 2, { to: CUSTOMER });
adas = await offered(house, 1, "0001");
bens = await offered(house, 2, "0002");
entry = (await press(house, 2, "call.decline", bens.id, { contact: adas.card.actions[0].data.contact, attempt: adas.card.actions[0].data.attempt })).json;
same([entry.shown, /not offered to you/.test(JSON.stringify(entry.answer.value))], ["message", true], "nobody presses what is another tenant's");
await house.idle();
await call(house, "cara", 3, { to: SECOND });
const books = await leave(house, ["handled", "handled", "handled"]);
const seen = books.chats.map((c) => [c.name, c.app_id === APP ? "main" : "two", c.messages.filter((m) => m.card).map((m) => wordsOf(m.card).match(/000\d/)?.[0])]);
same(seen, [["ada", "main", ["0001"]], ["ben", "main", ["0002"]], ["ben", "two", ["0003"]]], "each card is in the chat of its own bot and tenant, and in no other");
same(books.refused.filter((r) => r.status !== 404), [], "and the Connector never saw a token that was not the bot's own");
done();
