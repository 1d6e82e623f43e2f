// Notes being written, by contact. Each saves itself two seconds after the last key, also when the page that shows it is gone; where the
// service cannot be reached or has no time it is kept in this window and saved later: a note is the one thing that is safe to say late.
import { ApiError, post } from "../shared/api";
import { Cell } from "../shared/cell";
import { serviceNow } from "../shared/clock";
import { link } from "../shared/live";
import { problem, tell } from "../shared/parts/said";

const QUIET_MS = 2_000, AGAIN_MS = 5_000, KEPT = "foyer.note.";

export interface Draft {
	note: number | null; // its number, once the service has it
	text: string;
	saved: string;
	// Sent and not answered yet. The same words are sent again under the same key, so that the service has them once; what was
	// written since follows as a change of that note.
	sent: { key: string; text: string } | null;
	state: "" | "saving" | "waiting" | "refused";
	at: number; // when it was saved last
}

const NONE: Draft = { note: null, text: "", saved: "", sent: null, state: "", at: 0 };

function kept(): Record<number, Draft> {
	const all: Record<number, Draft> = {};
	try {
		for (const name of Object.keys(sessionStorage).filter((k) => k.startsWith(KEPT)))
			all[Number(name.slice(KEPT.length))] = { ...NONE, ...(JSON.parse(sessionStorage.getItem(name)!) as Partial<Draft>), state: "" };
	} catch {
		// Storage is shut here, or was written by somebody else: nothing was kept.
	}
	return all;
}

export const drafts = new Cell<Record<number, Draft>>(kept());
const timers = new Map<number, ReturnType<typeof setTimeout>>(), flights = new Map<number, Promise<void>>();

export const draftOf = (contact: number) => (all: Record<number, Draft>): Draft => all[contact] ?? NONE;

const now = (contact: number) => draftOf(contact)(drafts.get());
const unsaved = (d: Draft) => d.text.trim() !== "" && d.text !== d.saved;

function put(contact: number, change: Partial<Draft>): void {
	const d = { ...now(contact), ...change };
	drafts.update((all) => ({ ...all, [contact]: d }));
	try {
		if (d.text) sessionStorage.setItem(KEPT + contact, JSON.stringify(d));
		else sessionStorage.removeItem(KEPT + contact);
	} catch {
		// Kept as long as the page is shown, then.
	}
}

function later(contact: number, ms: number): void {
	clearTimeout(timers.get(contact));
	timers.set(contact, setTimeout(() => void draftSave(contact), ms));
}

// What was added to a note that is too old to be changed is one of its own.
function startAnother(contact: number): void {
	const { text, saved } = now(contact);
	put(contact, { ...NONE, text: text.startsWith(saved) ? text.slice(saved.length).trimStart() : text });
}

async function send(contact: number): Promise<void> {
	const { note, text, sent } = now(contact), path = `/api/v1/contacts/${contact}/notes`;
	if (note !== null) {
		try {
			await post(`${path}/${note}`, { text });
			return put(contact, { saved: text });
		} catch (e) {
			if (!(e instanceof ApiError && e.status === 404)) throw e;
		}
		startAnother(contact);
		return unsaved(now(contact)) ? send(contact) : undefined;
	}
	const first = sent ?? { key: crypto.randomUUID(), text };
	put(contact, { sent: first });
	const made = await post<{ note: number }>(path, { text: first.text }, "POST", { "Idempotency-Key": first.key });
	put(contact, { note: made.note, saved: first.text, sent: null });
}

async function write(contact: number): Promise<void> {
	clearTimeout(timers.get(contact));
	if (!unsaved(now(contact))) return;
	put(contact, { state: "saving" });
	try {
		await send(contact);
		put(contact, { state: "", at: serviceNow() });
		if (unsaved(now(contact))) later(contact, QUIET_MS);
	} catch (e) {
		// No answer, no session, no time, or the same under the same key is under way still.
		const again = e instanceof ApiError && ([0, 401, 503].includes(e.status) || e.target === "Idempotency-Key");
		put(contact, { state: again ? "waiting" : "refused", ...(!again && { sent: null }) });
		if (!again) tell(problem(e), true);
		else if (link.get().state === "live") later(contact, AGAIN_MS);
	}
}

export function draftWrite(contact: number, text: string): void {
	put(contact, { text, state: "" });
	later(contact, QUIET_MS);
}

// One at a time: leaving the field and finishing the note come together.
export function draftSave(contact: number): Promise<void> {
	const flight = (flights.get(contact) ?? Promise.resolve()).then(() => write(contact));
	flights.set(contact, flight);
	return flight;
}

// Saved and put aside, so that the next word begins another note. While it cannot be saved it stays.
export async function draftFinish(contact: number): Promise<void> {
	await draftSave(contact);
	if (!unsaved(now(contact))) put(contact, NONE);
}

link.watch(({ state }) => {
	if (state === "live") for (const [contact, d] of Object.entries(drafts.get())) if (unsaved(d) && d.state !== "refused") void draftSave(Number(contact));
});
