// Notes of a contact: what is there, and one's own, which saves itself two seconds after the last key. Where the service cannot be
// reached it is kept in this window and saved later: a note is the one thing that is safe to say late.
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, post } from "../shared/api";
import { useCell } from "../shared/cell";
import { serviceNow } from "../shared/clock";
import { timeOfDay, when } from "../shared/i18n";
import { useKeys } from "../shared/keys";
import { link } from "../shared/live";
import { Button } from "../shared/parts/button";
import { TextArea } from "../shared/parts/field";
import { tell, problem } from "../shared/parts/said";
import { ms } from "./mine";
import type { Note } from "../shared/records";
import { t } from "./words";

const QUIET_MS = 2_000, TEXT_MOST = 4000;
type Draft = { note: number | null; text: string; saved: string };

const keyOf = (contact: number) => `foyer.note.${contact}`;

function kept(contact: number): Draft {
	try {
		return { note: null, text: "", saved: "", ...(JSON.parse(sessionStorage.getItem(keyOf(contact)) ?? "{}") as Partial<Draft>) };
	} catch {
		return { note: null, text: "", saved: "" }; // storage is shut here
	}
}

function keep(contact: number, draft: Draft): void {
	try {
		if (draft.text) sessionStorage.setItem(keyOf(contact), JSON.stringify(draft));
		else sessionStorage.removeItem(keyOf(contact));
	} catch {
		// Kept as long as the page is shown, then.
	}
}

const wordOf = (saving: boolean, waiting: boolean, at: number, draft: Draft): string =>
	saving ? t("note_saving") : waiting ? t("note_waiting") : draft.text !== draft.saved ? t("note_unsaved") : at ? t("note_saved", { time: timeOfDay(at) }) : "";

function Writer({ contact, changed }: { contact: number; changed: () => void }) {
	const [draft, set] = useState(() => kept(contact)), [saving, busy] = useState(false), [waiting, wait] = useState(false), [at, savedAt] = useState(0);
	const { state } = useCell(link), box = useRef<HTMLDivElement>(null), latest = useRef(draft), flight = useRef(Promise.resolve());
	latest.current = draft;
	const update = (d: Draft) => (set(d), keep(contact, d));
	const write = async () => {
		const d = latest.current;
		if (!d.text.trim() || d.text === d.saved) return;
		busy(true);
		try {
			const { note } = await post<{ note: number }>(`/api/v1/contacts/${contact}/notes${d.note === null ? "" : `/${d.note}`}`, { text: d.text });
			update({ ...latest.current, note, saved: d.text });
			wait(false);
			savedAt(serviceNow());
			changed();
		} catch (e) {
			wait(e instanceof ApiError && (e.status === 0 || e.status === 503));
			if (!(e instanceof ApiError && (e.status === 0 || e.status === 503))) tell(problem(e), true);
		}
		busy(false);
	};
	// One at a time: leaving the field and finishing the note come together.
	const save = () => (flight.current = flight.current.then(write));
	useEffect(() => {
		if (draft.text === draft.saved) return;
		const timer = setTimeout(() => void save(), QUIET_MS);
		return () => clearTimeout(timer);
	}, [draft.text, state === "live"]);
	const focus = () => box.current?.querySelector("textarea")?.focus();
	useKeys([{ id: "desk.note", key: "n", label: t("key_note"), run: focus }]);
	const finish = async () => {
		await save();
		if (latest.current.text === latest.current.saved || !latest.current.text) update({ note: null, text: "", saved: "" });
		changed();
	};
	return (
		<div ref={box} class="writer">
			<TextArea label={t("note_add")} placeholder={t("note_placeholder")} maxLength={TEXT_MOST} value={draft.text} set={(text) => update({ ...draft, text })} onBlur={() => void save()} />
			<div class="writer-end"><small role="status">{wordOf(saving, waiting, at, draft)}</small>
				{draft.text && <Button onClick={() => void finish()}>{t("note_done")}</Button>}</div>
		</div>
	);
}

export function Notes({ contact, notes, changed }: { contact: number; notes: Note[] | null; changed: () => void }) {
	const own = kept(contact).note;
	return (
		<section class="notes" aria-labelledby="notes">
			<h3 id="notes">{t("notes")}</h3>
			<Writer key={contact} contact={contact} changed={changed} />
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
