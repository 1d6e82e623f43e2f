#!/usr/bin/env node
// What callers hear whom a queue lets go, in their language: it is full, they waited too long and come to the voicemail,
// nobody serves it, they press a key, it is closed. And an emergency announcement, which comes before anything else.
// listens
import { readWav } from "./ear.mjs";
import { agent, done, House, ok, same } from "./house.mjs";
import { Log } from "./log.mjs";
import { clips, heard } from "./words.mjs";

const number = (n) => `aaaaaaaa-0000-4000-8000-00000000000${n}`;
const [SMALL, LATE, LOST, HELP, HILFE] = [1, 2, 3, 4, 5].map(number);
const caller = (name, nth, to, more) => ({ name, number: `+493055501000${nth}`, to, patience_s: 60, talk_s: 1, speech: `I am ${name}, please call me back tomorrow.`, ...more });
const house = await new House("exits", {
	application_instances: [SMALL, LATE, LOST, HELP, HILFE].map((id, i) => ({ id, name: `Number ${i}` })),
	callers: [
		caller("finn", 1, SMALL, { at_s: 0, patience_s: 5 }),
		caller("greta", 2, SMALL, { at_s: 1.5 }),
		caller("hans", 3, LATE, { at_s: 0, patience_s: 30 }),
		caller("ines", 4, LOST, { at_s: 0 }),
		caller("jan", 5, HELP, { at_s: 0, press: [{ after_s: 14, digit: "*" }] }),
	],
	agents: [1, 2, 3].map((n) => ({ user: agent(n), name: `agent${n}`, behaviour: "no-answer" })),
}, (config) => {
	const of = (to, id, language) => ({ application_instance: id, flow: `to-${to}`, language });
	config.entries = [of("small", SMALL, "de"), of("late", LATE, "de"), of("lost", LOST, "en"), of("help", HELP, "en"), of("help", HILFE, "de")];
	config.flows = { bye: [{ play: "good-bye" }], thanks: [{ play: "thanks" }], mailbox: [{ voicemail: { mailbox: "main", silence_seconds: 1, length_seconds: 5 } }] };
	for (const to of ["small", "late", "lost", "help"]) config.flows[`to-${to}`] = [{ queue: to }];
	const queue = { ring_seconds: 120, announce_seconds: 3 };
	config.queues = {
		small: { ...queue, waiting_max: 1 },
		late: { ...queue, wait_seconds_max: 4, timeout: { to: "mailbox" } },
		lost: { ...queue, no_agents: { to: "bye" } },
		help: { ...queue, leave: { "*": "thanks" }, messages: ["leave-by-star"], closed: { prompt: "queue-closed" } },
	};
	config.agents = ["small", "late", "help"].map((name, i) => ({ user: agent(i + 1), name: `Agent ${i + 1}`, queues: [name] }));
	Object.assign(config, { needs: {}, hours: {}, mailboxes: { main: {} } });
	config.prompts = { outage: { text: { en: "There is no power in the north.", de: "Im Norden ist der Strom ausgefallen." } } };
}).open();
const log = new Log(house);
const token = (await house.control("POST", "/sim/token", { user: agent(9), name: "Sue", roles: ["Supervisor"], scp: "access_as_user" })).json;
const command = async (body) => {
	const r = await house.ask(house.port, "POST", "/api/v1/commands", { body: JSON.stringify(body),
		headers: { Authorization: `Bearer ${token.token ?? token.access_token ?? token}`, "Content-Type": "application/json" } });
	return { status: r.status, body: r.body.toString() };
};

await house.start();
const jan = /contact=(\d+)/.exec(await log.line(/ hold contact=\d+ .*queue=4/))?.[1];
ok(jan, "jan waits");
same((await command({ command: "announce", queue: "help", prompt: "outage" })).status, 200, "a supervisor has an emergency announced");
same((await command({ command: "announce", queue: "help", prompt: "position" })).status, 409, "one that would be silence is refused");
await house.control("POST", "/sim/calls", caller("kira", 6, HILFE, { patience_s: 8 }));
ok(await log.line(new RegExp(` hold contact=(?!${jan} )\\d+ .*queue=4`)), "kira comes after that");
same((await command({ command: "queue-close", queue: "help" })).status, 200, "and closes the queue");
await house.control("POST", "/sim/calls", caller("lea", 7, HILFE));
const books = await house.idle();
await house.quiet();
same(await house.stopFoyer(), 0, "the service ends with status 0");
const outcomes = Object.fromEntries(house.contacts().map((c) => [c.number.at(-1), c.outcome]));
same([2, 3, 4, 5, 7].map((n) => outcomes[n]), ["overflow_disconnect", "voicemail", "no_agents_disconnect", "self_served", "closed_disconnect"],
	"each has the outcome of the way that was taken");
same(books.refused.filter((r) => r.verb !== "DELETE"), [], "Graph refused nothing but hang-ups of calls that were over");
same(books.surprises, [], "and was surprised by nothing");

const sentences = {
	"full en": ["en", "We are sorry, all lines are busy. Please call again later."],
	"full de": ["de", "Leider sind alle Leitungen belegt. Bitte rufen Sie später noch einmal an."],
	"timeout de": ["de", "Leider konnte niemand Ihren Anruf annehmen. Bitte rufen Sie später noch einmal an."],
	"voicemail de": ["de", "Bitte hinterlassen Sie eine Nachricht nach dem Ton."],
	"voicemail done de": ["de", "Vielen Dank für Ihre Nachricht. Auf Wiederhören."],
	"nobody en": ["en", "We are sorry, nobody is available at the moment. Please call again later."],
	"bye en": ["en", "Thank you for calling. Good-bye."],
	"thanks en": ["en", "Thank you."],
	"outage en": ["en", "There is no power in the north."],
	"outage de": ["de", "Im Norden ist der Strom ausgefallen."],
	"closed de": ["de", "Leider können wir heute keine Anrufe mehr annehmen."],
	"star en": ["en", "If you do not want to wait, press the star key."],
	"star de": ["de", "Wenn Sie nicht warten möchten, drücken Sie die Stern-Taste."],
	"1 en": ["en", "You are number one in line."], "1 de": ["de", "Sie sind an erster Stelle in der Warteschlange."],
	"2 en": ["en", "You are number two in line."], "2 de": ["de", "Sie sind an zweiter Stelle in der Warteschlange."],
};
const played = Object.fromEntries(["finn", "greta", "hans", "ines", "jan", "kira", "lea"].map((name) => [name, clips(house, name, sentences)]));
const words = (name) => played[name].map((c) => c.what);

same(words("finn"), ["1 de", "music"], "who fits into the queue hears the place");
same(words("greta"), ["full de"], "who does not is told that it is full, in the language of the number");
same(words("hans"), ["1 de", "music", "timeout de", "voicemail de", "voicemail done de"],
	"who waited too long is told so, asked for a message, and thanked for it");
same(words("ines"), ["nobody en", "bye en"], "who calls where nobody serves is told so, and then hears the flow it leads to");
same(words("jan"), ["1 en", "music", "outage en", "star en", "music", "star en", "thanks en"],
	"who waits hears the emergency in the next round, before the message, once; and the star key leads out");
same(words("kira"), ["outage de", "2 de", "music"], "who comes after it hears it first, in her own language");
same(words("lea"), ["closed de"], "and who comes to a closed queue is told that");
ok(!played.hans[1].whole && !played.jan[5].whole, "the timeout cuts the music, the key the message");
{
	const [, , first, second, music] = played.jan;
	same([second.from_ms, music.from_ms, second.operation, music.operation], [first.to_ms, second.to_ms, first.operation, first.operation],
		"emergency, message and music are one operation, with nothing between");
}
for (const name of Object.keys(played)) {
	const whole = played[name].filter((c) => c.whole && c.what !== "music").map((c) => c.what);
	same([played[name].every((c) => c.exact), heard(readWav(house.ear(name)), sentences).map((h) => h.what)], [true, whole],
		`${name}'s ear has all of it, in the voice's own words`);
}
await house.close();
done();
