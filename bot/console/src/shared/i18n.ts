// Words and forms of a language. A page is built in one language, which its <html lang> says, and brings only that one's texts.
//
// A text is a line in text/en.json and text/de.json: "key": "text with {names}". Where a number decides the form, there are
// key_one and key_other (Intl.PluralRules says which), and t("key", { n }) takes one. lint holds both files to the same keys
// and the same names in braces.
import texts from "texts";
import type shared from "./text/en.json";

type Names = Record<string, string | number>;
type Keys<M> = Extract<keyof M, string>;
type Base<K extends string> = K extends `${infer B}_other` ? B : never;
export type Key<M> = Keys<M> | Base<Keys<M>>;

export const language: "en" | "de" = document.documentElement.lang.startsWith("de") ? "de" : "en";
const asked = new URLSearchParams(location.search).get("l") ?? "";
// How numbers and times look: the host's locale where it is of our language ("de-at"), else the language's own.
export const locale = [asked, ...navigator.languages].find((l) => l.toLowerCase().startsWith(language)) ?? language;

export function say(key: string, names?: Names): string {
	const n = names?.n;
	const text = (typeof n === "number" ? texts[`${key}_${plural().select(n)}`] ?? texts[`${key}_other`] : undefined) ?? texts[key] ?? key;
	return names ? text.replace(/\{(\w+)\}/g, (all, name: string) => (name in names ? show(names[name]!) : all)) : text;
}

// The t() of an area: it knows the area's texts and the shared ones.
export const translator = <M>() => say as (key: Key<M> | Key<typeof shared>, names?: Names) => string;
export const t = translator<typeof shared>();

// Made when first wanted: the first of them costs a slow phone as much as all our scripts, so nothing that every page shows at once
// may want one. Small numbers look the same without.
const lazily = <T,>(make: () => T) => {
	let made: T | undefined;
	return (): T => (made ??= make());
};
const plural = lazily(() => new Intl.PluralRules(language));
const clock = (more: Intl.DateTimeFormatOptions = {}) => lazily(() => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", ...more }));
const numbers = lazily(() => new Intl.NumberFormat(locale));
const clocks = clock(), seconds = clock({ second: "2-digit" });
const days = lazily(() => new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" }));

const show = (value: string | number) => (typeof value === "number" ? number(value) : value);
export const number = (n: number): string => (Number.isInteger(n) && n >= 0 && n < 1000 ? String(n) : numbers().format(n));
export const percent = (share: number): string => `${number(Math.round(share * 100))}${language === "de" ? "\u00a0%" : "%"}`;
export const timeOfDay = (ms: number): string => clocks().format(ms);
export const timeOfDaySeconds = (ms: number): string => seconds().format(ms);
export const day = (ms: number): string => days().format(ms);
// "14:02" today, "Fri, 21 Nov 14:02" before.
export const when = (ms: number, now: number): string =>
	new Date(ms).toDateString() === new Date(now).toDateString() ? timeOfDay(ms) : `${day(ms)} ${timeOfDay(ms)}`;

// "0:24", "12:41", "1:02:03"; never below nothing.
export function duration(ms: number): string {
	const s = Math.max(0, Math.floor(ms / 1000)), two = (n: number) => String(n).padStart(2, "0");
	return s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

// The same in words, for who listens to the page: "12 min 41 s".
export function durationSpoken(ms: number): string {
	const s = Math.max(0, Math.floor(ms / 1000)), part = (n: number, key: "unit_h" | "unit_min" | "unit_s") => (n ? [t(key, { n })] : []);
	return [...part(Math.floor(s / 3600), "unit_h"), ...part(Math.floor(s / 60) % 60, "unit_min"), ...part(s % 60, "unit_s")].join(" ") || t("unit_s", { n: 0 });
}
