#!/usr/bin/env node
// A person who is no agent writes to the bot, and an agent takes it up: between two programs that know nothing of each
// other, the service and the local Graph's Connector and people. Every card is read by npm's adaptivecards.
import { createRequire } from "node:module";
import { join } from "node:path";
import { agent, done, House, ok, root, same } from "./house.mjs";

const require = createRequire(join(root, "tests", "peers", "package.json"));
const AC = require("adaptivecards/dist/adaptivecards.js");
const NAMES = ["", "Ada", "Ben", "Cleo", "Dora"];
const person = (n) => ({ user: agent(n), name: NAMES[n].toLowerCase(), behaviour: "no-answer" });
const house = new House("chat-handoff", { messages: "https://127.0.0.1:{port}/api/messages", callers: [], agents: [1, 2, 3, 4].map(person) }, (config) => {
	config.flows.welcome = [{ queue: "sales" }];
	config.queues.sales = { chats: true, chat_wait_seconds: 60, activity_feed: true };
	config.agents = [1, 2].map((n) => ({ user: agent(n), name: NAMES[n], queues: ["sales"] }));
});
const until = async (what, look, seconds = 30) => {
	for (const end = Date.now() + seconds * 1000; ;) {
		const found = await look();
		if (found) return found;
		if (Date.now() > end) return ok(false, `within ${seconds} s: ${what}`) || null;
		await new Promise((yes) => setImmediate(yes));
	}
};
const act = async (n, what, more) => (await house.control("POST", "/sim/chat", { user: agent(n), do: what, ...more })).json;
const say = (n, text) => act(n, "say", { text });
const chatOf = async (n) => (await house.books()).chats.find((c) => c.user === agent(n));
const heard = async (n) => ((await chatOf(n))?.messages ?? []).map((m) => m.versions.at(-1).activity.text ?? "");
const cards = async (n) => ((await chatOf(n))?.messages ?? []).filter((m) => m.card);
const words = (card) => JSON.stringify(card).match(/"(text|title|value)":"((?:[^"\\]|\\.)*)"/g)?.join(" ") ?? "";
const hears = (n, text, name) => until(`${NAMES[n]} hears ${text}`, async () => (await heard(n)).some((t) => (typeof text === "string" ? t === text : text.test(t)))).then((good) => good && ok(true, name));
const shows = (n, pattern, name, nth = -1) => until(`${NAMES[n]}'s card: ${pattern}`, async () => { const c = (await cards(n)).at(nth); return c && pattern.test(words(c.card)) && c; }).then((c) => (c && ok(true, name), c));

await house.open();
await house.start();
for (const n of [1, 2, 3, 4]) await act(n, "install");

// ---- asked, taken, passed on, ended
await say(3, "My **invoice** is [wrong](https://evil.example)");
await hears(3, /somebody is being asked/, "Cleo, who is no agent, is told that somebody is asked");
const adas = await shows(1, /Chat waiting: sales/, "Ada is asked by card");
const bens = await shows(2, /Chat waiting: sales/, "and so is Ben");
const flat = JSON.stringify(adas.card);
ok(flat.includes('{"type":"TextRun","text":"My **invoice** is [wrong](https://evil.example)"}'), "what Cleo wrote is on it, in a run that knows no Markdown", flat);
same(adas.card.actions.map((a) => [a.verb, a.fallback.type]), [["chat.accept", "Action.Submit"], ["chat.decline", "Action.Submit"]], "to be accepted or declined, in old clients too");
await say(3, "It is number 4711.");
await shows(1, /number 4711/, "what she writes meanwhile comes to the card");
const toasts = (await house.books()).toasts.map((t) => [t.user, t.activity.activityType, t.activity.templateParameters]);
same(toasts.sort(), [1, 2].map((n) => [agent(n), "chatWaiting", [{ name: "queue", value: "sales" }]]), "and both have a line in their activity feed");
same((await act(4, "say", { text: "hello" })).status, 200, "somebody else writes too");
await hears(4, /somebody is being asked/, "and is asked for by herself");
const accepted = await act(1, "press", { action: "chat.accept", activity: adas.id });
ok(/You have this chat/.test(words(accepted.answer.value)) && /My \*\*invoice/.test(words(accepted.answer.value)) && /4711/.test(words(accepted.answer.value)), "Ada accepts, and has all that was written", accepted.answer);
await hears(3, "Ada is here now. You can write to each other.", "Cleo is told who is there");
await shows(2, /Taken by/, "Ben's card says who took it", 0);
ok(!words((await cards(2))[0].card).includes("4711"), "and what was written is on it no more");
const late = await act(2, "press", { action: "chat.accept", activity: bens.id });
ok(late.answer === undefined || late.shown !== "card" || /Taken by/.test(words(late.answer.value)), "Ben cannot take it after her", late);
await say(1, "Good morning, I look at it.");
await hears(3, "Ada: Good morning, I look at it.", "what Ada writes to the bot comes to Cleo, under her name");
await say(3, "Thank you!");
await hears(1, `${(await chatOf(3)).name}: Thank you!`, "and back");
await say(1, "status");
await hears(1, /You are free/, "the bot's own words still work in between");
ok(!(await heard(3)).some((t) => /status/.test(t)), "and are not passed on");
const ended = await act(1, "press", { action: "chat.end", activity: adas.id });
ok(/The chat is over/.test(words(ended.answer.value)) && !/invoice/.test(words(ended.answer.value)), "Ada ends it: her card says so and forgets what was written", ended.answer);
await hears(3, "The chat is over", "Cleo is told");
await say(1, "one more thing");
await hears(1, /Calls come as cards/, "what Ada writes now goes to nobody");
ok(!(await heard(3)).some((t) => /one more thing/.test(t)), "not to Cleo either");

// ---- declined by all
const doras = (await cards(1)).at(-1);
same(await Promise.all([1, 2].map(async (n) => (await act(n, "press", { action: "chat.decline", activity: (await cards(n)).at(-1).id })).shown)), ["card", "card"], "both decline Dora's");
ok(doras && (await shows(1, /You declined/, "Ada's card says so")), "in the message too");
await hears(4, /Nobody is free to write with you/, "Dora is told that nobody is free");
const stale = await act(1, "press", { action: "chat.accept", activity: adas.id });
ok(stale === undefined || stale.shown !== "card" || !/You have this chat/.test(words(stale.answer?.value)), "an old card takes nothing");

// ---- the person stops, and one who takes the app away
await say(3, "Again");
await until("asked again", async () => (await cards(1)).length === 3);
await say(3, "End");
await shows(1, /The chat is over/, "Cleo stops: the card is over");
await say(4, "Me too");
const again = await until("asked for Dora", async () => (await cards(1)).length === 4 && (await cards(1)).at(-1));
await act(1, "press", { action: "chat.accept", activity: again.id });
await act(4, "uninstall");
await hears(1, "The chat is over", "Dora takes the app away: Ada is told that it is over");
await say(3, "x".repeat(5000));
await until("asked for the long one", async () => (await cards(1)).length === 5);
await hears(3, /too long: the first part/, "what is too long is cut, and said so");

// ---- after a restart
const before = (await cards(1)).at(-1);
await house.stopFoyer();
await house.startFoyer();
const gone = await act(1, "press", { action: "chat.accept", activity: before.id });
ok(/from before the service was last started/.test(gone.answer?.value), "a card of before the last start says so", gone);

// ---- the whole
const books = await house.books();
const context = new AC.SerializationContext(AC.Versions.v1_5);
let read = 0, events = 0;
for (const version of books.chats.flatMap((c) => c.messages).flatMap((m) => m.versions)) {
	const card = version.activity.attachments?.[0]?.content;
	if (!card) continue;
	const seen = new AC.AdaptiveCard();
	seen.parse(card, context);
	read++;
	events += seen.validateProperties().validationEvents.length;
}
ok(read > 10, "cards were read", read);
same(events + context.eventCount, 0, "npm's adaptivecards has nothing to say against any of them");
same(books.surprises, [], "nothing surprised the local Graph");
ok(!/invoice|4711|evil\.example|eyJ/.test(house.foyerLog()), "nothing that was written, and no token, is in the log");
same(await house.close(), 0, "the service ends well");
done();
