#!/usr/bin/env node
// A bad day, out of a weather file: all faults of Graph's at once, the first word of every call by way of another region, the
// issuer's key rolled over, forged tokens of every kind beside the good ones, and a token endpoint that is down while the
// service is killed and started. Afterwards the books of both sides agree. Then a tenant that gave no permission for calls.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { agent, done, foyer, House, MAIN, ok, root, same, TENANT } from "./house.mjs";

const CALLS = 30, AGENTS = 6, RECORDED = "bbbbbbbb-0000-4000-8000-0000000000aa", STRANGER = "bbbbbbbb-0000-4000-8000-0000000000bb";
const OUTAGE = { from_s: 20, to_s: 24 }, ROLLOVERS = [12, 36];
const kinds = ["bridge", "transfer", "bridge", "leaves"];
const callers = Array.from({ length: CALLS }, (_, i) => ({ name: `${kinds[i % 4]}-${i}`, number: `+49305556${String(i).padStart(4, "0")}`, to: MAIN, at_s: 4 + i * 1.4,
	press: [{ on: "menu", digit: kinds[i % 4] === "transfer" ? "2" : "1" }], patience_s: kinds[i % 4] === "leaves" ? 4 : 40, talk_s: 4, speech: "Hello." }));
callers.push({ name: "recorded", number: "+493055569999", to: MAIN, at_s: 0, observes: RECORDED, joins: STRANGER, joins_after_s: 1, patience_s: 12, speech: "Hello." });

// ---- another region: calls are announced there, and it sends them on

let region;
async function openRegion(dir) {
	execFileSync(join(root, "scripts", "certs"), [dir]);
	region = createServer({ cert: readFileSync(join(dir, "tls.pem")), key: readFileSync(join(dir, "tls.key")) }, (req, res) => {
		req.resume();
		req.on("end", () => res.writeHead(307, { Location: `https://127.0.0.1:${house.port}/api/calls` }).end());
	});
	await new Promise((yes) => region.listen(0, "127.0.0.1", yes));
	region.unref();
	house.webhook = `https://127.0.0.1:${region.address().port}/api/calls`;
}

const house = new House("bad_day", {
	callers,
	agents: Array.from({ length: AGENTS }, (_, i) => ({ user: agent(i + 1), name: `agent${i + 1}`,
		behaviour: [["answers"], ["answers", "busy"], ["no-answer", "answers"], ["answers", "rejects", "offline"]][i % 4],
		answers_after_s: 1, talk_s: 30, speech: "Hello." })),
	faults: { redeliver: 3, time_scale: 2 },
}, (config) => {
	const queue = { ring_seconds: 2, wrap_up_seconds: 0.3, back_off_seconds: 1, announce_seconds: 3, short_abandon_seconds: 0, wait_seconds_max: 20 };
	config.queues.sales = { ...queue, hand_off: "bridge" };
	config.queues.support = { ...queue, hand_off: "transfer" };
	config.limits = { keep_alive_seconds: 3, active_seconds: 8, transfer_seconds: 6, play_seconds: 6, talk_seconds: 10 };
	config.agents = Array.from({ length: AGENTS }, (_, i) => ({ user: agent(i + 1), name: `Agent ${i + 1}`, queues: [i % 2 ? "support" : "sales"] }));
}).prepare(openRegion);
// Fair for the first seconds, in which the call is asked about that is to be recorded by policy.
house.weather = [
	{ fault: "429", rate: 0.03, retry_after: 0.378 }, { fault: "429", rate: 0.005, retry_after: 1.128 },
	{ fault: "5xx", rate: 0.04 }, { fault: "5xx", rate: 0.02, status: 500 },
	{ fault: "timeout", rate: 0.02, ms: [1000, 3000] }, { fault: "reset-after-effect", rate: 0.06 },
	{ fault: "lose", rate: 0.04 }, { fault: "double", rate: 0.12 }, { fault: "late", rate: 0.15, ms: [0, 500] }, { fault: "reorder", rate: 0.12 },
].map((rule) => ({ ...rule, from_s: 6 })).concat(ROLLOVERS.map((at_s) => ({ fault: "key-rollover", at_s })),
	{ fault: "token-outage", ...OUTAGE }, { fault: "evil-token", rate: 0.3 });
await house.open();
async function until(what, look, seconds = 60) {
	for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
		const found = await look();
		if (found) return found;
		await new Promise((yes) => setImmediate(yes));
	}
	throw new Error(`not within ${seconds} s: ${what}`);
}
const tokenStatus = async () => (await house.ask(house.simPort, "POST", `/${TENANT}/oauth2/v2.0/token`, { body: "grant_type=client_credentials" })).status;
await house.start();
await until("no tokens", async () => (await tokenStatus()) === 503);
await house.stopFoyer("SIGKILL");
await house.startFoyer();
const books = await house.idle(90);
const health = await house.quiet(40);
same(await house.stopFoyer(), 0, "the service ends with status 0");
const log = house.foyerLog();

// ---- it was a bad day

const { faults, notifications: notes, evil_tokens: evil } = books;
ok(faults.http_429 > 3 && faults.http_5xx > 5 && faults.hung > 1 && faults.reset > 1,
	`Graph throttled ${faults.http_429}, failed ${faults.http_5xx}, left hanging ${faults.hung} and cut off ${faults.reset} of ${books.requests} requests`, faults);
ok(notes.lost > 5 && notes.twice > 20 && notes.reordered > 20, `and of ${notes.sent} notifications lost ${notes.lost}, doubled ${notes.twice} and reordered ${notes.reordered}`, notes);
same(faults.key_rollovers, ROLLOVERS.length, "the issuer's key was rolled over, and the old one withdrawn");
const known = books.calls.filter((c) => c.direction === "incoming" && c.offered_ms !== null).length; // of the others every first word was lost
ok(known > CALLS - 5 && faults.region_redirects >= known, `${faults.region_redirects} calls came by way of another region`, [known, faults]);
ok(/token: .*503/.test(log), "the token endpoint was down when the service came back", log.split("\n").filter((l) => / auth /.test(l)));

// ---- forged tokens

const refusals = {
	none: /alg is not one|token has an empty part/, hs256: /alg is not one/, "wrong-aud": /aud .* is not our app id/, "no-tid": /tid/, expired: /expired \d+ s ago/,
	"unknown-kid": /not published/, "foreign-tenant": /tenant .* is not one of ours/,
};
same(Object.keys(evil).sort(), Object.keys(refusals).sort(), "tokens of seven kinds were forged");
for (const [kind, { sent, refused, accepted, unanswered }] of Object.entries(evil)) {
	ok(sent > 0 && accepted === 0 && refused + unanswered === sent, `${kind}: ${refused} of ${sent} refused, none accepted`, { sent, refused, accepted, unanswered });
	const line = log.split("\n").find((l) => /token refused/.test(l) && refusals[kind].test(l));
	ok(line, `and the log says why${line ? `: ${line.replace(/.*token refused[^:]*: /, "")}` : ""}`);
}

// ---- the books of both sides

const incoming = books.calls.filter((c) => c.direction === "incoming");
const offered = incoming.filter((c) => c.offered_ms !== null);
const contacts = house.contacts();
const record = (call) => contacts.filter((c) => c.number === callers.find((k) => k.name === call.caller).number);
same(incoming.length, CALLS + 1, `${CALLS + 1} called`);
ok(offered.length >= CALLS * 0.8, `${offered.length} calls became known to the service`);
same(offered.filter((c) => record(c).length !== 1).map((c) => [c, record(c)]), [], "each of them has exactly one contact record");
same(contacts.length, offered.length, "and there are no others");
same(contacts.filter((c) => !c.outcome || c.outcome === "in_progress"), [], "every contact has an outcome");
same([health.in_progress, health.offered], [0, contacts.length], "the ledger agrees, and nothing is in progress");
same([books.calls_held, books.agents.filter((a) => a.on_the_phone)], [0, []], "Graph holds no call, and no agent is on the telephone");
same(books.surprises, [], "no request was repeated before its Retry-After, and nothing else surprised Graph");
const handled = contacts.filter((c) => c.outcome === "handled");
ok(handled.length >= offered.length / 3, `${handled.length} were handled all the same`, contacts.map((c) => c.outcome));
const joined = incoming.find((c) => c.caller === "recorded");
same(joined.joining, "rejected", "who wanted into a call that is to be recorded by policy was not let in: the service records nobody");
ok(!/-> lost|no room in the batch/.test(log), "the service's log knows of nothing lost");
ok(!/eyJ[A-Za-z0-9_-]{20}/.test(log) && !/\+4930555\d+/.test(log), "no token and no number is in the log");
const journal = join(house.dir, "foyer.sqlite");
const first = foyer(["replay", journal]), second = foyer(["replay", journal]);
same([first.code, first.stderr, first.stdout === second.stdout], [0, "", true], "the journal replays twice to the same bytes");
same(first.stdout.match(/^ {2}-> \d+ outcome /gm)?.length, contacts.length, "with one outcome a contact");
await house.close();
region.close();

// ---- nobody consented to calls: callers come without a name, keys cannot be heard

const mute = await new House("bad_day_roles", {
	callers: [{ name: "ann", number: "+493055570001", to: MAIN, at_s: 0, patience_s: 6 }], agents: [], roles: [],
}).open();
await mute.start();
const left = await mute.idle();
await mute.quiet();
same(await mute.close(), 0, "without any permission the service goes on and ends with status 0");
same(mute.contacts().map((c) => c.outcome), ["abandoned_in_ivr"], "its caller is answered, and has one outcome");
const people = JSON.parse(execFileSync("sqlite3", ["-json", join(mute.dir, "foyer.sqlite"), "select kind, id from person"], { encoding: "utf8" }));
ok(people.length === 1 && people[0].kind === "encrypted" && people[0].id.startsWith("29:"), "who it was is known by an encrypted id only", people);
same(left.refused.filter((r) => r.path.endsWith("/subscribeToTone")).map((r) => r.code), ["7503"], "to hear keys is refused with 7503");
ok(/op=subscribeToTone code=7503/.test(mute.foyerLog()), "and the log says so");
same(left.surprises, [], "with no surprise");
done();
