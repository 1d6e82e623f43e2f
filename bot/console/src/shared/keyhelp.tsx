// "?": the keys that work right now, how to turn them off, and how to change one.
import { useState } from "preact/hooks";
import { useCell } from "./cell";
import { t } from "./i18n";
import { keyChoices, keyChoose, keyOf, shortcutsNow, type Shortcut } from "./keys";
import { Button } from "./parts/button";
import { Dialog } from "./parts/dialog";
import { Check } from "./parts/field";

export function KeyHelp({ close }: { close: () => void }) {
	const choices = useCell(keyChoices);
	const [list] = useState(() => shortcutsNow().filter((s) => s.label)), [changing, change] = useState<string | null>(null);
	const take = (s: Shortcut, e: KeyboardEvent) => {
		if (changing !== s.id || e.key === "Tab" || e.key === "Shift") return;
		e.preventDefault();
		e.stopPropagation();
		change(null);
		if (e.key.length === 1 && e.key !== " ") keyChoose({ ...choices, keys: { ...choices.keys, [s.id]: e.key.toLowerCase() } });
	};
	return (
		<Dialog title={t("keys_title")} close={close} actions={<Button onClick={() => keyChoose({ off: false, keys: {} })}>{t("keys_reset")}</Button>}>
			<Check label={t("keys_on")} checked={!choices.off} set={(on) => keyChoose({ ...choices, off: !on })} />
			<p class="quiet">{t("keys_help")}</p>
			<ul class="keys">
				{list.map((s) => (
					<li key={s.id}>
						<span>{s.label}</span>
						<button type="button" class="button quiet" onClick={() => change(s.id)} onKeyDown={(e) => take(s, e)}>
							{changing === s.id ? t("keys_press") : keyOf(s).split(" ").map((k) => <kbd key={k}>{k.length === 1 ? k.toUpperCase() : k}</kbd>)}
							<span class="unseen"> {t("keys_change", { label: s.label })}</span>
						</button>
					</li>
				))}
			</ul>
		</Dialog>
	);
}
