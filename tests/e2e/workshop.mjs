#!/usr/bin/env node
// The admin's API: versions of the configuration, a draft checked and walked and lived, applied and rolled back; prompts,
// people, numbers; a caller exported and erased; and who did what. The file on disk is the truth throughout.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agent, done, House, MAIN, ok, same } from "./house.mjs";
import { shapes } from "./shapes.mjs";
import { Log } from "./log.mjs";

const number = "+4930555010077";
const house = await new House("workshop", {
	callers: [{ name: "anna", number, to: MAIN, at_s: 0, press: [{ on: "menu", digit: "1" }], patience_s: 30, talk_s: 1, speech: "Hello." }],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 0.1, talk_s: 1, speech: "Hello." }],
}, (config) => {
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
	config.entries = [{ application_instance: MAIN, flow: "welcome" }, { default: true, flow: "welcome" }];
}).open();
const shapesAre = await shapes(house);
const log = new Log(house);
const file = join(house.dir, "foyer.json");
const onDisk = () => readFileSync(file, "utf8");
const ADMIN = agent(9);
const tokenOf = async (roles, more) => {
	const t = (await house.control("POST", "/sim/token", { user: ADMIN, name: "Ida", roles, scp: "access_as_user", ...more })).json;
	return typeof t === "string" ? t : t.token ?? t.access_token;
};
const admin = await tokenOf(["Admin"]);
async function ask(method, path, body, headers = {}, token = admin) {
	for (let tries = 0; ; tries++) {
		const raw = Buffer.isBuffer(body);
		const r = await house.ask(house.port, method, path, { headers: { Authorization: `Bearer ${token}`, ...headers },
			...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }) });
		let json = null;
		try { json = JSON.parse(r.body); } catch { /* no JSON: the row that wants it says so */ }
		if (r.status !== 503 || tries === 100) return { status: r.status, json, body: r.body, headers: r.headers };
	}
}
const get = async (path) => (await ask("GET", path)).json;

// ---- who may

same((await ask("GET", "/api/v1/config", undefined, {}, await tokenOf(["Supervisor"]))).status, 403, "a supervisor does not see the configuration");

// ---- what is in force is version 1, and is the file

const first = await get("/api/v1/config");
same([first.version.number, first.version.how, first.text === onDisk()], [1, "file", true], "the file that the service began with is version 1");

// ---- checking: the words of foyer check

const change = (how, text = onDisk()) => {
	const config = JSON.parse(text);
	how(config);
	return JSON.stringify(config, null, "\t");
};
{
	const wrong = (await ask("POST", "/api/v1/config/check", { text: change((c) => { c.flows.welcome[1].menu["2"] = "trade"; }) })).json;
	same([wrong.ok, wrong.faults[0]?.pointer], [false, "/flows/welcome/1/menu/2"], "a fault says where, as a JSON pointer");
	ok(/"trade" is neither flow nor queue/.test(wrong.faults[0]?.text) && wrong.faults[0].line > 0, "and what, as foyer check does", wrong);
	const meant = (await ask("POST", "/api/v1/config/check", { text: change((c) => { c.flows.lost = [{ play: "greeting" }]; }) })).json;
	ok(meant.ok && meant.warnings.some((w) => w.pointer === "/flows/lost"), "what is well formed and hardly meant is a warning", meant);
	const restart = (await ask("POST", "/api/v1/config/check", { text: change((c) => { c.media = { ...c.media, rtp_port_first: 20000 }; }) })).json;
	same([restart.ok, restart.restart[0]?.pointer], [false, "/media"], "what takes a restart is told before");
	const nojson = (await ask("POST", "/api/v1/config/check", { text: "{" })).json;
	same([nojson.ok, nojson.faults.length], [false, 1], "what is no JSON has a fault");
	const secret = (await ask("POST", "/api/v1/config/check", { text: change((c) => { c.lookups = { crm: { url: "https://elsewhere.example.com/x",
		header: { name: "Authorization", environment: "AZURE_CLIENT_SECRET" }, cases: { gold: { pointer: "/tier", values: ["gold"] } } } }; }) })).json;
	ok(!secret.ok && secret.restart.some((f) => f.pointer === "/lookups/crm/header"), "a secret of the environment is sent nowhere by a page", secret);
}

// ---- a test call

{
	const walk = (does, text) => ask("POST", "/api/v1/config/walk", { entry: 0, at: "2026-11-27T17:31", does, ...(text ? { text } : {}) });
	const asks = (await walk([])).json;
	same([asks.steps.map((s) => s.pointer), asks.end], [["/flows/welcome/0", "/flows/welcome/1"], null], "a test call stops where the caller must choose");
	same(asks.steps[0].heard[0].text, "Welcome to Foyer.", "and has heard the greeting");
	ok(asks.options.some((o) => o.do === "2" && o.to === "/queues/support"), "and knows the keys there", asks.options);
	const one = (await walk(["1", "answers"])).json;
	same([one.steps.at(-1).pointer, one.end], ["/queues/sales", "agent"], "press 1: sales, and an agent answers");
	const wrong = (await walk(["9", "1"])).json;
	ok(wrong.steps[1].heard.some((h) => h.prompt === "wrong-key") && wrong.steps.at(-1).pointer === "/queues/sales", "a wrong key is asked again", wrong.steps);
	const closed = change((c) => {
		c.hours = { office: { time_zone: "Europe/Berlin", week: { fri: ["09:00-17:30"] } } };
		c.flows.welcome.unshift({ hours: { calendar: "office", closed: "shut" } });
		c.flows.shut = [{ hang_up: true }];
	});
	const late = (await walk([], closed)).json;
	same([late.when, late.steps[0].note, late.end], ["Friday 17:31", "closed", "hung_up"], "Friday 17:31 of a draft: closed, and hung up");
	const early = (await ask("POST", "/api/v1/config/walk", { entry: 0, at: "2026-11-27T17:29", does: [], text: closed })).json;
	same(early.steps[0].note, "open", "two minutes before: open");
	same((await ask("POST", "/api/v1/config/walk", { entry: 7, at: "2026-11-27T17:31", does: [] })).status, 400, "a number that is not there is refused");
}

// ---- applying

const renamed = change((c) => { c.prompts.greeting = { text: { en: "Hello from version two.", de: "Hallo von Version zwei." } }; });
same((await ask("POST", "/api/v1/config/apply", { text: renamed, comment: "x" })).status, 428, "without the version it was made on, nothing is applied");
same((await ask("POST", "/api/v1/config/apply", { text: renamed, comment: "x" }, { "If-Match": '"7"' })).status, 412, "on another version neither");
{
	const bad = await ask("POST", "/api/v1/config/apply", { text: renamed.replace('"sales"', '"trade"'), comment: "x" }, { "If-Match": '"1"' });
	same([bad.status, bad.json.faults.length > 0, onDisk() === first.text], [422, true, true], "one with faults changes nothing and says which");
}
// Two at once on one version; what is checked between them gives the first one time to come into force before the second is judged.
const apply = () => ask("POST", "/api/v1/config/apply", { text: renamed, comment: "Two languages" }, { "If-Match": '"1"' });
const long = change((c) => { for (let i = 0; i < 150; i++) c.flows[`f${i}`] = [{ play: "greeting" }, { menu: { prompt: "choose", 1: "sales" } }]; });
const check = () => ask("POST", "/api/v1/config/check", { text: long });
const both = (await Promise.all([apply(), ...Array.from({ length: 12 }, check), apply()])).filter((r, i, all) => i % (all.length - 1) === 0)
	.sort((a, b) => a.status - b.status);
const applied = both[0];
ok([412, 503].includes(both[1].status), "of two that cross, one is told to compare, or to ask again", both);
same([applied.status, applied.json?.version?.number, applied.json?.version?.author, onDisk() === renamed], [200, 2, ADMIN, true], "a good one is the file, byte for byte, and version 2");
same((await get("/api/v1/config")).text, renamed, "and in force");
ok(applied.json.position > 0, "with its place in the journal");

// ---- a hand edit is a version too, and is never overwritten unseen

const byHand = change((c) => { c.prompts.choose = { text: "One or two?" }; });
writeFileSync(file, byHand);
same((await ask("POST", "/api/v1/config/apply", { text: renamed.replace("two.", "three."), comment: "" }, { "If-Match": '"2"' })).status, 409,
	"a hand edit that is not in force yet is not overwritten");
same(onDisk(), byHand, "and stays");
{
	const from = log.end;
	house.foyer.kill("SIGHUP");
	ok(await log.line(/reload .* is in force/, from, 30), "SIGHUP takes it over");
	const now = await get("/api/v1/config");
	same([now.version.number, now.version.how, now.version.author], [3, "file", ""], "as version 3, by whoever can write the file");
}

// ---- rolling back

const back = await ask("POST", "/api/v1/config/rollback", { version: 1, comment: "As it was" }, { "If-Match": '"3"' });
same([back.status, back.json?.version?.number, back.json?.version?.how, onDisk() === first.text], [200, 4, "rollback", true], "version 1 again is version 4, and the file");
same((await get("/api/v1/config/versions")).versions.map((v) => [v.number, v.how, v.comment]),
	[[4, "rollback", "As it was"], [3, "file", ""], [2, "console", "Two languages"], [1, "file", ""]], "every version is there, the newest first");
same((await get("/api/v1/config/versions/2")).text, renamed, "and each can be read");

// ---- prompts

{
	const { prompts, languages } = await get("/api/v1/prompts");
	same(languages, ["en"], "the languages that callers may meet");
	ok(prompts.some((p) => p.name === "greeting" && p.in.en.text === "Welcome to Foyer." && p.in.en.length_ms > 500), "a prompt says its words and how long it takes",
		prompts.find((p) => p.name === "greeting"));
	const wav = await house.ask(house.port, "GET", "/api/v1/prompts/greeting/en", { headers: { Authorization: `Bearer ${admin}` } });
	same([wav.status, wav.headers["content-type"]], [200, "audio/wav"], "and can be heard");
	same((await ask("POST", "/api/v1/prompts/greeting/en", Buffer.from("no sound at all"), { "Content-Type": "audio/wav" })).status, 422, "what is no WAV is refused");
	same((await ask("POST", "/api/v1/prompts/a.b/en", Buffer.from("x"), { "Content-Type": "audio/wav" })).status, 404, "and so is a name that could lead elsewhere");
	const rate = 16000, n = rate, samples = Buffer.alloc(44 + 2 * n);
	samples.write("RIFF", 0), samples.writeUInt32LE(36 + 2 * n, 4), samples.write("WAVEfmt ", 8), samples.writeUInt32LE(16, 16), samples.writeUInt16LE(1, 20);
	samples.writeUInt16LE(1, 22), samples.writeUInt32LE(rate, 24), samples.writeUInt32LE(2 * rate, 28), samples.writeUInt16LE(2, 32), samples.writeUInt16LE(16, 34);
	samples.write("data", 36), samples.writeUInt32LE(2 * n, 40);
	for (let i = 0; i < n; i++) samples.writeInt16LE(Math.round(8000 * Math.sin(i / 5)), 44 + 2 * i);
	const up = (await ask("POST", "/api/v1/prompts/greeting/en", samples, { "Content-Type": "audio/wav" })).json;
	ok(/^audio\/greeting-en-[0-9a-f]{12}\.wav$/.test(up?.wav), "a recording becomes a file that a draft can name", up);
	const opus = execFileSync("ffmpeg", ["-v", "error", "-i", "pipe:0", "-c:a", "libopus", "-f", "ogg", "pipe:1"], { input: samples });
	const ogg = (await ask("POST", "/api/v1/prompts/greeting/en", opus, { "Content-Type": "audio/ogg" })).json;
	ok(/^audio\/greeting-en-[0-9a-f]{12}\.opus$/.test(ogg?.wav) && ogg.length_ms === up.length_ms, "and so does one in Ogg Opus", ogg);
	const sung = await ask("POST", "/api/v1/config/apply", { text: change((c) => { c.prompts.greeting = { wav: ogg.wav }; }), comment: "Sung" }, { "If-Match": '"4"' });
	same([sung.status, (await get("/api/v1/prompts")).prompts.find((p) => p.name === "greeting").in.en.spoken], [200, false], "and then it is what is heard");
}

// ---- a call, people and numbers

await house.start();
await house.idle();
{
	const before = await get("/api/v1/people");
	same(before.people.map((p) => [p.name, p.queues, p.chat.reachable]), [["Ada", ["sales"], false]], "agents, with whether the bot can write to them");
	same(before.people.map((p) => [p.roles, p.seen_at]), [[[], null]], "of whom has not come the role is not known");
	same((await ask("GET", "/api/v1/view", undefined, {}, await tokenOf(["Agent"], { user: agent(1) }))).status, 200, "she comes");
	const after = await get("/api/v1/people");
	same([after.people.map((p) => p.roles), after.people[0].seen_at >= before.others[0].seen_at], [[["Agent"]], true], "then it is, and since when");
	same(after.others.map((p) => [p.user, p.roles]), [[ADMIN, ["Admin"]]], "and so is who else came with one");
	const { numbers } = await get("/api/v1/numbers");
	ok(numbers[0].last_call_at && numbers[1].last_call_at === null, "the number that was called says when", numbers);
	same(numbers[0].flow, "welcome", "and where it leads");
}

// ---- what it would have been

{
	const plan = await ask("POST", "/api/v1/config/plan", { runs: 2 });
	ok(plan.status === 200 && plan.json.rows.some((r) => r.queue === "sales" && r.name === "offered" && r.is.middle >= 1), "a plan lives the journal's callers again", plan);
}

// ---- privacy

{
	const NOTE = "asked for the <b>invoice</b>", found = (await ask("POST", "/api/v1/privacy/export", { number })).json.contacts[0].contact;
	same((await ask("POST", `/api/v1/contacts/${found}/notes`, { text: NOTE })).status, 201, "a note of her");
	const all = (await ask("POST", "/api/v1/privacy/export", { number: "+49 30 555010077" })).json;
	same([all.persons.length, all.persons[0]?.id, all.contacts[0]?.outcome, all.events.length > 3], [1, number, "handled", true], "a caller's traces, by a number however written");
	ok(all.notes.length === 1 && all.notes[0].text === NOTE && all.notes[0].contact === all.contacts[0].contact, "with what was noted of her", all.notes);
	const gone = await ask("POST", "/api/v1/privacy/erase", { number });
	same([gone.status, gone.json.contacts, gone.json.remains.includes("journal_events")], [200, 1, true], "are erased, and what remains is said");
	const after = (await ask("POST", "/api/v1/privacy/export", { number })).json;
	same([after.persons, after.contacts, after.events, after.notes], [[], [], [], []], "nobody finds them by that number again");
	for (const name of ["foyer.sqlite", "foyer.sqlite-wal"])
		ok(!readFileSync(join(house.dir, name)).includes(number.slice(1)), `the number is nowhere in ${name}`);
	same((await ask("POST", "/api/v1/privacy/erase", { user: agent(1) })).status, 409, "an agent of the configuration in force is not erased");
	same((await ask("POST", "/api/v1/privacy/export", {})).status, 400, "somebody must be named");
}

// ---- who did what

{
	const { audit, next } = await get("/api/v1/audit");
	const what = audit.map((a) => a.what);
	for (const one of ["privacy-erase", "privacy-export", "config-apply", "prompt-upload", "sign-in-refused"]) ok(what.includes(one), `the audit knows ${one}`, what);
	ok(audit.every((a, i) => i === 0 || a.at <= audit[i - 1].at) && next === null, "the newest first");
	ok(!JSON.stringify(audit).includes(number.slice(3)), "without a number in full");
	const page = await get("/api/v1/audit?limit=2");
	const rest = await get(`/api/v1/audit?before=${page.next}&limit=2`);
	same([...page.audit, ...rest.audit], audit.slice(0, 4), "page by page the same");
	const csv = await ask("GET", "/api/v1/audit?format=csv");
	ok(csv.headers["content-type"].startsWith("text/csv") && csv.body.toString().split("\r\n")[0] === "at,who,who_name,what,target,detail", "and as CSV");
}

shapesAre("POST /api/v1/config/check", "POST /api/v1/config/walk", "POST /api/v1/config/plan", "POST /api/v1/config/apply", "POST /api/v1/config/rollback", "POST /api/v1/prompts/{prompt}/{language}", "POST /api/v1/privacy/export", "POST /api/v1/privacy/erase");
await house.close();
done();
