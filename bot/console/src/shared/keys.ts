// Single keys, as contact centres have them: they work while no text field has the focus, can be turned off and changed
// (WCAG 2.1.4), and "?" lists those that work right now. Combinations with Ctrl belong to Teams and the browser.
import { useLayoutEffect, useRef } from "preact/hooks";
import { Cell } from "./cell";

export interface Shortcut {
	id: string; // how it is kept when changed: "desk.accept"
	key: string; // "a", "?", "Escape", or two after each other: "g q"
	label: string; // "": not told of, one of a row
	run: () => void;
}

interface Layer {
	list: Shortcut[];
	only: boolean; // a dialog: what is below rests
}

const KEPT = "foyer.keys";
const layers: Layer[] = [];
let first = "";

export interface KeyChoices {
	off: boolean;
	keys: Record<string, string>;
}

function kept(): KeyChoices {
	try {
		return { off: false, keys: {}, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<KeyChoices>) };
	} catch {
		return { off: false, keys: {} }; // storage is shut here: nothing was kept
	}
}

export const keyChoices = new Cell<KeyChoices>(kept());

export function keyChoose(choices: KeyChoices): void {
	keyChoices.set(choices);
	try {
		localStorage.setItem(KEPT, JSON.stringify(choices));
	} catch {
		// Kept for this visit, then.
	}
}

export const keyOf = (s: Shortcut): string => keyChoices.get().keys[s.id] ?? s.key;

// Those that work right now, the innermost first.
export function shortcutsNow(): Shortcut[] {
	const from = layers.map((l) => l.only).lastIndexOf(true);
	return layers.slice(Math.max(0, from)).reverse().flatMap((l) => l.list);
}

const typing = (at: EventTarget | null): boolean =>
	at instanceof HTMLElement && (at.isContentEditable || at.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=range])"));

function press(e: KeyboardEvent): void {
	if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.repeat) return;
	if (typing(e.target) && e.key !== "Escape") return;
	if (keyChoices.get().off && e.key !== "Escape") return;
	const key = e.key.length === 1 ? e.key.toLowerCase() : e.key, both = first ? `${first} ${key}` : key;
	const now = shortcutsNow();
	const hit = now.find((s) => keyOf(s) === both) ?? now.find((s) => keyOf(s) === key);
	first = !hit && now.some((s) => keyOf(s).startsWith(`${key} `)) ? key : "";
	if (!hit) return;
	e.preventDefault();
	hit.run();
}
if (typeof document !== "undefined") document.addEventListener("keydown", press);

// While the component is there. only: nothing else works meanwhile.
export function useKeys(list: readonly (Shortcut | false | null | undefined)[], only = false): void {
	const layer = useRef<Layer>({ list: [], only }).current;
	layer.list = list.filter((s): s is Shortcut => !!s);
	useLayoutEffect(() => {
		layers.push(layer);
		return () => void layers.splice(layers.indexOf(layer), 1);
	}, []);
}
