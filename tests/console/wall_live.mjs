#!/usr/bin/env node
// A supervisor at her wall while people call: she sees who waits and why, listens, closes a queue, and looks back at a second that
// was, and at a contact's story.
import { agent, done, House, MAIN, ok, same } from "../e2e/house.mjs";
import { axe, Chromium } from "./chromium.mjs";

const NAMES = ["", "ada", "ben", "cleo"];
const house = await new House("wall_live", {
	callers: [1, 2].map((n) => ({ name: `c${n}`, number: `+49305550100${n}`, to: MAIN, at_s: n * 0.5, patience_s: 0, talk_s: 600, speech: "Hello." })),
	agents: [1, 2, 3].map((n) => ({ user: agent(n), name: NAMES[n], behaviour: "answers", answers_after_s: 0.3, talk_s: 600, speech: "Yes." })),
}, (config) => {
	config.flows = { welcome: [{ queue: "sales" }] };
	config.entries = [{ application_instance: MAIN, flow: "welcome" }];
	config.queues = { sales: { wait_seconds_max: 0, service_level_seconds: 1 } };
	config.agents = [1, 2, 3].map((n) => ({ user: agent(n), name: NAMES[n], signed_in: n === 1, supervisor: n === 3, queues: ["sales"] }));
}).open();
const token = async () => ({ token: (await house.control("POST", "/sim/token", { user: agent(3), name: "cleo", roles: ["Supervisor"], scp: "access_as_user" })).json.access_token });
const chromium = await Chromium.open(house);
const { tab } = await chromium.inTeams(token, { path: "/app/wall" });
await tab.waitForSelector(".queues tbody tr");
await house.start();

// ---- who waits, and why
const began = Date.now();
await tab.waitForSelector(".tile.talking");
await tab.waitForSelector(".alarms li.bad");
ok(/sales: late/.test(await tab.locator(".alarms").innerText()), "who waits too long is an alarm, by word");
await tab.getByRole("button", { name: "Who waits in sales" }).click();
await tab.locator(".waiting a").click();
await tab.waitForSelector(".explain li");
const why = await tab.locator(".explain").innerText();
ok(/ada\s+talking/.test(why) && /ben\s+signed out/.test(why), "why she waits: each agent, and the rule", why);
await tab.waitForSelector(".moments >> text=Came into sales");
const story = await tab.locator(".moments").innerText();
ok(/Came into sales, number [12] in line/.test(story), "and her story as it happens", story);

// ---- into a conversation
await tab.getByRole("link", { name: "Live", exact: true }).click();
await tab.getByRole("button", { name: /^Listen, whisper or join: ada/ }).click();
await tab.getByRole("menuitem", { name: /^Listen/ }).click();
await tab.waitForSelector("text=you listen");
ok(true, "a supervisor listens, and it says so");
const supervise = async (who, how) => {
	await tab.getByRole("button", { name: `Listen, whisper or join: ${who}` }).click();
	await tab.getByRole("menuitem", { name: how }).click();
};
for (const [how, says] of [[/^Whisper/, "you whisper"], [/^Join in/, "you are in the call"]]) {
	await supervise("ada", how);
	ok(await tab.waitForSelector(`text=${says}`).then(() => true), `then ${says}`);
}
await supervise("ada", /^Leave/);
await tab.waitForSelector("text=you are in the call", { state: "detached" });
ok(await tab.locator(".tile.talking:has-text('ada')").count() === 1, "and leaves, and ada talks on");
await supervise("ada", /^Listen/);
await tab.waitForSelector("text=you listen");
await supervise("ada", /^Take over/);
ok(await tab.waitForSelector(".tile.talking:has-text('cleo')").then(() => true), "or takes the call over");

// ---- the queue is closed
await tab.getByRole("button", { name: "Actions for sales" }).click();
await tab.getByRole("menuitem", { name: "Close the queue" }).click();
await tab.locator("dialog").getByRole("button", { name: "Close the queue" }).click();
await tab.waitForSelector("tr.queue >> text=closed");
ok((await house.control("GET", "/sim/books")).status === 200 && await tab.locator(".alarms").innerText().then((x) => /sales is closed/.test(x)), "a queue is closed, and an alarm says so");
const found = await axe(tab);
ok(found.length === 0, "axe finds nothing on the live wall", found);

// ---- what was
await tab.getByRole("link", { name: "Past" }).click();
await tab.waitForSelector("#past-at");
await tab.locator("#past-at").evaluate((input, ms) => {
	input.value = String(ms);
	input.dispatchEvent(new Event("input", { bubbles: true }));
}, began);
await tab.waitForFunction(() => document.querySelector(".queues td.number")?.textContent === "0");
await tab.locator("#past-at").evaluate((input, ms) => {
	input.value = String(ms);
	input.dispatchEvent(new Event("input", { bubbles: true }));
}, Date.now());
await tab.waitForFunction(() => [...document.querySelectorAll(".queues td.number")][0]?.textContent === "1" && /closed/.test(document.querySelector(".queues")?.textContent));
ok(true, "any past second, and the last one: one waits, and the queue is closed");

// ---- and reports
await tab.getByRole("link", { name: "Reports" }).click();
await tab.waitForSelector("table.report");
same((await tab.locator("table.report tbody tr").first().innerText()).split(/\s+/).slice(0, 3), ["sales", "2", "1"], "a report counts two offered, and one handled");
ok(chromium.faults.length === 0, "no page complained on its console", chromium.faults);
await chromium.close();
await house.close();
done();
