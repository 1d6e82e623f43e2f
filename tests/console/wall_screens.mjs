#!/usr/bin/env node
// The wall's screens in every state, and that all of it is done by keyboard.
import { agent, done, House, ok, same } from "../e2e/house.mjs";
import { Chromium } from "./chromium.mjs";
import { walk } from "./keyboard.mjs";
import { inScenes } from "./scenes.mjs";
import { screens } from "./screens.mjs";
import { wallScenes } from "./wall_scenes.mjs";

const house = await new House("wall_screens", { agents: [{ user: agent(1), name: "ada", behaviour: "answers" }] }).open();
const chromium = await Chromium.open(house);
await screens(chromium, "wall", wallScenes(), ".figures, .tv, .moments, .report, .panel table, .empty");

// ---- by keyboard alone
const seat = await chromium.inTeams(async () => ({ token: "of-a-scene" }), { path: "about:blank", before: inScenes(wallScenes()) });
const at = async (name) => {
	const tab = await chromium.show(seat, wallScenes()[name].path, name, "en");
	await tab.waitForSelector(".panel, .tv");
	return tab;
};
const focus = (tab) => tab.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim());
const to = async (tab, what, most = 60) => {
	for (let i = 0; i < most; i++) {
		await seat.page.keyboard.press("Tab");
		if (what.test(await focus(tab))) return true;
	}
	return ok(false, `Tab comes to ${what}`, await focus(tab));
};
const press = (...keys) => keys.reduce((p, k) => p.then(() => seat.page.keyboard.press(k)), Promise.resolve());
const posted = (tab) => tab.evaluate(() => window.posted.map((p) => p.body));

let tab = await at("live");
await tab.focus(".skip");
await to(tab, /^Who waits in Billing/);
await press("Enter");
await to(tab, /^Assign /);
await press("Enter");
await tab.waitForSelector("[role=menu] [role=menuitem]");
await press("Escape");
await to(tab, /^Priority of/);
await press("Enter", "Home", "Enter");
await tab.waitForFunction(() => window.posted.length === 1);
same(await posted(tab), [{ command: "priority", contact: 24, priority: 1 }], "a caller's priority is raised");

for (const name of ["contacts", "reports"]) {
	tab = await at(name);
	await tab.waitForSelector("table");
	const { n, missed, dark } = await walk(seat.page, tab);
	ok(n > 8 && missed.length + dark.length === 0, `${name}: Tab reaches all ${n} that can be used, and each shows it`, { missed, dark });
}
await tab.focus(".skip");
await to(tab, /^CSV$/);
const saved = seat.page.waitForEvent("download");
await press("Enter");
same((await saved).suggestedFilename(), "report.csv", "a report is saved as CSV, by keyboard");
tab = await at("live");
const points = (await tab.locator(".figure .spark path").first().getAttribute("d")).match(/-?[\d.]+ -?[\d.]+/g).map((p) => Number(p.split(" ")[1]));
const shares = wallScenes().live.gets["/api/v1/reports"].rows.map((r) => r.intervals).reduce((a, b) => a.map((c, i) => (c.handled_within_service_level + b[i].handled_within_service_level) / (c.handled + c.abandoned + b[i].handled + b[i].abandoned)));
same(points, shares.map((x) => Number((18 - 16 * x).toFixed(1))), "the line beside the service level is the service level's");

tab = await at("live");
await tab.focus(".skip");
await to(tab, /^Announce to all/);
await press("Enter");
await tab.waitForSelector("dialog[open] select");
await tab.waitForFunction(() => document.activeElement.tagName === "SELECT");
await press("ArrowDown");
await to(tab, /^Announce$/);
await press("Enter");
await tab.waitForFunction(() => window.posted.length === 1);
same(await posted(tab), [{ command: "announce", prompt: "storm" }], "an announcement is made to all");

tab = await at("live");
await tab.focus(".skip");
await to(tab, /^Actions for Billing/);
await press("Enter", "Enter");
await tab.waitForSelector("dialog[open]");
await press("Enter");
await tab.waitForFunction(() => window.posted.length === 1);
same(await posted(tab), [{ command: "queue-close", queue: "Billing" }], "a queue is closed, after being asked");

tab = await at("live");
await tab.focus(".skip");
await to(tab, /^Listen, whisper or join: Ada/);
await press("Enter", "Enter");
await tab.waitForFunction(() => window.posted.length === 1);
same((await posted(tab)).map((p) => [p.command, p.contact, p.hearing]), [["supervise", 31, "listen"]], "a supervisor listens");

tab = await at("contact");
await tab.focus(".skip");
await tab.focus("textarea");
await seat.page.keyboard.type("Calls back.");
await to(tab, /^Save$/, 3);
await press("Enter");
await tab.waitForFunction(() => window.posted.length === 1);
same(await posted(tab), [{ text: "Calls back." }], "a note is written");
same(await tab.locator(".sound span").evaluateAll((all) => all.map((e) => e.title)), ["3 of 12,000 packets lost, jitter 2.4 ms, delay 41 ms", "290 of 11,800 frames missing, delay 90 ms"],
	"how each leg sounded is told by what it counts");
ok((await tab.locator(".notes").innerText()).includes("<b>today</b>"), "what others wrote is shown word by word");

tab = await at("past");
await tab.focus("#past-at");
const second = await tab.inputValue("#past-at");
await press("ArrowLeft", "ArrowLeft");
same(Number(await tab.inputValue("#past-at")), Number(second) - 2000, "the slider goes by seconds");

tab = await at("tv");
ok(!/Ada|Ben|Cleo|\+49/.test(await tab.locator("body").innerText()), "a screen on a wall names nobody");

ok(chromium.faults.length === 0, "no page complained on its console", chromium.faults);
await chromium.close();
await house.close();
done();
