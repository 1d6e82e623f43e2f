#!/usr/bin/env node
// Bad weather of every kind at once: Graph throttles, fails, hangs and loses its answers, and its notifications come
// twice, late, out of order or not at all. Afterwards the books of both sides agree, and nothing is held for ever.
import { join } from "node:path";
import { agent, done, foyer, HOTLINE, House, MAIN, ok, same } from "./house.mjs";

const CALLS = 40, AGENTS = 6;
const kinds = ["bridge", "transfer", "bridge", "relay", "transfer", "leaves"];
const callers = Array.from({ length: CALLS }, (_, i) => {
	const kind = kinds[i % kinds.length];
	return { name: `${kind}-${i}`, number: `+49305551${String(i).padStart(4, "0")}`, to: kind === "relay" ? HOTLINE : MAIN, at_s: i * 0.8,
		press: kind === "relay" ? [] : [{ on: "menu", digit: kind === "transfer" ? "2" : "1" }],
		patience_s: kind === "leaves" ? 4 : 40, talk_s: 4, speech: "Hello." };
});
const house = await new House("weather", {
	callers,
	agents: Array.from({ length: AGENTS }, (_, i) => ({ user: agent(i + 1), name: `agent${i + 1}`,
		behaviour: [["answers"], ["answers", "busy"], ["no-answer", "answers"], ["answers", "rejects", "offline"]][i % 4],
		answers_after_s: 1, talk_s: 30, speech: "Hello." })),
	faults: {
		lose: 0.05, double: 0.15, reorder: 0.15, delay_ms: [0, 300], redeliver: 2, time_scale: 2,
		http_429: { rate: 0.1, retry_after: 0.378 }, http_5xx: { rate: 0.06, status: 503 },
		hang: { rate: 0.03, ms: 3000 }, reset_after_effect: 0.05,
	},
}, (config) => {
	const queue = { ring_seconds: 2, wrap_up_seconds: 0.3, back_off_seconds: 1, announce_seconds: 3, short_abandon_seconds: 0, wait_seconds_max: 20 };
	config.queues.sales = { ...queue, hand_off: "bridge" };
	config.queues.support = { ...queue, hand_off: "transfer" };
	config.limits = { keep_alive_seconds: 3, active_seconds: 8, transfer_seconds: 6, play_seconds: 6, talk_seconds: 10 };
	config.agents = Array.from({ length: AGENTS }, (_, i) => ({ user: agent(i + 1), name: `Agent ${i + 1}`, queues: [i % 2 ? "support" : "sales"] }));
}).open();
await house.start();
const books = await house.idle(80);
const health = await house.quiet(40);
same(await house.stopFoyer(), 0, "the service ends with status 0");

// ---- it was bad weather

const { faults, notifications: notes } = books;
ok(faults.http_429 > 10 && faults.http_5xx > 5 && faults.hung > 2 && faults.reset > 3,
	`Graph throttled ${faults.http_429}, failed ${faults.http_5xx}, left hanging ${faults.hung} and cut off ${faults.reset} of ${books.requests} requests`, faults);
ok(notes.lost > 5 && notes.twice > 20 && notes.reordered > 20,
	`and of ${notes.sent} notifications lost ${notes.lost}, doubled ${notes.twice} and reordered ${notes.reordered}`, notes);
same([notes.other, notes.unanswered, notes.given_up], [0, 0, 0], "the service took every one that came");

// ---- the books of both sides

const incoming = books.calls.filter((c) => c.direction === "incoming");
const offered = incoming.filter((c) => c.offered_ms !== null);
const contacts = house.contacts();
const record = (call) => contacts.filter((c) => c.number === callers.find((k) => k.name === call.caller).number);
same(incoming.length, CALLS, `${CALLS} called`);
ok(offered.length >= CALLS * 0.8, `${offered.length} calls became known to the service`);
same(offered.filter((c) => record(c).length !== 1).map((c) => [c, record(c)]), [], "each of them has exactly one contact record");
same(contacts.length, offered.length, "and there are no others");
same(contacts.filter((c) => !c.outcome || c.outcome === "in_progress"), [], "every contact has an outcome");
same([health.in_progress, health.offered, Object.values(health.outcomes).reduce((a, b) => a + b)], [0, contacts.length, contacts.length],
	"the ledger agrees, and nothing is in progress");
same([books.calls_held, books.agents.filter((a) => a.on_the_phone)], [0, []], "Graph holds no call, and no agent is on the telephone");
same(books.surprises, [], "no request was repeated before its Retry-After, and nothing else surprised Graph");
const handled = contacts.filter((c) => c.outcome === "handled");
ok(handled.length >= offered.length / 3, `${handled.length} were handled all the same`, contacts.map((c) => c.outcome));
same(handled.filter((c) => incoming.find((i) => record(i)[0] === c)?.connected_ms === null && !c.estimated).map((c) => c.number), [],
	"who was handled talked to an agent");
ok(!/-> lost|no room in the batch/.test(house.foyerLog()), "the service's log knows of nothing lost");
const journal = join(house.dir, "foyer.sqlite");
const first = foyer(["replay", journal]), second = foyer(["replay", journal]);
same([first.code, first.stderr, first.stdout === second.stdout], [0, "", true], "the journal replays twice to the same bytes");
same(first.stdout.match(/^ {2}-> \d+ outcome /gm)?.length, contacts.length, "with one outcome a contact");
await house.close();
done();
