#!/usr/bin/env node
// What a page does with its stream: a position of the journal shows whole or not at all, what comes twice is harmless, a gap is told in
// words and numbers of before are never shown as live, and it never gives up. The page's clock is the test's.
import { agent, done, House, ok, same } from "../e2e/house.mjs";
import { Chromium } from "./chromium.mjs";
import { deskScenes, NOW, stand } from "./scenes.mjs";

const scenes = deskScenes();
scenes.tells = { ...scenes.idle };
for (const status of [401, 403, 503]) scenes[`refuses${status}`] = { ...scenes.idle, refuses: status };
const house = await new House("desk_stream", { agents: [{ user: agent(1), name: "ada", behaviour: "answers" }] }).open();
const chromium = await Chromium.open(house);
const clocked = async (page) => {
	await page.clock.install({ time: new Date(NOW) });
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
ok((await asked()).length > open, "40 s are not: it asks again");
await until(".live-chip", "Live", "and is live");

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

ok(chromium.faults.length === 0, "no page complained on its console", chromium.faults);
await chromium.close();
await house.close();
done();
