#!/usr/bin/env node
// The same over live audio: a German caller hears place and message in order over the music that goes on, and the agent
// at once who answers amid an announcement.
// listens
import { cut, findPiece, readWav } from "./ear.mjs";
import { agent, done, HOTLINE, House, ok, same } from "./house.mjs";
import { firstHeard, heard, speak } from "./words.mjs";

const german = (name, nth, more) => ({ name, number: `+493055501000${nth}`, to: HOTLINE, patience_s: 60, media: "relay", ...more });
const house = await new House("languages_live", {
	callers: [
		german("anna", 1, { at_s: 0, talk_s: 7, speech: "Hello, this is Anna, can you hear me well on this line?" }),
		german("boris", 2, { at_s: 1, talk_s: 4, speech: "My line has been dead since yesterday." }),
	],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 1.5, talk_s: 60, speech: "This is Ada, what can I do for you today?" }],
}, (config) => {
	Object.assign(config, { needs: {}, hours: {}, mailboxes: {} });
	Object.assign(config.entries[1], { flow: "hotline", language: "de" });
	config.flows = { hotline: [{ queue: "sales" }] };
	config.entries = [config.entries[1]];
	config.queues = { sales: { wrap_up_seconds: 0, announce_seconds: 4, messages: ["still-waiting"] } };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
	config.prompts = {};
}).open();
await house.start();
const books = await house.idle();
await house.quiet();
same(await house.stopFoyer(), 0, "the service ends with status 0");
same(house.contacts().map((c) => [c.outcome, c.agent_name]), Array(2).fill(["handled", "Ada"]), "Ada talks with both");
same(books.surprises, [], "Graph was surprised by nothing");
const sentences = {
	"1 de": ["de", "Sie sind an erster Stelle in der Warteschlange."], "2 de": ["de", "Sie sind an zweiter Stelle in der Warteschlange."],
	"1 en": ["en", "You are number one in line."],
	"message de": ["de", "Danke, dass Sie warten. Wir sind so bald wie möglich für Sie da."],
	"message en": ["en", "Thank you for waiting. We will be with you as soon as we can."],
};
const places = Object.fromEntries(Object.entries(sentences).filter(([what]) => /^\d/.test(what)));
const ear = (name) => readWav(house.ear(name)), answered = (name) => house.timeline(name).find((l) => l.what === "say-on").ms;

const of = heard(cut(ear("boris"), 0, answered("boris")), places, 0.8, 20000);
same(of.map((h) => h.what), ["2 de", "1 de"], "boris hears the place, then a better one, in German", of);
{
	const message = speak(...sentences["message de"]), after = of.at(-1).to_ms;
	const piece = findPiece(cut(ear("boris"), after, answered("boris")), message, 16000);
	ok(piece.correlation > 0.8, "and the message right after it, over the music", piece);
	const english = speak(...sentences["message en"]);
	ok(findPiece(ear("boris"), english, 16000).correlation < 0.5, "and not in English");
}
ok(heard(ear("anna"), sentences, 0.8).length === 0 && findPiece(cut(ear("anna"), 0, answered("anna")), speak(...sentences["1 de"]), 8000).correlation > 0.8,
	"case 10: Ada answers anna amid the place");
for (const [name, amid] of [["anna", "1 de"], ["boris", "message de"]]) {
	// What the telephones' own buffers add is in it.
	const voice = firstHeard(ear(name), readWav(house.ear("ada.mouth")), answered(name)) - answered(name);
	ok(voice < 150, `${name} hears her ${voice.toFixed(0)} ms after`);
	const rest = findPiece(cut(ear(name), answered(name) + 250, answered(name) + 3000), speak(...sentences[amid]), 16000);
	ok(rest.correlation < 0.5, "and a quarter of a second on nothing of the announcement", rest);
}
await house.close();
done();
