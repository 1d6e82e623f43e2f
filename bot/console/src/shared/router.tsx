// Which page of an area is shown: /app/desk, /app/desk/history, /app/wall/queue/sales. One page a file; an area lists its
// pages in its main.tsx. Between areas the browser goes; within one, only what changes is drawn.
import type { ComponentType } from "preact";
import { Cell } from "./cell";

export type Role = "Agent" | "Supervisor" | "Admin";
export type Params = Record<string, string>;

export interface Page {
	path: string; // after the area's: "", "history", "queue/:name"
	label: string; // a key of a text: the page's title and its place in the navigation
	role?: Role; // who sees it; the API judges again
	inNav?: boolean;
	// The component, or how to bring it when it is wanted: lazy(() => import("./reports"))
	view: ComponentType<Params>;
}

export const path = new Cell<string>(location.pathname);

const parts = (p: string): string[] => p.split("/").filter(Boolean).map(decodeURIComponent);

export function pageMatch(pages: readonly Page[], area: string, at: string): { page: Page; params: Params } | null {
	const have = parts(at).slice(2);
	if (parts(at)[1] !== area) return null;
	for (const page of pages) {
		const want = parts(page.path), params: Params = {};
		if (want.length === have.length && want.every((w, i) => (w.startsWith(":") ? ((params[w.slice(1)] = have[i]!), true) : w === have[i])))
			return { page, params };
	}
	return null;
}

export function go(to: string, how: { replace?: boolean } = {}): void {
	if (to === location.pathname) return;
	history[how.replace ? "replaceState" : "pushState"](null, "", to + location.search);
	path.set(location.pathname);
}

// A link of ours that stays in the area is followed without loading anything.
export function follow(e: MouseEvent): void {
	const link = e.target instanceof Element ? e.target.closest("a") : null;
	if (!link || e.defaultPrevented || e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey || link.target || link.hasAttribute("download")) return;
	if (link.origin !== location.origin || parts(link.pathname)[0] !== "app" || parts(link.pathname)[1] !== parts(location.pathname)[1]) return;
	e.preventDefault();
	// A place on this page: the address stays, and "back" leads where it led.
	if (link.hash && link.pathname === location.pathname) document.querySelector<HTMLElement>(link.hash)?.focus();
	else go(link.pathname);
}

if (typeof window !== "undefined") window.addEventListener("popstate", () => path.set(location.pathname));
