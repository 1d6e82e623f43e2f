#!/usr/bin/env node
// The workshop's screens, by a real service: in both sizes, three themes and two languages, kept under build/screens for people to
// look at, and judged by axe in each theme; and that every page's controls can be reached by keyboard and have a name.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { agent, done, House, MAIN, ok, root, same } from "../e2e/house.mjs";
import { axe, Chromium, SIZES, THEMES } from "./chromium.mjs";
import { walk } from "./keyboard.mjs";

const house = await new House("workshop_screens", { agents: [{ user: agent(1), name: "ada", behaviour: "answers" }] }, (config) => {
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"], skills: { german: 3 }, supervisor: true }, { user: agent(2), name: "Ben", queues: ["sales", "support"] }];
	config.entries = [{ application_instance: MAIN, flow: "welcome" }, { default: true, flow: "office" }];
	config.hours = { office: { time_zone: "Europe/Berlin", week: { mon: ["09:00-17:30"], tue: ["09:00-12:00", "13:00-17:30"], fri: ["09:00-16:00"] },
		holidays: [{ date: "2026-12-24", name: "Christmas Eve", hours: ["09:00-12:00"] }, { date: "2026-12-25", name: "Christmas Day" }] } };
	config.flows.office = [{ hours: { calendar: "office", closed: "shut" } }, { play: "hello" }, { queue: "sales" }];
	config.flows.shut = [{ play: "closed" }, { voicemail: { mailbox: "sales" } }];
	config.mailboxes = { sales: { queue: "sales", keep_days: 30 } };
	config.prompts.hello = { text: { en: "Hello there.", de: "Guten Tag." } };
}).open();
const chromium = await Chromium.open(house);
const token = async () => {
	const t = (await house.control("POST", "/sim/token", { user: agent(9), name: "Ida", roles: ["Admin"], scp: "access_as_user" })).json;
	return { token: typeof t === "string" ? t : t.token ?? t.access_token };
};
{
	const Authorization = `Bearer ${(await token()).token}`, { text } = JSON.parse((await house.ask(house.port, "GET", "/api/v1/config", { headers: { Authorization } })).body);
	const put = await house.ask(house.port, "POST", "/api/v1/config/apply", { headers: { Authorization, "If-Match": '"1"' }, body: JSON.stringify({ text: text.replace("Hello there.", "Hello."), comment: "Shorter" }) });
	same(put.status, 200, "there is an older version to look at");
}
const PAGES = { overview: "", queues: "/queues", queue: "/queue/sales", flows: "/flows", flow: "/flow/welcome", lanes: "/flow/office", hours: "/hours", prompts: "/prompts",
	people: "/people", numbers: "/numbers", changes: "/changes", privacy: "/privacy", audit: "/audit",
	prompt: "/prompts", person: "/people", erase: "/privacy", older: "/changes", draft: "/flow/welcome", review: "/changes" };
const STATES = new Set(["prompt", "person", "erase", "older", "draft", "review"]);
// Dialogs: what is pressed to see them.
const OPENS = { prompt: ".prompts [role=cell] > .button.quiet:not(.alone)", person: ".person .button", erase: ".actions .button.danger", older: ".rows .button.quiet" };
const out = join(root, "build", "screens", "workshop");
mkdirSync(out, { recursive: true });
const settled = async (tab) => {
	await tab.locator("main :is(.panel, .beside)").first().waitFor();
	await tab.waitForFunction(() => !document.querySelector(".skeleton") && (!document.querySelector(".walk") || document.querySelector(".walk .heard")));
};
const show = async (tab, path) => {
	await tab.evaluate((to) => (history.pushState(null, "", to + location.search), dispatchEvent(new PopStateEvent("popstate"))), `/app/workshop${path}`);
	await settled(tab);
};

// A flow whose steps have changed places: the linter has something to say, and there is something to review.
async function begin(tab) {
	await tab.locator(".step-tools button:not([disabled])").nth(2).click();
	await tab.locator(".draft-bar .chip:is(.warn, .bad)").waitFor();
}

const found = [], nameless = [];
let pictures = 0, judged = 0;
async function window_(size, language) {
	const { page, tab, context } = await chromium.inTeams(token, { path: "/app/workshop", size, language });
	for (const [i, [name, path]] of Object.entries(PAGES).entries()) {
		const turn = (Object.keys(SIZES).indexOf(size) + ["en", "de"].indexOf(language) * 2 + i) % 4;
		await show(tab, path);
		if (name === "draft") await begin(tab);
		if (name === "erase") await tab.locator(".members input").fill("+49 30 555010001");
		if (name in OPENS) await tab.locator(OPENS[name]).last().click().then(() => tab.locator("dialog[open]").waitFor()).then(() => settled(tab));
		else if (size === "desktop" && language === "en" && !STATES.has(name)) {
			const { n, missed, dark } = await walk(page, tab);
			ok(n > 8 && missed.length + dark.length === 0, `${name}: Tab reaches all ${n} that can be used, and each shows it`, { missed, dark });
		}
		nameless.push(...(await tab.evaluate((n) => [...document.querySelectorAll("main :is(button, a, input, select, textarea, summary)")]
			.filter((e) => e.checkVisibility() && !e.disabled && (e.tabIndex < 0 || !(e.ariaLabel || e.innerText?.trim() || e.labels?.[0]?.textContent)))
			.map((e) => `${n}: ${e.outerHTML.slice(0, 120)}`), name)));
		for (const [t, [theme, teams]] of Object.entries(THEMES).entries()) {
			await page.evaluate((to) => window.hostTheme(to), teams);
			await tab.waitForFunction((to) => document.documentElement.dataset.theme === to, theme);
			if (STATES.has(name) && t !== turn) continue; // states of the same page: once a theme
			await page.screenshot({ path: join(out, `${name}.${size}.${theme}.${language}.png`) });
			pictures++;
			if (t !== turn) continue;
			judged++;
			found.push(...(await axe(tab)).map((f) => `${name} ${size} ${theme} ${language}: ${f}`));
		}
	}
	await context.close();
}
await Promise.all([window_("desktop", "en").then(() => window_("phone", "de")), window_("desktop", "de").then(() => window_("phone", "en"))]);
const n = Object.keys(PAGES).length;
same([pictures, judged], [(n - STATES.size) * 12 + STATES.size * 3, n * 3], `workshop: ${n} screens, in twelve ways each page`);
same(found, [], "workshop: axe finds nothing wrong on any screen in any theme");
same(nameless, [], "workshop: every control has a name and a place in the order of Tab");
ok(chromium.faults.length === 0, "no page complained on its console", chromium.faults);
await chromium.close();
await house.close();
done();
