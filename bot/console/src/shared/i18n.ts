// Words and forms of a language. The page comes in one language (its <html lang>), and brings only that one's texts.
//
// A text is a line in text/en.json and text/de.json: "key": "text with {names}". Where a number decides the form, there are
// key_one and key_other (Intl.PluralRules says which), and t("key", { n }) takes one. lint holds both files to the same keys
// and the same names in braces.
import type shared from "./text/en.json";

type Names = Record<string, string | number>;
type Keys<M> = Extract<keyof M, string>;
type Base<K extends string> = K extends `${infer B}_other` ? B : never;
export type Key<M> = Keys<M> | Base<Keys<M>>;

export const language: "en" | "de" = document.documentElement.lang.startsWith("de") ? "de" : "en";
const asked = new URLSearchParams(location.search).get("l") ?? "";
// How numbers and times look: the host's locale where it is of our language ("de-at"), else the language's own.
export const locale = [asked, ...navigator.languages].find((l) => l.toLowerCase().startsWith(language)) ?? language;

const texts: Record<string, string> = {};
const plural = new Intl.PluralRules(language);

export function textsLearn(...more: Record<string, string>[]): void {
	Object.assign(texts, ...more);
}

export function say(key: string, names?: Names): string {
	const n = names?.n;
	const text = (typeof n === "number" ? texts[`${key}_${plural.select(n)}`] ?? texts[`${key}_other`] : undefined) ?? texts[key] ?? key;
	return names ? text.replace(/\{(\w+)\}/g, (all, name: string) => (name in names ? show(names[name]!) : all)) : text;
}

// The t() of an area: it knows the area's texts and the shared ones.
export const translator = <M>() => say as (key: Key<M> | Key<typeof shared>, names?: Names) => string;
export const t = translator<typeof shared>();

const numbers = new Intl.NumberFormat(locale);
const percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
const clocks = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const seconds = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const days = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" });

const show = (value: string | number) => (typeof value === "number" ? numbers.format(value) : value);
export const number = (n: number): string => numbers.format(n);
export const percent = (share: number): string => percents.format(share);
export const timeOfDay = (ms: number): string => clocks.format(ms);
export const timeOfDaySeconds = (ms: number): string => seconds.format(ms);
export const day = (ms: number): string => days.format(ms);
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
