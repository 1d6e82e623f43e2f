#!/usr/bin/env node
// The admin's workshop in a real browser: a flow by keyboard and a test call through it, a prompt changed and applied, and the
// next caller hears it; then rolled back.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { agent, done, House, MAIN, ok, same } from "../e2e/house.mjs";
import { readWav } from "../e2e/ear.mjs";
import { heard } from "../e2e/words.mjs";
import { Chromium } from "./chromium.mjs";

const caller = (name, at_s) => ({ name, number: `+493055501${at_s}`, to: MAIN, at_s, press: [{ on: "menu", digit: "1" }], patience_s: 30, talk_s: 1, speech: "Hello." });
const house = await new House("workshop_pages", {
	callers: [caller("anna", 0)],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 0.1, talk_s: 1, speech: "Hello." }],
}, (config) => {
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
	config.entries = [{ application_instance: MAIN, flow: "welcome" }, { default: true, flow: "welcome" }];
}).open();
const chromium = await Chromium.open(house);
const token = async () => {
	const t = (await house.control("POST", "/sim/token", { user: agent(9), name: "Ida", roles: ["Admin"], scp: "access_as_user" })).json;
	return { token: typeof t === "string" ? t : t.token ?? t.access_token };
};
const at = (path, more = {}) => chromium.inTeams(token, { path: `/app/workshop${path}`, ...more });
const settled = async (tab) => {
	await tab.locator("main :is(.panel, .beside)").first().waitFor();
	await tab.waitForFunction(() => !document.querySelector(".skeleton"));
};

// ---- a flow by keyboard, a test call, and what is refused loses nothing

const { page, tab } = await at("/flow/welcome");
await settled(tab);
await tab.locator(".walk .heard li").nth(1).waitFor();
same(await tab.locator(".walk .heard p").first().innerText(), " Welcome to Foyer.", "a test call says what is heard");
await tab.getByRole("button", { name: /^Press 1/ }).click();
await tab.locator(".walk .heard li").nth(2).waitFor();
ok(/sales/.test(await tab.locator(".walk .heard li").nth(2).innerText()), "press 1: sales");
same(await tab.locator(".step.walked").count(), 2, "and the steps on the way are marked in the flow");
await tab.getByRole("button", { name: "Move step 2 up" }).focus();
await page.keyboard.press("Enter");
await tab.locator(".draft-bar").waitFor();
same(await tab.locator(".step-kind").first().innerText(), "Menu", "a step is moved by keyboard");
await tab.locator(".draft-bar").getByText(/notice|fault/).waitFor();
ok(true, "and the check says what it thinks of that");
await tab.getByRole("button", { name: "Move step 1 down" }).focus();
await page.keyboard.press("Enter");
await tab.locator(".draft-bar").waitFor({ state: "detached" });
ok(true, "back at its place, nothing is changed, and there is no draft");

// ---- applied, the next caller hears it

await tab.getByRole("link", { name: "Prompts" }).click();
await settled(tab);
await tab.getByRole("button", { name: "Edit greeting" }).click();
await tab.getByLabel("Words in English").fill("This is the changed greeting.");
await tab.getByRole("button", { name: "Into the draft" }).click();
await tab.getByRole("link", { name: "Flows" }).click();
await tab.getByRole("link", { name: /^welcome/ }).click();
await tab.locator(".walk .heard li").nth(1).waitFor();
await tab.getByRole("button", { name: "Add a step at place 3" }).focus();
await page.keyboard.press("Enter");
await tab.getByRole("menuitem", { name: "Play", exact: true }).waitFor();
await page.keyboard.press("Enter");
await tab.locator("[data-step='/flows/welcome/2']").waitFor();
for (const n of [3, 2]) {
	await tab.getByRole("button", { name: `Move step ${n} up` }).focus();
	await page.keyboard.press("Enter");
	await tab.waitForFunction((to) => document.activeElement?.closest("[data-step]")?.dataset.step === `/flows/welcome/${to}`, n - 2);
}
ok(await tab.waitForFunction(() => [...document.querySelectorAll(".walk .heard p")].filter((p) => p.textContent.includes("This is the changed greeting.")).length === 2).then(() => true), "a step more, and the test call hears it twice");

// ---- JSON beside it, of no flow's shape

await tab.getByRole("button", { name: "JSON", exact: true }).click();
const json = tab.locator(".json textarea"), was = await json.inputValue();
for (const [text, where] of [["1", "/"], ["{}", "/"], ["[null]", "/0"], ['[{"menu": null}]', "/0/menu"], ['[{"dance": 1}]', "/0/dance"]]) {
	await json.fill(text);
	ok(await tab.getByText(`Not taken over: ${where} is`).waitFor().then(() => true), `${text} beside a flow is not taken over, and says where`);
}
same(await tab.locator(".flow.deep-0 > .steps > .step").count(), 3, "and the flow is as it was");
await json.fill(was);
await tab.getByRole("button", { name: "Test call" }).click();
await tab.getByRole("button", { name: "Review and apply" }).click();
await tab.locator(".compare ins").first().waitFor();
ok(/changed greeting/.test(await tab.locator(".compare ins").allInnerTexts().then((all) => all.join())), "the comparison shows what is new");
await tab.getByLabel("Comment").fill("A warmer welcome");
await tab.getByRole("button", { name: "Apply", exact: true }).click();
await tab.getByText("Nothing is changed.").waitFor();
ok(/changed greeting/.test(readFileSync(join(house.dir, "foyer.json"), "utf8")), "applied, it is in the file");
await tab.getByText("A warmer welcome").waitFor();
ok(true, "and a version with its comment");
await house.start();
await house.idle();
await house.quiet();
const said = heard(readWav(house.ear("anna")), { old: ["en", "Welcome to Foyer."], changed: ["en", "This is the changed greeting."] }).map((h) => h.what);
same(said, ["changed", "changed"], "and the next caller goes through the changed flow, hears the changed prompt, and nothing of before");

// ---- rolled back

await tab.getByRole("button", { name: "Compare version 1" }).click();
await tab.locator("dialog .compare del").first().waitFor();
await tab.getByRole("button", { name: "Roll back" }).click();
await tab.locator("dialog").waitFor({ state: "detached" });
ok(!/changed greeting/.test(readFileSync(join(house.dir, "foyer.json"), "utf8")), "rolled back, the file is as it was");

same(chromium.faults, [], "no page had an error");
await chromium.close();
await house.close();
done();
