// Light, dark and contrast. Teams says which; in a browser the person's system does, until she chooses here.
export type Theme = "light" | "dark" | "contrast";

// What Teams calls them; names we do not know yet ("glass") are light.
export const themeOf = (teams: string | undefined): Theme => (teams === "dark" || teams === "contrast" ? teams : "light");

export function themeSet(theme: Theme): void {
	document.documentElement.dataset.theme = theme;
}

// In a browser: what the system says, now and when it changes.
export function themeFollowSystem(): void {
	const dark = matchMedia("(prefers-color-scheme: dark)"), contrast = matchMedia("(forced-colors: active)");
	const follow = () => themeSet(contrast.matches ? "contrast" : dark.matches ? "dark" : "light");
	dark.addEventListener("change", follow);
	contrast.addEventListener("change", follow);
	follow();
}
