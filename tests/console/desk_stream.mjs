#!/usr/bin/env node
// What a page does with its stream: a position of the journal shows whole or not at all, what comes twice is harmless, a gap is told in
// words and numbers of before are never shown as live, and it never gives up, whoever does not answer. And what it says to the service:
// once, though late. The page's clock is the test's.
import { agent, done, House, ok, same } from "../e2e/house.mjs";
import { Chromium } from "./chromium.mjs";
import { deskScenes, NOW, stand } from "./scenes.mjs";
import { wallScenes } from "./wall_scenes.mjs";

const scenes = deskScenes();
scenes.tells = { ...scenes.idle };
scenes.wall = wallScenes().live;
for (const status of [401, 403, 503]) scenes[`refuses${status}`] = { ...scenes.idle, refuses: status };
const house = await new House("desk_stream", { agents: [{ user: agent(1), name: "ada", behaviour: "answers" }] }).open();
const chromium = await Chromium.open(house);
const clocked = async (page) => {
	await page.clock.install({ time: new Date(NOW) });
	await page.addInitScript(() => {
		// The browser's own would go by the wall's clock.
		AbortSignal.timeout = (ms) => {
			const end = new AbortController();
			setTimeout(() => end.abort(new DOMException("", "TimeoutError")), ms);
			return end.signal;
		};
		window.AudioContext = class extends AudioContext {
			constructor() {
				super();
				window.sound = this;
			}
		};
	});
	await page.addInitScript(stand, scenes);
};
const seat = await chromium.inTeams(async () => ({ token: "of-a-scene" }), { path: "about:blank", before: clocked });
let tab = await chromium.show(seat, "/app/desk", "tells", "en");
const text = async (selector) => (await tab.textContent(selector)).trim();
const chip = () => text(".live-chip");
const until = async (selector, want, name) => {
	const good = await tab.waitForFunction(([s, w]) => document.querySelector(s)?.textContent.trim().match(w), [selector, want], { timeout: 5000 }).then(() => true, () => false);
	return ok(good, name, good ? undefined : await tab.textContent(selector).catch(String));
};
const send = (...words) => tab.evaluate((w) => window.sceneSend(...w), words);
const pass = (ms) => seat.page.clock.runFor(ms);
const asked = () => tab.evaluate(() => window.asked.filter((a) => a.path === "/api/v1/events"));

await tab.waitForSelector(".desk");
same(await chip(), "Live", "the page is live");
const sales = scenes.tells.view.queues[0];

// ---- a position is told whole
await send("queue", { ...sales, waiting: 7 });
await send("queue", { ...scenes.tells.view.queues[1], waiting: 8 }, 4712);
await tab.waitForFunction(() => [...document.querySelectorAll(".queue strong")].map((e) => e.textContent).join() === "7,8");
ok(true, "what one position changed is shown when it is all there");
await send("queue", { ...sales, waiting: 9 });
await send("agent", { ...scenes.tells.view.agents[1], name: "Benno" }, 4713);
await send("queue", { ...sales, waiting: 5 }); // half of 4714
await tab.evaluate(() => new Promise((yes) => requestAnimationFrame(yes)));
same(await text(".queue strong"), "9", "half of a position is not");

// ---- the connection is cut
await tab.evaluate(() => window.sceneAway(true));
await until(".live-chip", "Reconnecting", "a gap is told at once");
await pass(5_500);
await until(".live-chip", "Not live, as of", "and after five seconds that this is of before");
await until(".stale-note", "What you see is from", "in a sentence, too");
const struck = await tab.$eval(".queue strong", (e) => getComputedStyle(e).textDecorationLine);
same(struck, "line-through", "numbers of before do not look like those of now");
const before = (await asked()).length;
await pass(600_000);
const tries = (await asked()).length - before;
ok(tries >= 20 && tries <= 46, "in ten minutes without network it never gave up, and did not hammer: every 15 to 30 s at last", tries);
await tab.evaluate(() => (window.sceneAway(false), window.dispatchEvent(new Event("online"))));
await until(".live-chip", "Live", "when the network is back it is live without waiting");
same((await asked()).at(-1).after, "4713", "and goes on after the last position that was whole");
same(await text(".queue strong"), "9", "with what it had");
await send("queue", { ...sales, waiting: 4 }, 4713);
await send("queue", { ...sales, waiting: 5 }, 4714);
await tab.waitForFunction(() => document.querySelector(".queue strong").textContent === "5");
ok(!(await tab.$(".stale-note")), "a position that comes twice is harmless");

// ---- silence
const open = (await asked()).length;
await pass(39_000);
same((await asked()).length, open, "39 s of silence are borne");
await pass(3_500);
ok(await tab.waitForFunction((n) => window.asked.filter((a) => a.path === "/api/v1/events").length > n, open).then(() => true), "40 s are not: it asks again");
await until(".live-chip", "Live", "and is live");

// ---- Teams falls silent: the library has no end of its own
await seat.page.evaluate(() => (window.host.deaf = true));
await pass(41_000);
const deaf = (await asked()).length;
await pass(90_000);
same((await asked()).length, deaf, "while Teams gives no token nothing is asked");
await tab.click("text=Call back");
await pass(21_000);
await until(".said .bad", "Foyer cannot be reached", "what is pressed meanwhile is told to have failed");
same(await tab.locator(".message [aria-busy=true]").count(), 0, "and can be pressed again");
await seat.page.evaluate(() => (window.host.deaf = false));
for (let i = 0; i < 8 && await chip() !== "Live"; i++) await pass(10_000);
await until(".live-chip", "Live", "when Teams answers again the page is live by itself");

// ---- a note is said once, though late
const posted = () => tab.evaluate(() => window.posted.splice(0));
tab = await chromium.show(seat, "/app/desk", "wrap_up", "en");
await tab.fill(".writer textarea", "Wants the blue one.");
await tab.evaluate(() => window.sceneLoses(true));
await pass(2_500);
await until(".writer small", "Kept here", "a note whose answer is lost is kept");
await tab.fill(".writer textarea", "Wants the blue one. By mail.");
await tab.evaluate(() => window.sceneLoses(false));
await pass(2_500);
await pass(2_500);
await until(".writer small", "Saved", "and saved");
const keys = await tab.evaluate(() => window.keys.splice(0)), [lost, again, more] = await posted();
same([lost, again, keys[0] === keys[1] && keys[0] !== keys[2], more], [{ path: "/api/v1/contacts/12/notes", body: { text: "Wants the blue one." } }, lost, true,
	{ path: "/api/v1/contacts/12/notes/9", body: { text: "Wants the blue one. By mail." } }], "the same under the same key, and what was written since as its change");
await tab.evaluate(() => window.sceneOld(true));
await tab.fill(".writer textarea", "Wants the blue one. By mail. Is called back.");
await pass(2_500);
await until(".writer small", "Saved", "what is added after a quarter of an hour is saved");
same((await posted()).at(-1), { path: "/api/v1/contacts/12/notes", body: { text: "Is called back." } }, "as another note");
await tab.evaluate(() => window.sceneOld(false));
await tab.fill(".writer textarea", "Wants the red one.");
await tab.evaluate(() => window.sceneAway(true));
await tab.click(".pages >> text=History");
await tab.waitForSelector(".history");
await pass(3_000);
same(await posted(), [], "while she is away nothing is said");
await tab.evaluate(() => (window.sceneAway(false), window.dispatchEvent(new Event("online"))));
await tab.waitForFunction(() => window.posted.length > 0);
same((await posted()).map((p) => p.body.text), ["Wants the red one."], "what she wrote is saved when she is back, though its page is gone");

// ---- an offer, on any page
tab = await chromium.show(seat, "/app/desk/history", "elsewhere", "en");
await tab.waitForSelector(".offer");
ok(/^Call: /.test(await tab.title()), "an offer is on every page, and in the title", await tab.title());
await tab.waitForFunction(() => window.sound?.state !== "closed");
const mine = scenes.elsewhere.view.contacts[0];
await send("contact", { ...mine, parties: [{ ...mine.parties[0], can_accept: false }] }, 4712);
ok(await tab.waitForFunction(() => window.sound.state === "closed").then(() => true), "and sounds no more when Teams rings");

// ---- a story in the page's language
tab = await chromium.show(seat, "/app/desk/contact/12", "contact", "de");
await until(".story li:last-child span", "Wird Ada angeboten", "what happened is told in the page's language");

// ---- what is asked again and again, while nobody looks
tab = await chromium.show(seat, "/app/wall", "wall", "en");
await tab.waitForSelector(".figures .spark");
const reports = () => tab.evaluate(() => window.asked.filter((a) => a.path === "/api/v1/reports").length), look = (hidden) => tab.evaluate((h) => {
	Object.defineProperty(document, "hidden", { value: h, configurable: true });
	document.dispatchEvent(new Event("visibilitychange"));
}, hidden);
await look(true);
await pass(180_000);
same(await reports(), 1, "the day's figures are not asked for while nobody looks");
await look(false);
ok(await tab.waitForFunction(() => window.asked.filter((a) => a.path === "/api/v1/reports").length === 2).then(() => true), "at once when somebody does");
await pass(61_000);
same(await reports(), 3, "and each minute from then on");

// ---- it may not
tab = await chromium.show(seat, "/app/desk", "refuses403", "en");
await until("h1", "No role yet", "who has no role is told so");
const once = (await asked()).length;
await pass(120_000);
same((await asked()).length, once, "and not asked again and again");
tab = await chromium.show(seat, "/app/desk", "refuses503", "en");
await until("h1", "Foyer cannot be reached", "a service that is not there is told");
await tab.evaluate(() => window.sceneRefuses(0));
await pass(31_000);
ok(await tab.waitForSelector(".desk", { timeout: 5000 }), "and when it is, the page is there by itself");

// ---- in a browser there is a session, which ends
const browser = await chromium.inBrowser({ path: "/app/desk?scene=refuses401", before: clocked });
tab = browser.tab;
await until("h1", "Sign in to Foyer", "without a session one is asked to sign in");
await browser.page.goto(`${chromium.origin}/app/desk?scene=tells`);
await until(".live-chip", "Live", "with one her desk is there");
await tab.evaluate(() => window.sceneAway(true));
await until(".live-chip", "Reconnecting", "the network goes, and her session with it");
await tab.evaluate(() => (window.sceneRefuses(401), window.sceneAway(false), window.dispatchEvent(new Event("online"))));
await until(".stale-note", "Your sign-in has ended", "which she is told");
await browser.page.clock.runFor(6_000);
await until(".stale-note button", "Sign in", "with the way back in");

ok(chromium.faults.length === 0, "no page complained on its console", chromium.faults);
await chromium.close();
await house.close();
done();
