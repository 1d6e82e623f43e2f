#!/usr/bin/env node
// A whole call from the agent's desk: two agents, a supervisor and an admin sit in Teams at once, a caller comes, is talked with, put on
// hold, handed over warmly; one agent loses the network meanwhile and misses nothing and hears nothing twice. And how one signs in.
import { agent, done, House, MAIN, ok, same, TENANT } from "../e2e/house.mjs";
import { Stream } from "../e2e/stream.mjs";
import { Chromium } from "./chromium.mjs";
import { Wire } from "./wire.mjs";

const NAMES = ["", "Ada", "Ben", "Cleo", "Dora"], ROLES = [[], ["Agent"], ["Agent"], ["Supervisor"], ["Admin"]];
const house = await new House("desk_call", {
	agents: [1, 2, 3].map((n) => ({ user: agent(n), name: NAMES[n], behaviour: "answers", answers_after_s: 0.3, talk_s: 600, speech: "Yes." })),
}, (config) => {
	config.flows.welcome = [{ queue: "sales" }];
	config.queues = { sales: { hand_off: "bridge", wrap_up_seconds: 600, wrap_up_more_seconds: 60 }, support: { hand_off: "bridge" } };
	config.agents = [1, 2, 3].map((n) => ({ user: agent(n), name: NAMES[n], signed_in: false, supervisor: n === 3, queues: ["sales", "support"] }));
	config.pause_reasons = ["Lunch"];
	config.wrap_up_codes = ["sold", "call again"];
	config.presence = { poll: false };
}).open();
const chromium = await Chromium.open(house);
const tokenOf = async (n, roles = ROLES[n]) => (await house.control("POST", "/sim/token", { user: agent(n), name: NAMES[n], roles, scp: "access_as_user" })).json.access_token;
// Teams keeps a token while it is good.
const token = (n, roles) => {
	const kept = tokenOf(n, roles);
	return async () => ({ token: await kept });
};
const command = async (n, what) => JSON.parse((await house.ask(house.port, "POST", "/api/v1/commands", { headers: { Authorization: `Bearer ${await tokenOf(n)}` }, body: JSON.stringify(what) })).body);
const sees = async (tab, selector, name) => {
	const at = await tab.waitForSelector(selector).then(() => null, (e) => e);
	return ok(!at, name, at && `${at.message.split("\n")[0]}\n${await tab.evaluate(() => document.body.innerText).catch(String)}`);
};

// What the page's stream brings, block by block, written down in the page as it comes.
const writeDown = (page) => page.addInitScript(() => {
	const real = window.fetch;
	window.heard = [];
	window.fetch = async (url, init) => {
		const answer = await real(url, init);
		if (url !== "/api/v1/events" || !answer.ok) return answer;
		const [one, other] = answer.body.tee(), reader = other.pipeThrough(new TextDecoderStream()).getReader();
		window.heard.push({ began: true });
		(async () => {
			for (let text = ""; ;) {
				const { done, value } = await reader.read();
				if (done) return;
				text += value;
				for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) window.heard.push({ block: text.slice(0, end) });
			}
		})().catch(() => {});
		return new Response(one, { status: answer.status, headers: answer.headers });
	};
});

// ---- who may come in

const wire = await Wire.open(house.port);
const ada = await chromium.inTeams(token(1), { port: wire.port, before: async (page) => (await page.clock.install(), writeDown(page)) });
const [ben, cleo, dora] = await Promise.all([chromium.inTeams(token(2)), chromium.inTeams(token(3), { path: "/app/wall", before: writeDown }), chromium.inTeams(token(4), { path: "/app/workshop" })]);
await sees(ada.tab, ".calm >> text=You are offline", "an agent signs in by Teams' token, and finds her desk");
await sees(ben.tab, ".calm >> text=You are offline", "so does another");
await sees(cleo.tab, ".live-chip >> text=Live", "a supervisor her wall");
await sees(dora.tab, ".live-chip >> text=Live", "an admin her workshop");
same((await ada.context.cookies()).length, 0, "and no cookie is set in the frame");
const saidToHost = await ada.page.evaluate(() => window.host.said);
ok(["initialize", "getContext", "registerHandler", "appInitialization.appLoaded", "appInitialization.success"].every((f) => saidToHost.includes(f)), "Teams was told that the tab is there", saidToHost);
const nobody = await chromium.inTeams(token(4, []));
await sees(nobody.tab, "h1 >> text=No role yet", "without a role one is told so");
const wrong = await chromium.inTeams(async () => ({ reason: "resourceDisabled" }));
await sees(wrong.tab, "p >> text=resourceDisabled", "where Teams gives no token its reason is shown");
const agentInWall = await chromium.inTeams(token(1), { path: "/app/workshop" });
await sees(agentInWall.tab, "text=This page is for another role", "an agent is not shown what is an admin's");
const outside = await chromium.inBrowser();
await sees(outside.tab, "h1 >> text=Sign in to Foyer", "in a browser one is asked to sign in");
await outside.tab.click("button.main");
await outside.page.waitForURL(`${chromium.origin}/app/desk`);
await sees(outside.page, ".calm >> text=You are offline", "and by Entra's page comes back to her desk, with a session");
for (const seat of [nobody, wrong, agentInWall, outside]) await seat.context.close();

// ---- themes

for (const [teams, ours] of [["dark", "dark"], ["contrast", "contrast"], ["glass", "light"], ["default", "light"]]) {
	await ada.page.evaluate((t) => window.hostTheme(t), teams);
	const good = await ada.tab.waitForFunction((t) => document.documentElement.dataset.theme === t, ours).then(() => true, () => false);
	ok(good, `Teams turns ${teams}: the page is ${ours}`);
}

// ---- a call

const reader = await new Stream(house, await tokenOf(1)).began;
await ada.tab.click("text=Go available");
await sees(ada.tab, "#status >> text=Available", "she goes available");
await house.start();
await house.control("POST", "/sim/calls", { name: "anna", number: "+4930555010001", to: MAIN, patience_s: 0, talk_s: 900, speech: "Hello." });
await sees(ada.tab, ".call .caller-name >> text=/\\*\\*\\*001$/", "a caller comes, rings in Teams, and is on her desk, masked");
await ada.tab.fill(".writer textarea", "Wants the blue one.");
await ada.tab.click("text=Finish note");
await sees(ada.tab, ".notes li >> text=Wants the blue one.", "her note is kept");
await ada.tab.click(".call >> text=Hold");
await sees(ada.tab, ".call >> text=On hold, hears music", "she puts the caller on hold");
await ada.tab.click(".call >> text=Back to caller");
await ada.tab.waitForSelector(".call >> text=On hold", { state: "detached" });
await ben.tab.click("text=Go available");
await sees(ben.tab, "#status >> text=Available", "a colleague comes");
await ada.tab.click(".call button:has-text('Consult')");
await ada.tab.click("dialog .choice:has-text('Ben')");
await sees(ben.tab, ".call >> text=Ada asks you while the caller hears music", "whom she asks sees what it is about");
await sees(ben.tab, ".notes li >> text=Wants the blue one.", "and her note");
await sees(ada.tab, ".asked >> text=You talk with Ben", "they talk");
const whole = () => window.heard.some(({ block }) => /^event: contact$/m.test(block ?? "") && /"detail":true/.test(block) && /"role":"consult","state":"talking"/.test(block));
ok(await cleo.tab.waitForFunction(whole).then(() => true, () => false), "and the supervisor sees it whole", await cleo.tab.evaluate(() => window.heard.slice(-5)));

// ---- the network goes for half a minute

await ada.tab.click(".asked >> text=All together");
await sees(ada.tab, ".asked >> text=talk together", "all three talk");
wire.cut();
await sees(ada.tab, ".live-chip >> text=Reconnecting", "her network goes, which she is told at once");
await ada.page.clock.runFor(6_000);
await sees(ada.tab, ".stale-note", "and then that what she sees is of before");
await ada.tab.fill(".writer textarea", "Said while away.");
await ada.page.clock.runFor(3_000);
await sees(ada.tab, ".writer >> text=Kept here", "what she writes is kept meanwhile");
// Others go on: the supervisor's pauses of Ben's are what she misses.
const said = [];
for (const what of [{ command: "sign-out", agent: agent(2), queue: "support" }, { command: "sign-in", agent: agent(2), queue: "support" }, { command: "sign-out", agent: agent(2), queue: "support" }]) {
	said.push((await command(3, what)).position);
}
await ada.page.clock.runFor(21_000);
wire.mend();
await ada.page.clock.runFor(31_000);
await sees(ada.tab, ".live-chip >> text=Live", "the network is back, and she is live by herself");
await ada.page.clock.resume();
await sees(ada.tab, ".notes .writer >> text=Saved", "the note she wrote meanwhile is saved");
await ada.tab.click(".asked >> text=Hand over to Ben");
await sees(ada.tab, ".wrap-up", "she hands over, and wraps up");
await sees(ben.tab, ".call button:has-text('Hold')", "the call is his now");

// ---- wrap-up

await ada.tab.check(".codes input[value='call again']");
await ada.tab.click("text=60 s more");
await ada.tab.click("text=Done, available");
await sees(ada.tab, "#status >> text=Available", "she says what it was, and is available");
await ben.tab.click("#status");
await ben.tab.click("[role=menu] >> text=Break: Lunch");
await sees(ben.tab, "#status >> text=In a call, then Lunch", "he asks for a break after the call");
const { refused } = await house.books();
same(refused.filter((r) => r.status !== 404), [], "Graph refused nothing");
await house.control("POST", "/sim/stop");
await sees(ben.tab, ".wrap-up", "the caller hangs up, he wraps up");
await ben.tab.click("text=Done, available");
await sees(ben.tab, ".calm >> text=Break: Lunch", "and has his break");

// ---- no event lost, none doubled

// As the page applies them: what a connection left unfinished is dropped, a position counts when it is whole.
const applied = (blocks) => {
	let pending = [];
	const out = [];
	for (const { began, block } of blocks) {
		const field = (name) => block?.split("\n").find((l) => l.startsWith(`${name}: `))?.slice(name.length + 2);
		if (began) pending = [];
		else if (field("data")) pending.push(`${field("event")} ${field("data")}`);
		if (field("id") && pending.length) out.push([Number(field("id")), pending.splice(0).join("\n")]);
	}
	return out;
};
const heard = await ada.tab.evaluate(() => window.heard), last = said.at(-1);
const calm = reader.events.reduce((groups, e) => {
	const group = groups.at(-1)?.[0] === null ? groups.at(-1) : (groups.push([null, []]), groups.at(-1));
	group[1].push(`${e.event} ${JSON.stringify(e.data)}`);
	if (e.id !== null) group[0] = e.id;
	return groups;
}, []).filter(([id]) => id !== null).map(([id, group]) => [id, group.join("\n")]);
const from = calm[0][0], within = (list) => list.filter(([id]) => id > from && id <= Math.min(calm.at(-1)[0], applied(heard).at(-1)[0]));
const [hers, theirs] = [within(applied(heard)), within(calm)];
same(heard.filter((h) => h.began).length, 2, "her page asked for two streams, one after the cut");
ok(said.every((id) => hers.some(([at]) => at === id)) && last > from, "what happened while she was away is among what she heard", { said });
same(hers.map(([id]) => id), theirs.map(([id]) => id), "she heard every position once, in order, as who was never cut off");
ok(hers.every(([, text], i) => text === theirs[i]?.[1]), "and each of them said the same");

await house.quiet();
const [record] = house.contacts();
same([record.outcome, record.agent_name], ["handled", "Ben"], "one contact, handled");
ok(record.held_ms > 0, "its time on hold is in the record", record);
ok(chromium.faults.length === 0, "no page complained on its console", chromium.faults);
reader.cut();
await chromium.close();
same(await house.close(), 0, "the service ends well");
done();
