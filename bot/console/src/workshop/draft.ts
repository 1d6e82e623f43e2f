// The draft: the configuration as it is being changed. It is kept in this window, also over a reload, until it is applied or
// thrown away; the service has it only to check, walk and apply.
import { get, post, ApiError } from "../shared/api";
import { Cell } from "../shared/cell";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Obj = { [name: string]: Json };

export interface Version {
	number: number;
	at: string;
	author: string;
	author_name: string;
	comment: string;
	how: "file" | "console" | "rollback";
}

export interface Finding {
	pointer: string;
	line: number;
	column: number;
	text: string;
}

export interface Report {
	ok: boolean;
	faults: Finding[];
	warnings: Finding[];
	restart: Finding[];
}

export interface Draft {
	version: Version; // it was made on
	base: string; // that version's text
	text: string; // the draft's; base while nothing is changed
	config: Obj; // of text
}

export const draft = new Cell<Draft | null>(null);
export const report = new Cell<Report | null>(null); // of the draft as it was last checked; null: not yet
export const schema = new Cell<Obj | null>(null);
// Those of the version in force, the built-in ones among them.
export const knownPrompts = new Cell<readonly string[]>([]);

const KEPT = "foyer.draft", CHECK_AFTER_MS = 600;
let timer = 0, asked = 0;

const indent = (text: string) => /\n([\t ]+)"/.exec(text)?.[1] ?? "\t";
export const written = (config: Obj, like: string): string => JSON.stringify(config, null, indent(like)) + (like.endsWith("\n") ? "\n" : "");

function keep(): void {
	const d = draft.get();
	try {
		if (d && d.text !== d.base) sessionStorage.setItem(KEPT, JSON.stringify({ version: d.version, base: d.base, text: d.text }));
		else sessionStorage.removeItem(KEPT);
	} catch {
		// Storage is shut here: it is kept as long as the window.
	}
}

function kept(): Draft | null {
	try {
		const d = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Omit<Draft, "config"> | null;
		return d && { ...d, config: JSON.parse(d.text) as Obj };
	} catch {
		return null;
	}
}

export async function check(): Promise<void> {
	const d = draft.get(), mine = ++asked;
	if (!d) return;
	const answer = await post<Report>("/api/v1/config/check", { text: d.text });
	if (mine === asked) report.set(answer);
}

function checkSoon(): void {
	clearTimeout(timer);
	timer = window.setTimeout(() => void check().catch(() => report.set(null)), CHECK_AFTER_MS);
}

function put(d: Draft): void {
	draft.set(d);
	keep();
	checkSoon();
}

// A draft that was begun goes on; it says itself which version it was made on.
export async function load(): Promise<void> {
	const [now, shape, said] = await Promise.all([get<{ version: Version; text: string }>("/api/v1/config"), schema.get() ?? get<Obj>("/api/v1/config/schema"),
		get<{ prompts: { name: string }[] }>("/api/v1/prompts")]);
	schema.set(shape);
	knownPrompts.set(said.prompts.map((p) => p.name));
	put(draft.get() ?? kept() ?? { ...now, base: now.text, config: JSON.parse(now.text) as Obj });
}

async function anew(): Promise<void> {
	draft.set(null);
	try {
		sessionStorage.removeItem(KEPT);
	} catch {
		// Nothing was kept, then.
	}
	await load();
}
export const discard = anew;

// Change a copy, and take it for the draft.
export function change(how: (config: Obj) => void): void {
	const d = draft.get();
	if (!d) return;
	const config = structuredClone(d.config);
	how(config);
	const text = written(config, d.base);
	put({ ...d, config, text: text === written(JSON.parse(d.base) as Obj, d.base) ? d.base : text });
}

export function replaceText(text: string): void {
	const d = draft.get();
	if (d) put({ ...d, text, config: JSON.parse(text) as Obj });
}

// A member by its path; undefined removes it.
export function setAt(path: readonly (string | number)[], value: Json | undefined): void {
	change((config) => {
		let at = config as never as Record<string | number, Json>;
		for (const part of path.slice(0, -1)) at = (at[part] ??= {}) as never;
		const last = path[path.length - 1]!;
		if (value === undefined) delete at[last];
		else at[last] = value;
	});
}

export const at = (config: Json | undefined, path: readonly (string | number)[]): Json | undefined =>
	path.reduce<Json | undefined>((v, part) => (v && typeof v === "object" ? (v as Record<string | number, Json>)[part] : undefined), config);

export const pointer = (path: readonly (string | number)[]): string =>
	path.map((p) => `/${String(p).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

// What the service found at this member or below it.
export const findingsAt = (r: Report | null, where: string): { faults: Finding[]; warnings: Finding[] } => {
	const here = (f: Finding) => f.pointer === where || f.pointer.startsWith(`${where}/`);
	return { faults: [...(r?.faults ?? []), ...(r?.restart ?? [])].filter(here), warnings: (r?.warnings ?? []).filter(here) };
};

// Applied, it is the version that the next draft is made on. A refusal leaves the draft as it is.
export async function apply(comment: string): Promise<Version> {
	const d = draft.get();
	if (!d) throw new ApiError(0, "no_draft", "");
	const { version } = await post<{ version: Version }>("/api/v1/config/apply", { text: d.text, comment }, "POST", { "If-Match": `"${d.version.number}"` });
	await anew();
	return version;
}

export async function rollback(to: number, comment: string): Promise<Version> {
	const now = await get<{ version: Version }>("/api/v1/config");
	const { version } = await post<{ version: Version }>("/api/v1/config/rollback", { version: to, comment }, "POST", { "If-Match": `"${now.version.number}"` });
	await anew();
	return version;
}

// The draft on the version that is in force now: whoever changed it meanwhile is seen in the comparison.
export async function rebase(): Promise<void> {
	const d = draft.get(), now = await get<{ version: Version; text: string }>("/api/v1/config");
	if (d) put({ ...d, version: now.version, base: now.text });
}

// A JSON Schema's $ref followed.
export function resolve(shape: Json | undefined, root: Obj): Obj {
	const s = (shape ?? {}) as Obj, ref = s["$ref"];
	return typeof ref === "string" ? { ...(at(root, ref.slice(2).split("/")) as Obj), ...s } : s;
}

export const names = (config: Obj | undefined, of: string): string[] => Object.keys((config?.[of] as Obj | undefined) ?? {});
