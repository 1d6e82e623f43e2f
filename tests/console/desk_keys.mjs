#!/usr/bin/env node
// All of the agent's desk by keyboard: Tab reaches whatever can be used and shows where it is, and single keys do what "?" says, while
// nobody types, until they are turned off or changed.
import { agent, done, House, ok, same } from "../e2e/house.mjs";
import { Chromium } from "./chromium.mjs";
import { walk } from "./keyboard.mjs";
import { deskScenes, inScenes } from "./scenes.mjs";

const BEN = "b0000000-0000-4000-8000-000000000002";
const scenes = deskScenes();
const house = await new House("desk_keys", { agents: [{ user: agent(1), name: "ada", behaviour: "answers" }] }).open();
const chromium = await Chromium.open(house);
const seat = await chromium.inTeams(async () => ({ token: "of-a-scene" }), { path: "about:blank", before: inScenes(scenes) });
let tab;
const scene = async (name) => {
	tab = await chromium.show(seat, scenes[name].path, name, "en");
	await tab.waitForSelector(".desk, .history table, .one-contact h3");
	await tab.evaluate(() => window.focus());
};
const press = async (...keys) => {
	for (const key of keys) await seat.page.keyboard.press(key);
};
// What the page said since it was asked last, when it has said something.
const posted = async () => {
	await tab.waitForFunction(() => window.posted.length > 0, null, { timeout: 5000 }).catch(() => {});
	return tab.evaluate(() => window.posted.splice(0));
};
const commands = async () => (await posted()).map(({ body }) => body);
const focus = () => tab.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
const sees = (selector) => tab.waitForSelector(selector, { timeout: 5000 }).then(() => true, () => false);
const gone = (selector) => tab.waitForSelector(selector, { state: "detached", timeout: 5000 }).then(() => true, () => false);
const has = (selector) => tab.waitForFunction((s) => document.activeElement?.matches(s), selector, { timeout: 5000 }).then(() => true, () => false);

// ---- Tab

for (const name of ["idle", "asked", "call", "together", "wrap_up", "history", "contact"]) {
	await scene(name);
	const { n, reached, dark, missed } = await walk(seat.page, tab);
	ok(n > 5 && reached === n && dark.length === 0, `${name}: Tab reaches all ${n} that can be used, and each shows it`, { n, missed, dark });
}

// ---- past the bar, and to another page

await scene("idle");
await press("Tab");
ok(await has(".skip"), "the first stop leads past the bar", await focus());
await press("Enter");
ok(await has("#main"), "and there one goes on with the page", await focus());
await tab.focus(".pages a:not([aria-current])");
await press("Enter");
ok(await sees(".history table") && await has("#main"), "who follows a link goes on where the new page begins", await focus());

// ---- single keys

await scene("elsewhere");
await press("a");
same([await commands(), await sees(".desk .offer")], [[{ command: "accept", contact: 12 }], true], "A accepts on every page, and leads to the desk");

await scene("asked");
await press("a");
same(await commands(), [{ command: "accept", contact: 12 }], "A accepts");
await press("d");
same(await commands(), [{ command: "decline", contact: 12 }], "D declines");

await scene("call");
await press("h");
same(await commands(), [{ command: "hold", contact: 12 }], "H holds");
await press("c");
ok(await sees("dialog") && await has("dialog input"), "C asks whom, and one can type at once", await focus());
await seat.page.keyboard.type("be");
await press("Enter");
same([await gone("dialog"), await commands()], [true, [{ command: "consult", contact: 12, to: BEN }]], "and Enter takes the first who fits");
await press("c");
await sees("dialog");
await tab.focus('dialog button[aria-label="Call Ben in Teams, without the caller"]');
await press("Enter");
const rung = await seat.page.waitForFunction(() => window.host.calls.length > 0, null, { timeout: 5000 }).then(() => seat.page.evaluate(() => window.host.calls), () => null);
same([rung, await tab.locator('dialog button[aria-label^="Call "]').count()], [[{ targets: ["ben@contoso.example"], requestedModalities: ["audio"], source: "foyer" }], 1],
	"who has been here can be called in Teams, by the name Teams knows her by");
await press("Escape");
await gone("dialog");
await press("t");
await sees("dialog");
await seat.page.keyboard.type("bill");
await press("Enter");
same(await commands(), [{ command: "to-queue", contact: 12, queue: "Billing" }], "T transfers, to a queue as well");
await press("t");
await sees("dialog");
await press("Escape");
ok(await gone("dialog"), "Escape closes");
await press("n");
ok(await has(".writer textarea"), "N goes to a new note", await focus());
await seat.page.keyboard.type("ahead with d and h");
await press("Tab");
same(await posted(), [{ path: "/api/v1/contacts/12/notes", body: { text: "ahead with d and h" } }], "while one types letters are letters, and the note is saved when one leaves it");
await press("w");
await press("Space");
same(await commands(), [{ command: "wrap-up-code", contact: 12, code: "sold" }], "W goes to the codes, Space takes one");

await scene("wrap_up");
await press("e");
same(await commands(), [{ command: "wrap-up-done" }], "E is done");

await scene("idle");
await press("s");
await has("[role^=menuitem]");
await press("ArrowDown", "Enter");
same(await commands(), [{ command: "pause", reason: "Lunch" }], "S opens my status, arrows and Enter choose");
await press("s");
await has("[role^=menuitem]");
await press("Escape");
ok(await gone("[role=menu]") && await has("#status"), "Escape closes it and is back at its button", await focus());
await press("2", "Enter");
same(await commands(), [{ command: "pick", contact: 22 }], "2 goes to the second who waits, Enter takes her");
await press("g", "m");
ok(await has(".messages button"), "G M goes to messages", await focus());
await tab.focus(".messages [aria-label^='Call back']");
await press("Enter");
same(await commands(), [{ command: "pick", contact: 25 }], "and who asked for it is called back");
await press("g", "h");
ok(await sees(".history table"), "G H goes to the history");
await press("/");
ok(await has(".history input"), "and / to its search", await focus());

// ---- "?", off, changed

await scene("idle");
await press("?");
ok(await sees("dialog .keys"), "? shows the keys");
const listed = await tab.$$eval(".keys li > span", (all) => all.map((e) => e.textContent));
ok(["My status", "Go to messages", "Show the keys"].every((label) => listed.includes(label)) && listed.every(Boolean), "each with what it does", listed);
await tab.click(".keys li:has-text('My status') button");
await press("x", "Escape");
await gone("dialog");
await press("x");
ok(await has("[role^=menuitem]"), "a changed key does the same");
await press("Escape", "s");
ok(!(await tab.$("[role=menu]")), "and the old one nothing");
await press("?");
await sees("dialog");
await tab.click("dialog .check");
await press("Escape");
await gone("dialog");
await press("x", "g", "h");
ok(!(await tab.$("[role=menu]")) && !(await tab.$(".history")), "turned off, no key does anything");

ok(chromium.faults.length === 0, "no page complained on its console", chromium.faults);
await chromium.close();
await house.close();
done();
