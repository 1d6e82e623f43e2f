#!/usr/bin/env node
// Microsoft's own Graph client (npm @microsoft/microsoft-graph-client) drives the local Graph's calls: what it cannot
// do there, no bot can. Tokens come from the local Entra; the webhook is a few lines of Node. Prints TAP.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { done, freePort, gone, ok, root, same } from "./house.mjs";

const dir = join(root, "build", "e2e", "graph_sdk");
// Node reads its authorities once, at the start: this file starts itself again with the local one.
if (process.env.NODE_EXTRA_CA_CERTS !== join(dir, "ca.pem")) {
	rmSync(dir, { recursive: true, force: true });
	mkdirSync(join(dir, "ears"), { recursive: true });
	execFileSync(join(root, "scripts", "certs"), [dir]);
	const again = spawnSync(process.execPath, [process.argv[1]], { stdio: "inherit",
		env: { ...process.env, NODE_EXTRA_CA_CERTS: join(dir, "ca.pem") } });
	process.exit(again.status ?? 1);
}

const { Client, PageIterator } = createRequire(join(root, "tests", "peers", "package.json"))("@microsoft/microsoft-graph-client");
const TENANT = "7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e", APP = "11111111-2222-4333-8444-555555555555";
const LINE = "aaaaaaaa-0000-4000-8000-000000000001";
const BOB = "bbbbbbbb-0000-4000-8000-000000000001", EVE = "bbbbbbbb-0000-4000-8000-000000000002";
const CARL = "bbbbbbbb-0000-4000-8000-000000000003";

// ---- the webhook, and the prompt it serves

const items = [], waiting = [];
const low = (text) => String(text ?? "").toLowerCase();
function heard(item) {
	items.push(item);
	for (const w of waiting.splice(0)) w();
}
// The first notification from index on for which wanted(data, item) is true.
async function await_(wanted, what, from = 0) {
	const until = Date.now() + 60000;
	for (;;) {
		const hit = items.slice(from).find((i) => wanted(i.resourceData, i));
		if (hit) return hit.resourceData;
		if (Date.now() > until) throw new Error(`${what} never came: ${JSON.stringify(items.slice(from), null, 1)}`);
		await new Promise((yes) => {
			waiting.push(yes);
			setTimeout(yes, 1000).unref();
		});
	}
}
function wav(seconds) {
	const n = 16000 * seconds, b = Buffer.alloc(44 + 2 * n);
	b.write("RIFF", 0), b.writeUInt32LE(36 + 2 * n, 4), b.write("WAVEfmt ", 8), b.writeUInt32LE(16, 16);
	b.writeUInt16LE(1, 20), b.writeUInt16LE(1, 22), b.writeUInt32LE(16000, 24), b.writeUInt32LE(32000, 28);
	b.writeUInt16LE(2, 32), b.writeUInt16LE(16, 34), b.write("data", 36), b.writeUInt32LE(2 * n, 40);
	for (let i = 0; i < n; i++) b.writeInt16LE(Math.round(6000 * Math.sin(i / 8)), 44 + 2 * i);
	return b;
}
const hook = createServer({ cert: readFileSync(join(dir, "tls.pem")), key: readFileSync(join(dir, "tls.key")) }, (req, res) => {
	const parts = [];
	req.on("data", (c) => parts.push(c));
	req.on("end", () => {
		if (req.method === "GET") return res.end(wav(0.4));
		const body = JSON.parse(Buffer.concat(parts));
		res.statusCode = body.value ? 202 : 204;
		res.end();
		(body.value ?? []).forEach(heard);
	});
});
await new Promise((yes) => hook.listen(0, "127.0.0.1", yes));
const bot = `https://127.0.0.1:${hook.address().port}`;

// ---- the local Graph

writeFileSync(join(dir, "scenario.json"), JSON.stringify({ seed: 3, tenant: TENANT, app_id: APP, client_secret: "s", roster_page: 2,
	application_instances: [{ id: LINE, name: "Main" }],
	agents: [{ user: BOB, name: "bob", answers_after_s: 0.3, talk_s: 60 }, { user: EVE, name: "eve", answers_after_s: 0.3, talk_s: 60 },
		{ user: CARL, name: "carl", answers_after_s: 0.3, talk_s: 60 }] }));
const sim = spawn(resolve(root, process.env.FOYER_SIM ?? "build/asan/foyer-sim"), ["--scenario", "scenario.json", "--certificate", "tls.pem",
	"--key", "tls.key", "--ca", "ca.pem", "--webhook", `${bot}/in`, "--record", "ears", "--port", String(await freePort()), "--log", "sim.log"],
	{ cwd: dir, stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => sim.kill("SIGKILL"));
const origin = await new Promise((yes, no) => {
	sim.stdout.on("data", (c) => yes(/https:\S+/.exec(String(c))[0]));
	sim.once("exit", () => no(new Error("foyer-sim ended")));
});
let asked = 0;
async function token() {
	asked++;
	const r = await fetch(`${origin}/${TENANT}/oauth2/v2.0/token`, { method: "POST", body: new URLSearchParams({
		grant_type: "client_credentials", client_id: APP, client_secret: "s", scope: "https://graph.microsoft.com/.default" }) });
	return (await r.json()).access_token;
}
const graph = Client.initWithMiddleware({ authProvider: { getAccessToken: token }, baseUrl: `${origin}/`, customHosts: new Set(["127.0.0.1"]) });
const control = (path, body) => fetch(`${origin}/sim/${path}`, { method: body ? "POST" : "GET", body: body && JSON.stringify(body) });

// ---- the conversation

const media = { "@odata.type": "#microsoft.graph.serviceHostedMediaConfig" };
const prompt = { "@odata.type": "#microsoft.graph.mediaPrompt", mediaInfo: { uri: `${bot}/p.wav`, resourceId: "p" } };
const user = (id) => ({ "@odata.type": "#microsoft.graph.invitationParticipantInfo", identity: { "@odata.type": "#microsoft.graph.identitySet",
	user: { "@odata.type": "#microsoft.graph.identity", id } } });
const of = (id) => (d, i) => low(`${i.resource}${i.resourceUrl}`).replaceAll("-", "").includes(id.replaceAll("-", ""));
const state = (id, word) => (d, i) => of(id)(d, i) && low(d.state) === word;
const active = (id) => (d, i) => of(id)(d, i) && d.mediaState?.audio === "active";
const ended = (op) => (d) => d.id === op.id && d.status;
const calls = "/communications/calls";

async function answered(name, speech) {
	const from = items.length;
	await control("calls", { name, number: "+15550100", talk_s: 60, speech });
	const { id } = await await_((d) => low(d?.state) === "incoming", "the call", from);
	await graph.api(`${calls}/${id}/answer`).post({ callbackUri: `${bot}/call`, mediaConfig: media, acceptedModalities: ["audio"] });
	await await_(active(id), "audio", from);
	return id;
}

// Our own client, as the service would fetch it.
const programs = dirname(resolve(root, process.env.FOYER ?? "build/asan/foyer"));
function ours(location, bearer) {
	const out = execFileSync(join(programs, "peers", "recording"), [join(dir, "ca.pem")], { input: `${location}\n${bearer}\n` });
	const head = out.indexOf(10);
	return [Number(out.subarray(0, head)), out.subarray(head + 1)];
}

async function voice(id) {
	const play = await graph.api(`${calls}/${id}/playPrompt`).post({ prompts: [prompt], clientContext: "greet" });
	same([play["@odata.type"], play.clientContext, low(play.status)], ["#microsoft.graph.playPromptOperation", "greet", "running"], "playPrompt");
	const over = await await_(ended(play), "the prompt's end");
	same([low(over.status), over.clientContext], ["completed", "greet"], "the prompt was heard");
	const record = await graph.api(`${calls}/${id}/recordResponse`).post({ prompts: [prompt], maxSilenceTimeoutInSeconds: 1,
		maxRecordDurationInSeconds: 20, clientContext: "voicemail" });
	const kept = await await_(ended(record), "the recording");
	ok(low(kept.status) === "completed" && kept.recordingLocation && kept.recordingAccessToken, "recordResponse leaves a recording", kept);
	const refused = await fetch(kept.recordingLocation, { headers: { Authorization: `Bearer ${await token()}` } });
	ok(refused.status === 401, "the Graph token does not open it");
	const got = await fetch(kept.recordingLocation, { headers: { Authorization: `Bearer ${kept.recordingAccessToken}` } });
	const bytes = Buffer.from(await got.arrayBuffer());
	let peak = 0;
	for (let i = 44; i + 1 < bytes.length; i += 2) peak = Math.max(peak, Math.abs(bytes.readInt16LE(i)));
	ok(got.status === 200 && bytes.subarray(0, 4).toString() === "RIFF" && bytes.length > 44 + 32000 && peak > 2000,
		"its own token does, and somebody speaks in it", { status: got.status, bytes: bytes.length, peak });
	const [status, wav_] = ours(kept.recordingLocation, kept.recordingAccessToken);
	ok(status === 200 && bytes.equals(wav_), "our client gets the same", { status, bytes: wav_.length });
	same(ours(kept.recordingLocation, await token())[0], 401, "and is refused with any other token");
}

async function company(id) {
	const from = items.length;
	const op = await graph.api(`${calls}/${id}/participants/invite`).post({ participants: [user(BOB)], clientContext: "i" });
	same(op["@odata.type"], "#microsoft.graph.inviteParticipantsOperation", "invite");
	same(low((await await_(ended(op), "the invitation's end")).status), "completed", "bob comes");
	await await_((d, i) => of(id)(d, i) && Array.isArray(d), "the roster", from);
	const page = await graph.api(`${calls}/${id}/participants`).get(), all = [];
	ok(page["@odata.nextLink"], "the roster has pages", page);
	await new PageIterator(graph, page, (p) => all.push(p)).iterate();
	same(all.map((p) => Object.keys(p.info.identity).find((k) => p.info.identity[k]?.id)).sort(), ["application", "phone", "user"],
		"the client's own iterator walks them");
	const bob = all.find((p) => p.info.identity.user?.id === BOB);
	same((await graph.api(`${calls}/${id}/participants/${bob.id}`).get()).id, bob.id, "one participant");
	const hold = await graph.api(`${calls}/${id}/participants/${bob.id}/startHoldMusic`).post({ customPrompt: prompt, clientContext: "h" });
	same(low((await await_(ended(hold), "hold")).status), "completed", "bob is on hold");
	const hears = (await (await control("books")).json()).calls.find((c) => c.id === id).hears;
	same(hears, { ann: ["bot"], bob: ["music"] }, "and hears music alone");
	await graph.api(`${calls}/${id}/participants/${bob.id}/stopHoldMusic`).post({ clientContext: "h" });
	await graph.api(`${calls}/${id}`).delete();
	await await_(state(id, "terminated"), "the end", from);
	ok(true, "delete");
}

async function onward() {
	const id = await answered("tom", "Hello, I am Tom.");
	const from = items.length;
	await graph.api(`${calls}/${id}/transfer`).post({ transferTarget: user(EVE) });
	await await_(state(id, "transferaccepted"), "the transfer", from);
	await await_(state(id, "terminated"), "its end", from);
	ok(true, "transfer");
	const gone_ = await graph.api(`${calls}/${id}`).get().catch((e) => e);
	same([gone_.statusCode, gone_.code], [404, "itemNotFound"], "an ended call is a GraphError of the client");
}

async function out() {
	const call = await graph.api(calls).post({ "@odata.type": "#microsoft.graph.call", callbackUri: `${bot}/call`, requestedModalities: ["audio"],
		mediaConfig: media, tenantId: TENANT, targets: [user(CARL)] });
	same([call.direction, low(call.state)], ["outgoing", "establishing"], "create call");
	await await_(active(call.id), "audio");
	same(low((await graph.api(`${calls}/${call.id}`).get()).state), "established", "get call");
	await graph.api(`${calls}/${call.id}/keepAlive`).post({});
	await graph.api(`${calls}/${call.id}`).delete();
	const wrong = await graph.api(calls).post({ targets: [] }).catch((e) => e);
	same(wrong.statusCode, 400, "a wrong body is a GraphError");
}

const id = await answered("ann", "Hello, this is Ann. Please call me back tomorrow morning.");
await voice(id);
await company(id);
await onward();
await out();
ok(asked > 5, "every request of the client asked the local Entra for its token");
sim.kill("SIGTERM");
await gone(sim);
hook.close();
done();
