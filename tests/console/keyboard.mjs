// A page by Tab: what can be used is reached, and each stop shows that it is there. Not a test itself.

// What can be used and seen; of radio buttons of one name the browser's Tab takes one. Stops are written down in the page as it goes.
const begin = () => {
	const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((e) => !e.disabled && e.tabIndex >= 0 && e.checkVisibility());
	const radios = new Set(), ring = (e) => e && getComputedStyle(e).outlineStyle !== "none" && parseFloat(getComputedStyle(e).outlineWidth) > 0;
	const one = all.filter((e) => e.type !== "radio" || (!radios.has(e.name) && radios.add(e.name)));
	window.stops = { wanted: new Set(one), reached: new Set(), dark: [] };
	document.addEventListener("focusin", ({ target: e }) => {
		if (!window.stops.wanted.has(e) || window.stops.reached.has(e)) return;
		window.stops.reached.add(e);
		if (!ring(e) && !ring(e.nextElementSibling)) window.stops.dark.push(e.outerHTML.slice(0, 120));
	});
	return one.length;
};
const end = () => ({ reached: window.stops.reached.size, dark: window.stops.dark,
	missed: [...window.stops.wanted].filter((e) => !window.stops.reached.has(e)).map((e) => e.outerHTML.slice(0, 120)) });

// From where the focus is, round: how many there are, how many were reached, which were not, and which did not show it. Some have
// parts that Tab goes through (a date), so it is pressed more often than there are stops.
export async function walk(page, tab) {
	const n = await tab.evaluate(begin);
	for (let round = 0; round < 4; round++) {
		for (let i = 0; i < n + 3; i++) await page.keyboard.press("Tab");
		const so = await tab.evaluate(end);
		if (so.reached < n && round < 3) continue;
		await tab.evaluate(() => document.activeElement?.blur());
		return { n, ...so };
	}
}
