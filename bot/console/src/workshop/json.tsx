// A part of the draft as the JSON it is: written into, it is taken over as soon as it is JSON.
import { useEffect, useState } from "preact/hooks";
import { useCell } from "../shared/cell";
import { TextArea } from "../shared/parts/field";
import { Panel } from "../shared/parts/panel";
import { at, draft, setAt, type Json } from "./draft";
import { t } from "./words";

export function JsonBeside({ path }: { path: readonly (string | number)[] }) {
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
			setAt(path, JSON.parse(next) as Json);
			fail("");
		} catch (e) {
			fail(e instanceof Error ? e.message : String(e));
		}
	};
	return <Panel title={t("json")} icon="note" class="json"><TextArea label={t("json_of", { name: String(path.at(-1)) })} hidden rows={24} spellcheck={false} value={text} set={type} wrong={wrong || undefined} /></Panel>;
}
