// One Chromium for a file of tests: people in it, each with a window of her own, inside Teams or not. Not a test itself.
import { createRequire } from "node:module";
import { join } from "node:path";
import { root, TENANT } from "../e2e/house.mjs";
import { hostPage } from "./teams_host.mjs";

const require = createRequire(join(root, "tests", "peers", "package.json"));
const { chromium } = require("playwright-core");
const axeFile = require.resolve("axe-core/axe.min.js");

export const SIZES = { desktop: { width: 1000, height: 700 }, phone: { width: 360, height: 640 } };
const LOCALES = { en: "en-us", de: "de-de" };
// Teams' names of themes, by ours.
export const THEMES = { light: "default", dark: "dark", contrast: "contrast" };

export class Chromium {
	static async open(house) {
		const it = new Chromium();
		it.house = house;
		it.origin = `https://127.0.0.1:${house.port}`;
		it.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
			// The library's list of hosts lies in Microsoft's network, which tests do not ask.
			args: ["--host-resolver-rules=MAP res.cdn.office.net ~NOTFOUND", "--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--font-render-hinting=none"] });
		it.faults = []; // what pages wrote to their consoles as errors
		process.on("exit", () => it.browser.close());
		return it;
	}
	// token: asked each time Teams is asked for one; port: of another door to the service. Answers with { page, tab }: the window, and the
	// frame our page is in.
	async inTeams(token, { path = "/app/desk", size = "desktop", theme = "light", language = "en", sub = "", user = "", client = "web", deaf = "", port = this.house.port, before = async () => {} } = {}) {
		const origin = `https://127.0.0.1:${port}`;
		const context = await this.#context(size, LOCALES[language]);
		await context.exposeBinding("hostToken", async () => token());
		const page = await this.#page(context);
		await before(page);
		const query = new URLSearchParams({ tab: `${path}?l={locale}&theme={theme}`, theme: THEMES[theme], locale: LOCALES[language], tenant: TENANT, sub, user, client, deaf });
		// Written over an answer of the service, not put in its place on the way: then nothing stands between browser and service.
		await page.goto(`${origin}/healthz?${query}`);
		const there = page.waitForEvent("framenavigated", (frame) => frame.name() === "tab");
		await page.evaluate((html) => {
			document.write(html);
			document.close();
		}, hostPage);
		await there;
		return { page, tab: page.frame("tab"), context };
	}
	// Another address in the same tab: a page of ours, in a scene of scenes.mjs. Answers with the frame.
	async show({ page }, path, scene, language) {
		const src = `${path}${path.includes("?") ? "&" : "?"}l=${LOCALES[language]}&theme=default&scene=${scene}`;
		await page.evaluate((to) => (document.querySelector("iframe").src = to), src);
		const tab = page.frame("tab");
		await tab.waitForURL(`**${src}`);
		return tab;
	}
	async inBrowser({ path = "/app/desk", size = "desktop", language = "en", before = async () => {} } = {}) {
		const context = await this.#context(size, LOCALES[language]);
		const page = await this.#page(context);
		await before(page);
		await page.goto(this.origin + path);
		return { page, tab: page.mainFrame(), context };
	}
	async #context(size, locale) {
		const context = await this.browser.newContext({ viewport: SIZES[size], locale, ignoreHTTPSErrors: true, hasTouch: size === "phone", reducedMotion: "reduce" });
		context.setDefaultTimeout(20_000);
		return context;
	}
	async #page(context) {
		const page = await context.newPage();
		page.on("pageerror", (e) => this.faults.push(`${page.url()}: ${e.stack ?? e}`));
		page.on("console", (m) => m.type() === "error" && !/Failed to load resource/.test(m.text()) && this.faults.push(`${m.location().url}: ${m.text()}`));
		return page;
	}
	close() {
		return this.browser.close();
	}
}

// What axe finds wrong with the frame's page: one line a finding.
export async function axe(tab) {
	const fs = await import("node:fs");
	if (!(await tab.evaluate(() => "axe" in window))) await tab.evaluate(fs.readFileSync(axeFile, "utf8"));
	const { violations } = await tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"],
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
	return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")}: ${n.failureSummary.replace(/\s+/g, " ")}`));
}
