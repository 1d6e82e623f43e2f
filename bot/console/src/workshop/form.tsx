// A form drawn from the configuration's JSON Schema: an object's members as controls, by their types and by what they name.
import { useCell } from "../shared/cell";
import { language, say } from "../shared/i18n";
import { Check, Input, Select } from "../shared/parts/field";
import { at, draft, findingsAt, knownPrompts, names, pointer, report, resolve, schema, setAt, type Json, type Obj } from "./draft";
import { t } from "./words";

type Path = readonly (string | number)[];

export const label = (member: string): string => {
	const text = say(`m_${member}`);
	return text === `m_${member}` ? member.replaceAll("_", " ") : text;
};

const plain = (values: readonly string[]) => values.map((value) => ({ value, label: say(`v_${value}`) === `v_${value}` ? value : say(`v_${value}`) }));

// Members that name something else of the configuration.
const TARGETS = new Set(["to", "otherwise", "closed", "holiday"]);
const NAMED: Record<string, string> = { calendar: "hours", mailbox: "mailboxes", ask: "lookups", survey: "flows", need: "needs", flow: "flows" };

export const targets = (config: Obj | undefined) => [
	...names(config, "flows").map((value) => ({ value, label: t("target_flow", { name: value }) })),
	...names(config, "queues").map((value) => ({ value, label: t("target_queue", { name: value }) })),
	{ value: "hang-up", label: t("target_hang_up") },
];

export const promptNames = (config: Obj | undefined): string[] => [...new Set([...names(config, "prompts"), ...knownPrompts.get()])].sort();

const isPrompt = (member: string) => member === "music" || member === "prompt" || member === "play" || member.endsWith("_prompt");

function choices(member: string, shape: Obj, config: Obj | undefined) {
	if (Array.isArray(shape["enum"])) return plain(shape["enum"] as string[]);
	if (isPrompt(member)) return promptNames(config).map((value) => ({ value, label: value }));
	if (TARGETS.has(member)) return targets(config);
	const of = NAMED[member];
	return of ? names(config, of).map((value) => ({ value, label: value })) : null;
}

const shown = (v: Json | undefined) => (v === undefined || v === null ? "" : Array.isArray(v) ? v.join(", ") : String(v));

// The rest of a description is for whoever reads the reference.
const firstSentence = (text: Json | undefined) => (typeof text === "string" ? /^.*?[.](?= |$)/.exec(text)?.[0] ?? text : undefined);

// One member. What is absent shows its default, and becomes absent again when it is emptied.
export function Member({ path, shape: given, required }: { path: Path; shape: Json; required?: boolean }) {
	const root = useCell(schema)!, config = useCell(draft)?.config, said = useCell(report);
	const shape = resolve(given, root), member = String(path[path.length - 1]), value = at(config, path), fallback = shape["default"];
	const help = language === "en" ? firstSentence(shape["description"]) : undefined;
	const wrong = findingsAt(said, pointer(path)).faults[0]?.text;
	const all = { label: label(member), ...(help ? { help } : {}), wrong };
	const list = choices(member, shape, config);
	if (list) {
		const none = isPrompt(member) && !required ? [{ value: "\u0000", label: t("no_prompt") }] : [];
		const now = value === "" && none.length ? "\u0000" : shown(value);
		const missing = now && now !== "\u0000" && !list.some((o) => o.value === now) ? [{ value: now, label: t("unknown", { name: now }) }] : [];
		return <Select {...all} options={[...missing, ...none, ...list]} value={now} set={(v) => setAt(path, v === "\u0000" ? "" : v === "" ? undefined : v)}
			{...(required ? {} : { empty: fallback === undefined || fallback === "" ? t("absent") : t("default_is", { value: shown(fallback) }) })} />;
	}
	if (shape["type"] === "boolean")
		return <div class="member"><Check label={all.label} checked={(value ?? fallback) === true} set={(on) => setAt(path, on === fallback ? undefined : on)} />{help && <small>{help}</small>}</div>;
	if (shape["type"] === "integer" || shape["type"] === "number")
		return <Input {...all} type="number" inputMode="decimal" step={shape["type"] === "integer" ? 1 : "any"} {...limits(shape)} value={shown(value)} placeholder={shown(fallback)}
			set={(v) => setAt(path, v === "" || Number.isNaN(Number(v)) ? undefined : Number(v))} />;
	if (shape["type"] === "array" && (resolve(shape["items"] as Json, root)["type"] === "string"))
		return <Input {...all} value={shown(value)} placeholder={shown(fallback)} set={(v) => setAt(path, v.trim() === "" ? undefined : v.split(",").map((s) => s.trim()).filter(Boolean))} />;
	if (shape["type"] === "object" && shape["properties"])
		return <fieldset class="group"><legend>{all.label}</legend>{help && <small>{help}</small>}<Members path={path} shape={shape} /></fieldset>;
	if (shape["type"] === "object") return <Levels path={path} {...all} />;
	if (shape["type"] === "string") return <Input {...all} value={shown(value)} placeholder={shown(fallback)} set={(v) => setAt(path, v === "" && !required ? undefined : v)} />;
	return null; // lists of objects: in the JSON beside it
}

const limits = (shape: Obj) => ({ ...(shape["minimum"] === undefined ? {} : { min: shape["minimum"] as number }), ...(shape["maximum"] === undefined ? {} : { max: shape["maximum"] as number }) });

// "german 3, billing 1": levels or targets by a name.
function Levels({ path, ...all }: { path: Path; label: string; help?: string; wrong: string | undefined }) {
	const value = (at(useCell(draft)?.config, path) ?? {}) as Obj;
	const text = Object.entries(value).map(([k, v]) => `${k} ${shown(v)}`).join(", ");
	const read = (s: string): Obj => Object.fromEntries(s.split(",").map((p) => p.trim().split(/\s+/)).filter((p) => p.length === 2).map(([k, v]) => [k!, /^-?\d+$/.test(v!) ? Number(v) : v!]));
	return <Input {...all} key={path.join("/")} value={text} onChange={(e) => {
		const next = read(e.currentTarget.value);
		setAt(path, Object.keys(next).length ? next : undefined);
	}} set={() => {}} />;
}

export function Members({ path, shape, only, without = [] }: { path: Path; shape: Obj; only?: readonly string[]; without?: readonly string[] }) {
	const properties = (shape["properties"] ?? {}) as Obj, required = (shape["required"] ?? []) as string[];
	return (
		<div class="members">
			{(only ?? Object.keys(properties)).filter((m) => properties[m] && !without.includes(m)).map((m) => (
				<Member key={m} path={[...path, m]} shape={properties[m]!} required={required.includes(m)} />
			))}
		</div>
	);
}
