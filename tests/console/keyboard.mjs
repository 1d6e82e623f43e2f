// A page by Tab: what can be used is reached, and each stop shows that it is there. Not a test itself.

// What can be used and seen; of radio buttons of one name the browser's Tab takes one, and of a date its parts one after the other.
const usable = (tab) => tab.evaluate(() => {
	const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((e) => !e.disabled && e.tabIndex >= 0 && e.checkVisibility());
	const radios = new Set();
	const one = all.filter((e) => e.type !== "radio" || (!radios.has(e.name) && radios.add(e.name)));
	one.forEach((e, i) => (e.dataset.stop = i));
	return one.length;
});

// From where the focus is, round once: how many there are, how many were reached, and which did not show it.
export async function walk(page, tab) {
	const n = await usable(tab), reached = new Set(), dark = [];
	for (let last = null, presses = 0; presses < 4 * n + 8; presses++) {
		await page.keyboard.press("Tab");
		const at = await tab.evaluate(() => {
			const e = document.activeElement, ring = (x) => x && getComputedStyle(x).outlineStyle !== "none" && parseFloat(getComputedStyle(x).outlineWidth) > 0;
			return e?.dataset?.stop === undefined ? null : { stop: e.dataset.stop, shown: ring(e) || ring(e.nextElementSibling), what: e.outerHTML.slice(0, 120) };
		});
		if (!at || at.stop === last) continue;
		if (reached.has(at.stop)) break;
		reached.add((last = at.stop));
		if (!at.shown) dark.push(at.what);
	}
	return { n, reached: reached.size, dark };
}
