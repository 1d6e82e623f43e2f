#!/usr/bin/env node
// The agent desk's screens in every state, and that all of it is done by keyboard.
import { join } from "node:path";
import { agent, done, House, ok, root } from "../e2e/house.mjs";
import { axe, Chromium, THEMES } from "./chromium.mjs";
import { deskScenes, stand } from "./scenes.mjs";
import { screens } from "./screens.mjs";

const house = await new House("desk_screens", { agents: [{ user: agent(1), name: "ada", behaviour: "answers" }] }).open();
const chromium = await Chromium.open(house);
await screens(chromium, "desk", deskScenes(), ".desk, .history table, .one-contact h3, .empty, .notice");

// ---- notices outside Teams, and in a frame that is not Teams
const out = join(root, "build", "screens", "desk"), found = [], scenes = deskScenes(), clocked = async (page) => (await page.clock.install(), page.addInitScript(stand, scenes));
const signIn = await chromium.inBrowser({ path: "/app/desk?scene=no_token", before: clocked });
const stranger = await chromium.inTeams(async () => ({ token: "none" }), { language: "de", size: "phone", deaf: "yes", before: clocked });
await stranger.page.clock.runFor(5_000);
for (const [name, { page, tab }, button] of [["sign_in", signIn, "button.main"], ["not_teams", stranger, "a.main"]]) {
	await tab.waitForSelector(`.notice ${button}`);
	for (const theme of Object.keys(THEMES)) {
		await tab.evaluate((t) => (document.documentElement.dataset.theme = t), theme);
		await page.screenshot({ path: join(out, `${name}.${theme}.png`) });
		found.push(...(await axe(tab)).map((f) => `${name} ${theme}: ${f}`));
	}
}
ok(found.length === 0, "axe finds nothing wrong with what is said to who must sign in, and to a page that is not Teams", found);
ok(chromium.faults.length === 0, "no page complained on its console", chromium.faults);
await chromium.close();
await house.close();
done();
