// Every screen in both sizes, three themes and two languages, kept under build/screens for people to look at, and judged by axe in
// each theme. Not a test itself.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ok, root } from "../e2e/house.mjs";
import { axe, SIZES, THEMES } from "./chromium.mjs";
import { inScenes } from "./scenes.mjs";

// scenes: { name: scene }; ready: a selector that is there when a scene is drawn; then a scene's keys are pressed and its clicks are
// clicked, each as soon as it is there, and `shows` is waited for: a dialog, say. Each size and language is a window of its own that
// goes from scene to scene; the host changes themes under the page, as people do. A scene that is `whole` is kept in all twelve ways,
// the others, states of the same page, in each theme once.
async function open(page, tab, { keys = [], clicks = [], shows }) {
	await tab.evaluate(() => window.focus());
	for (const key of keys) await page.keyboard.press(key);
	for (const selector of clicks) await (await tab.waitForSelector(selector, { state: "attached" })).evaluate((e) => e.click());
	if (shows) await tab.waitForSelector(shows);
}

export async function screens(chromium, area, scenes, ready) {
	const out = join(root, "build", "screens", area), found = [], late = [];
	mkdirSync(out, { recursive: true });
	let n = 0, judged = 0;
	const window_ = async (size, language) => {
		const seat = await chromium.inTeams(async () => ({ token: "of-a-scene" }), { size, language, path: "about:blank", before: inScenes(scenes) });
		for (const [i, [name, scene]] of Object.entries(scenes).entries()) {
			const tab = await chromium.show(seat, scene.path, name, language);
			await tab.waitForSelector(scene.ready ?? ready).catch((e) => late.push(`${name} ${size} ${language}: ${e.message.split("\n")[0]}`));
			await open(seat.page, tab, scene).catch((e) => late.push(`${name} ${size} ${language}: ${e.message.split("\n")[0]}`));
			const turn = (Object.keys(SIZES).indexOf(size) + ["en", "de"].indexOf(language) * 2 + i) % 4;
			for (const [t, [theme, teams]] of Object.entries(THEMES).entries()) {
				if (!scene.whole && t !== turn) continue;
				await seat.page.evaluate((t) => window.hostTheme(t), teams);
				await tab.waitForFunction((t) => document.documentElement.dataset.theme === t, theme);
				await seat.page.screenshot({ path: join(out, `${name}.${size}.${theme}.${language}.png`) });
				n++;
				// A scene is judged in every theme; sizes and languages take turns, so that each pair meets each theme.
				if (t !== turn) continue;
				judged++;
				found.push(...(await axe(tab)).map((f) => `${name} ${size} ${theme} ${language}: ${f}`));
			}
		}
		await seat.context.close();
	};
	await Promise.all([window_("desktop", "en").then(() => window_("phone", "de")), window_("desktop", "de").then(() => window_("phone", "en"))]);
	ok(late.length === 0, `${area}: ${Object.keys(scenes).length} scenes are drawn, ${n} screens`, late);
	ok(found.length === 0 && judged === Object.keys(scenes).length * 3, `${area}: axe finds nothing wrong on any screen in any theme`, { judged, found });
}
