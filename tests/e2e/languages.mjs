#!/usr/bin/env node
// Callers of two languages wait in one queue, and each hears the words in order and in the language that the number or
// a key chose: greeting, menu, place in line, messages. Who is answered amid an announcement hears the agent at once.
// listens
import { cut, findPiece, readWav } from "./ear.mjs";
import { agent, done, HOTLINE, House, MAIN, ok, same } from "./house.mjs";
import { clips, firstHeard, heard, speak } from "./words.mjs";

const house = await new House("languages", {
	callers: [
		{ name: "anna", number: "+4930555010001", to: MAIN, at_s: 0, patience_s: 60, talk_s: 8, press: [{ on: "prompt 2", digit: "1" }],
			speech: "Hello, I would like to order a new telephone for my office." },
		{ name: "boris", number: "+4930555010002", to: HOTLINE, at_s: 2, patience_s: 60, talk_s: 9, speech: "My line has been dead since yesterday." },
		{ name: "carla", number: "+4930555010003", to: MAIN, at_s: 2.5, patience_s: 60, talk_s: 3, press: [{ after_s: 5, digit: "2" }],
			speech: "This is Carla, can you hear me well on this line?" },
	],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 1, talk_s: 60, speech: "This is Ada, what can I do for you today?" }],
}, (config) => {
	Object.assign(config, { needs: {}, hours: {}, mailboxes: {} });
	config.entries.length = 2;
	config.entries[1] = { application_instance: HOTLINE, flow: "hotline", language: "de" };
	config.flows = {
		welcome: [{ play: "hello" }, { menu: { prompt: "choose", 1: "sales", 2: "german" } }],
		german: [{ set: { language: "de" } }, { queue: "sales" }],
		hotline: [{ play: "hello" }, { queue: "sales" }],
	};
	config.queues = { sales: { hand_off: "bridge", wrap_up_seconds: 0, announce_seconds: 3, messages: ["still-waiting", "hint"] } };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
	config.prompts = {
		hello: { text: { en: "Welcome to Foyer.", de: "Willkommen bei Foyer." } },
		choose: { text: { en: "Press one. Für Deutsch, press two." } },
		hint: { text: { en: "We are here until {time 17:30}.", de: "Wir sind bis {time 17:30} für Sie da." } },
	};
}).open();
await house.start();
const books = await house.idle();
await house.quiet();
same(await house.stopFoyer(), 0, "the service ends with status 0");
same(house.contacts().map((c) => [c.outcome, c.agent_name, c.n_offers]), Array(3).fill(["handled", "Ada", 1]), "Ada talks with all three");
same(books.refused.filter((r) => r.verb !== "DELETE"), [], "Graph refused nothing but hang-ups of calls that were over");
same(books.surprises, [], "and was surprised by nothing");

const place = (language, words) => ({
	en: ["en", `You are number ${words} in line.`], de: ["de", `Sie sind an ${words} Stelle in der Warteschlange.`],
}[language]);
const sentences = {
	"hello en": ["en", "Welcome to Foyer."],
	"hello de": ["de", "Willkommen bei Foyer."],
	"choose en": ["en", "Press one. Für Deutsch, press two."],
	"1 en": place("en", "one"), "2 en": place("en", "two"), "3 en": place("en", "three"),
	"1 de": place("de", "erster"), "2 de": place("de", "zweiter"), "3 de": place("de", "dritter"),
	"message en": ["en", "Thank you for waiting. We will be with you as soon as we can."],
	"message de": ["de", "Danke, dass Sie warten. Wir sind so bald wie möglich für Sie da."],
	"hint en": ["en", "We are here until five thirty p.m.."],
	"hint de": ["de", "Wir sind bis siebzehn Uhr dreißig für Sie da."],
};
const played = Object.fromEntries(["anna", "boris", "carla"].map((name) => [name, clips(house, name, sentences)]));
const words = (name) => played[name].map((c) => c.what);
const show = (name) => played[name].map((c) => `${c.from_ms} ${c.what}${c.whole ? "" : " (cut)"}`).join("\n");

// ---- what was said, in which language, in which order

same(words("anna"), ["hello en", "choose en", "1 en"], "anna is greeted in English, chooses, and is told her place");
same(words("boris"), ["hello de", "1 de", "music", "message de"], "boris called the German number, and hears nothing but German");
same(words("carla"), ["hello en", "choose en", "2 de", "music", "1 de", "message de", "music"],
	"carla chose German by a key: from then on her place, her better place, and a message are German");
for (const name of Object.keys(played)) {
	ok(played[name].every((c) => c.exact), `${name}'s ear has every clip sample by sample`, show(name));
	// What the voice says of the sentence by itself, found in the ear: neither levels nor numbers of ours are in it.
	same(heard(readWav(house.ear(name)), sentences).filter((h) => played[name].some((c) => c.whole && c.what === h.what)).map((h) => h.what),
		words(name).filter((w, i) => w !== "music" && played[name][i].whole), `and whole are, in this order, the words that the voice has for them`);
}
{
	const [, , , , better, message, music] = played.carla;
	same([message.operation, music.operation], [better.operation, better.operation], "place, message and music are one operation of Graph's");
	same([message.from_ms, music.from_ms], [better.to_ms, message.to_ms], "and nothing is between them");
	ok(played.carla[2].operation !== better.operation, "the round before was another");
}

// ---- case 10: who is answered amid an announcement hears the agent at once

for (const [name, amid] of [["anna", "1 en"], ["boris", "message de"]]) {
	const answered = house.timeline(name).find((l) => l.what === "say-on").ms, last = played[name].at(-1);
	ok(last.what === amid && !last.whole && last.from_ms < answered, `case 10: Ada answers ${name} amid "${amid}"`, show(name));
	ok(last.to_ms - answered < 100, `and it falls silent ${last.to_ms - answered} ms after`);
	const ear = readWav(house.ear(name)), voice = firstHeard(ear, readWav(house.ear("ada.mouth")), answered);
	ok(voice - answered < 100, `${name} hears her ${(voice - answered).toFixed(0)} ms after`);
	const rest = cut(ear, last.to_ms, last.to_ms + 2000), said = speak(...sentences[amid]);
	ok(findPiece(rest, said, 16000).correlation < 0.4, "and nothing more of the announcement", findPiece(rest, said, 16000));
}
await house.close();
done();
