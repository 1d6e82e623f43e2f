// A part of the draft as the JSON it is: written into, it is taken over as soon as it is JSON of the schema's shape. Pages draw only
// what has that; whether it makes sense is the check's to say.
import { useEffect, useState } from "preact/hooks";
import { useCell } from "../shared/cell";
import { TextArea } from "../shared/parts/field";
import { Panel } from "../shared/parts/panel";
import { at, draft, pointer, resolve, schema, setAt, type Json, type Obj } from "./draft";
import { t } from "./words";

type Path = readonly (string | number)[];

const typeOf = (v: Json): string => (v === null ? "null" : Array.isArray(v) ? "array" : typeof v);

// The way to the first member that is of another type than the schema's, or none of its names; null: it fits.
function misfit(value: Json, shape: Json | undefined, root: Obj, path: Path = []): Path | null {
	const s = resolve(shape, root), is = typeOf(value), types = [s["type"] ?? is].flat();
	if (!types.some((type) => type === is || (type === "integer" && is === "number"))) return path;
	const known = (s["properties"] ?? {}) as Obj, patterns = Object.entries((s["patternProperties"] ?? {}) as Obj);
	const named = (name: string) => known[name] ?? patterns.find(([p]) => new RegExp(p).test(name))?.[1] ?? s["additionalProperties"];
	const parts: [string | number, Json, Json | undefined][] = Array.isArray(value) ? value.map((v, i) => [i, v, s["items"]])
		: value && typeof value === "object" ? Object.entries(value).map(([name, v]) => [name, v, named(name)]) : [];
	for (const [part, v, of] of parts) {
		const bad = of === false ? [...path, part] : typeof of === "object" ? misfit(v, of, root, [...path, part]) : null;
		if (bad) return bad;
	}
	return null;
}

// shape: the name of what it is in the schema.
export function JsonBeside({ path, shape }: { path: Path; shape: string }) {
	const value = at(useCell(draft)?.config, path), now = JSON.stringify(value, null, 2);
	const [text, set] = useState(now), [wrong, fail] = useState("");
	useEffect(() => {
		// What was changed elsewhere; what is being typed here stays as it is typed.
		try {
			if (JSON.stringify(JSON.parse(text)) !== JSON.stringify(value)) set(now);
		} catch {
			// Half written.
		}
	}, [now]);
	const type = (next: string) => {
		set(next);
		try {
			const made = JSON.parse(next) as Json, bad = misfit(made, { $ref: `#/$defs/${shape}` }, schema.get()!);
			if (!bad) setAt(path, made);
			fail(bad ? t("json_misfit", { where: pointer(bad) || "/" }) : "");
		} catch (e) {
			fail(e instanceof Error ? e.message : String(e));
		}
	};
	return <Panel title={t("json")} icon="note" class="json"><TextArea label={t("json_of", { name: String(path.at(-1)) })} hidden rows={24} spellcheck={false} value={text} set={type} wrong={wrong || undefined} /></Panel>;
}
