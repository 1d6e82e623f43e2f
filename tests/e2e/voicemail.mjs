#!/usr/bin/env node
// Voicemail: Graph records, the service fetches it with the recording's own token before it is discarded, keeps it where
// nobody else reads, tells the mailbox's members in their chats, and gives it to them and nobody else.
import { execFileSync } from "node:child_process";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findPiece, readWav } from "./ear.mjs";
import { agent, done, House, MAIN, ok, same } from "./house.mjs";
import { shapes } from "./shapes.mjs";
import { Stream } from "./stream.mjs";

const caller = (name, n, more) => ({ name, number: `+493055501000${n}`, to: MAIN, at_s: 0, patience_s: 60, ...more });
const house = await new House("voicemail", {
	messages: "https://127.0.0.1:{port}/api/messages",
	callers: [
		caller("anna", 1, { speech: "This is Anna. Please call me back about the invoice." }),
		caller("boris", 2, { at_s: 0.2 }),
		caller("carla", 3, { at_s: 0.4, speech: "Carla, and I press a key when I am done, not sooner.", press: [{ on: "prompt 1", digit: "#" }] }),
	],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", chat: { installs_s: 0 } }, { user: agent(2), name: "ben", behaviour: "answers", chat: { installs_s: 0 } }],
}, (config) => {
	config.mailboxes = { invoices: { agents: [agent(1)], keep_days: 1 } };
	config.flows.welcome = [{ voicemail: { mailbox: "invoices", prompt: "greeting", silence_seconds: 2, length_seconds: 20 } }];
	config.agents = [1, 2].map((n) => ({ user: agent(n), name: ["", "Ada", "Ben"][n], queues: ["sales"] }));
}).open();
const shapesAre = await shapes(house);
const tokenOf = async (n, roles) => (await house.control("POST", "/sim/token", { user: agent(n), name: "Ada", roles, scp: "access_as_user" })).json.access_token;
const get = async (path, token) => {
	for (let tries = 0; ; tries++) {
		const r = await house.ask(house.port, "GET", path, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
		if (r.status !== 503 || tries === 200) return r;
	}
};
const folder = join(house.dir, "voicemail");
const sql = (query) => JSON.parse(execFileSync("sqlite3", ["-json", "-cmd", ".timeout 5000", join(house.dir, "foyer.sqlite"), query], { encoding: "utf8" }) || "[]");

await house.start();
const books = await house.idle();
await house.quiet();
same(books.calls.map((c) => [c.caller, c.recordings, c.ended_by]).sort(), [["anna", 1, "bot"], ["boris", 0, "bot"], ["carla", 1, "bot"]], "each was asked to speak, who said nothing left nothing, and all were hung up on");
same(house.contacts().map((c) => c.outcome).sort().slice(-2), ["voicemail", "voicemail"], "two contacts end as voicemail");
same(books.refused.filter((r) => r.status !== 404), [], "Graph refused nothing");
const rows = sql("select * from voicemail order by contact");
same(rows.map((r) => [r.mailbox, r.seen, r.length_ms > 3000]), [["invoices", 0, true], ["invoices", 0, true]], "two rows, unheard");
same(readdirSync(folder).sort(), rows.map((r) => r.file).sort(), "and a file each");
same(readdirSync(folder).map((f) => statSync(join(folder, f)).mode & 0o777), [0o600, 0o600], "for the service alone");

// ---- telling
const texts = (await house.books()).chats.find((c) => c.user === agent(1)).messages.map((m) => m.versions.at(-1).activity.text ?? "").filter((t) => t.includes("voicemail"));
same(texts.length, 2, "Ada is told twice");
const links = texts.map((t) => /https:\S+/.exec(t)[0].replace(/^https:\/\/[^/]+/, ""));
same(links.map((l) => l.split("/").at(-1)).sort(), rows.map((r) => r.file).sort(), "with where to hear it");
ok(/invoices, 0:0\d\./.test(texts[0]), "and of which mailbox, and how long", texts[0]);
const ben = (await house.books()).chats.find((c) => c.user === agent(2)).messages.map((m) => JSON.stringify(m.versions));
ok(!ben.some((t) => t.includes("invoices")), "Ben, who is no member, is not");

// ---- hearing
const ada = await tokenOf(1, ["Agent"]);
const list = JSON.parse((await get("/api/v1/voicemail", ada)).body).voicemail;
same(list.map((m) => [m.mailbox, m.caller, m.heard]).sort(), [["invoices", "+49 30 ***001", false], ["invoices", "+49 30 ***003", false]], "her list says who called, and no number in full");
const annas = list.find((m) => m.caller.endsWith("1"));
const sound = await get(`/api/v1/voicemail/${annas.name}`, ada);
same([sound.status, sound.headers["content-type"]], [200, "audio/wav"], "she may hear it");
writeFileSync(join(house.dir, "anna.message.wav"), sound.body);
const heard = findPiece(readWav(join(house.dir, "anna.message.wav")), readWav(house.ear("anna.mouth")), 16000);
ok(heard.correlation > 0.8, "and it is what Anna said", heard);
same(JSON.parse((await get("/api/v1/voicemail", ada)).body).voicemail.filter((m) => m.heard).map((m) => m.name), [annas.name], "it counts as heard from then on");
same((await get(`/api/v1/voicemail/${annas.name}`, await tokenOf(2, ["Agent"]))).status, 404, "to who is no member it is not there");
same(JSON.parse((await get("/api/v1/voicemail", await tokenOf(2, ["Agent"]))).body).voicemail, [], "nor in the list");
same((await get(`/api/v1/voicemail/${annas.name}`, await tokenOf(2, ["Supervisor"]))).status, 200, "a supervisor may");
same((await get(`/api/v1/voicemail/${annas.name}`)).status, 401, "nobody without a token");
const take = async (token) => (await house.ask(house.port, "POST", `/api/v1/voicemail/${annas.name}/taken`, { headers: { Authorization: `Bearer ${token}` } }));
const stream = await new Stream(house, ada).began;
await stream.until((e) => e.event === "snapshot");
const took = await take(ada);
same([took.status, JSON.parse(took.body).taken_by], [200, agent(1)], "who takes it has it");
same((await stream.until((e) => e.event === "voicemail"))?.data, JSON.parse(took.body), "and who listens is told");
same([JSON.parse((await take(await tokenOf(3, ["Supervisor"]))).body).taken_by, (await take(await tokenOf(2, ["Agent"]))).status], [agent(1), 404], "the first has it, and to who is no member it is not there");
stream.cut();
same((await get("/api/v1/voicemail/..%2ffoyer.sqlite", ada)).status, 400, "and no path leads elsewhere");

// ---- keeping
await house.stopFoyer();
sql(`update voicemail set at_ms = at_ms - 86400000 where file = '${annas.name}'`);
await house.startFoyer();
const kept = rows.map((r) => r.file).filter((f) => f !== annas.name);
const held = () => [readdirSync(folder), sql("select file from voicemail").map((r) => r.file)];
for (const end = Date.now() + 20000; Date.now() < end && held().some((names) => names.length > kept.length); ) await new Promise((yes) => setImmediate(yes));
same(held(), [kept, kept], "after keep_days the message is gone, file and row");
const log = house.foyerLog();
ok(!/4930555|eyJ|Anna|\/recordings\//.test(log), "no number, token, name or address of a recording is in the log");
shapesAre("POST /api/v1/voicemail/{voicemail}/taken");
same(await house.close(), 0, "the service ends well");
done();
