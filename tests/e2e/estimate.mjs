#!/usr/bin/env node
// The waiting time: silent until enough calls have shown that it can be trusted, then told after the place, in each
// caller's language, once. Fifty short calls, and a longer one: a promise that was never broken is no promise either.
// listens
import { agent, done, HOTLINE, House, MAIN, ok, same } from "./house.mjs";
import { clips } from "./words.mjs";

const talk = (i) => (i === 32 ? 1.8 : 0.25);
const names = Array.from({ length: 50 }, (_, i) => `caller${String(i).padStart(2, "0")}`);
const languages = ["en", "de"], number = (i) => `+4930555010${100 + i}`;
const words = {
	en: "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split(" "),
	de: "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn".split(" "),
};
const house = await new House("estimate", {
	callers: names.map((name, i) => ({ name, number: number(i), to: i % 2 ? HOTLINE : MAIN, at_s: 0.3 * i, patience_s: 90, talk_s: talk(i) })),
	agents: [1].map((n) => ({ user: agent(n), name: `agent${n}`, behaviour: "answers", answers_after_s: 0.1, talk_s: 90 })),
}, (config) => {
	Object.assign(config, { needs: {}, hours: {}, mailboxes: {} });
	config.entries = [{ application_instance: MAIN, flow: "f", language: "en" }, { application_instance: HOTLINE, flow: "f", language: "de" }];
	config.flows = { f: [{ queue: "q" }] };
	config.queues = { q: { wrap_up_seconds: 0, announce_seconds: 2, position_prompt: "place", estimate_prompt: "estimate", estimate_over_prompt: "estimate-over" } };
	config.agents = [1].map((n) => ({ user: agent(n), name: `Agent ${n}`, queues: ["q"] }));
	config.prompts = { place: { text: { en: "Place {number}.", de: "Platz {number}." } } };
}).open();
await house.start();
const books = await house.idle();
await house.quiet();
same(await house.stopFoyer(), 0, "the service ends with status 0");
const sentences = {
	"minute en": ["en", "The waiting time is about one minute."],
	"minute de": ["de", "Die Wartezeit beträgt etwa eine Minute."],
};
words.en.forEach((word, i) => (sentences[`place ${i + 1} en`] = ["en", `Place ${word}.`]));
words.de.forEach((word, i) => (sentences[`place ${i + 1} de`] = ["de", `Platz ${word}.`]));
const of = Object.fromEntries(house.contacts().map((c) => [c.number, c]));
const all = names.map((name, i) => ({ name, i, language: languages[i % 2], contact: of[number(i)], clips: clips(house, name, sentences) }));
const told = all.filter((c) => c.clips.some((h) => h.what.startsWith("minute")));
const show = (c) => `${c.name} ${c.clips.map((h) => `${h.from_ms} ${h.what}${h.whole ? "" : " (cut)"}`).join(", ")}`;
console.log(all.map((c) => `# ${show(c)}`).join("\n"));

ok(all.every((c) => c.contact?.outcome === "handled"), "everybody is served");
ok(all.slice(0, 20).every((c) => !told.includes(c)), "nobody of the first twenty is promised anything", told.map(show).join("\n"));
ok(languages.every((l) => told.filter((c) => c.language === l).length >= 2), "later callers of both languages are", all.map(show).join("\n"));
ok(told.every((c) => c.clips.filter((h) => h.what.startsWith("minute")).every((h, n) => n === 0 && h.what === `minute ${c.language}` && h.exact)),
	"once, in their own language, and it is in their ears", told.map(show).join("\n"));
ok(told.some((c) => c.clips.some((h) => h.what.startsWith("minute") && h.whole)), "one of them hears it whole", told.map(show).join("\n"));
// An answer may come between the place and the sentence that follows it, and just where the place ends: the promise was on its
// way, and is in the record.
const cutBefore = (c) => !told.includes(c) && c.clips.length > 0 && (!c.clips.at(-1).whole || c.clips.at(-1).what.startsWith("place"));
same(all.filter((c) => c.contact.promised_s && !cutBefore(c)).map((c) => c.name), told.map((c) => c.name),
	"the records hold the promise of those who heard one");
ok(told.every((c) => c.contact.promised_s === 60), "of a minute");
ok(told.some((c) => c.clips.some((h, n) => h.what.startsWith("minute") && c.clips[n - 1]?.what.startsWith("place") && c.clips[n - 1].operation === h.operation)),
	"after the place, in one operation with it", told.map(show).join("\n"));
const places = (c) => c.clips.map((h) => /^place (\d+)/.exec(h.what)?.[1]).filter((n) => n).map(Number);
ok(all.every((c) => places(c).every((n, i, list) => i === 0 || n < list[i - 1])), "a place is told only when it is better than before (case 11)", all.map(show).join("\n"));
ok(all.filter((c) => c.contact.connected_ms - c.contact.queued_ms > 1000).every((c) => places(c).length > 0), "and whoever waits hears one");
same([books.surprises, books.refused.filter((r) => r.code !== "itemNotFound")], [[], []], "Graph was surprised by nothing, and refused nothing but what crossed the end of a call");
await house.close();
done();
