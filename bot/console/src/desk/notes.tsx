// Notes of a contact: what is there, and one's own, which saves itself.
import { useEffect, useRef } from "preact/hooks";
import { useCell } from "../shared/cell";
import { serviceNow } from "../shared/clock";
import { timeOfDay, when } from "../shared/i18n";
import { useKeys } from "../shared/keys";
import { Button } from "../shared/parts/button";
import { TextArea } from "../shared/parts/field";
import type { Note } from "../shared/records";
import { draftFinish, draftOf, drafts, draftSave, draftWrite, type Draft } from "./drafts";
import { ms } from "./mine";
import { t } from "./words";

const TEXT_MOST = 4000;

const wordOf = (d: Draft): string => (d.state === "saving" ? t("note_saving") : d.state === "waiting" ? t("note_waiting") : d.text !== d.saved ? t("note_unsaved")
	: d.at && d.text ? t("note_saved", { time: timeOfDay(d.at) }) : "");

function Writer({ contact }: { contact: number }) {
	const draft = useCell(drafts, draftOf(contact)), box = useRef<HTMLDivElement>(null);
	useKeys([{ id: "desk.note", key: "n", label: t("key_note"), run: () => box.current?.querySelector("textarea")?.focus() }]);
	return (
		<div ref={box} class="writer">
			<TextArea label={t("note_add")} placeholder={t("note_placeholder")} maxLength={TEXT_MOST} value={draft.text} set={(text) => draftWrite(contact, text)} onBlur={() => void draftSave(contact)} />
			<div class="writer-end"><small role="status">{wordOf(draft)}</small>
				{draft.text && <Button onClick={() => void draftFinish(contact)}>{t("note_done")}</Button>}</div>
		</div>
	);
}

export function Notes({ contact, notes, changed }: { contact: number; notes: Note[] | null; changed: () => void }) {
	// Her own stands in the field; what is saved of it is asked for when she is done with it.
	const own = draftOf(contact)(useCell(drafts)).note, before = useRef(own);
	useEffect(() => {
		if (before.current !== own) changed();
		before.current = own;
	}, [own]);
	return (
		<section class="notes" aria-labelledby="notes">
			<h3 id="notes">{t("notes")}</h3>
			<Writer key={contact} contact={contact} />
			{notes && notes.length > 0 && (
				<ul>
					{notes.filter((n) => n.note !== own).map((n) => (
						<li key={n.note}><p>{n.text}</p><small>{n.author ?? t("system")} · {when(ms(n.at), serviceNow())}{n.edited_at && ` · ${t("note_edited", { time: timeOfDay(ms(n.edited_at)) })}`}</small></li>
					))}
				</ul>
			)}
		</section>
	);
}
