// What is said to everybody: a few words that go again by themselves, and the two live regions that a screen reader reads.
import { Cell, useCell } from "../cell";
import { t } from "../i18n";
import { ApiError } from "../api";
import { Button } from "./button";
import { Icon } from "./icon";

interface Word {
	id: number;
	text: string;
	bad: boolean;
}

const words = new Cell<readonly Word[]>([]);
const polite = new Cell(""), assertive = new Cell("");
let last = 0;

export function tell(text: string, bad = false): void {
	const id = ++last;
	words.update((all) => [...all.slice(-2), { id, text, bad }]);
	setTimeout(() => untell(id), bad ? 12_000 : 6_000);
}

const untell = (id: number) => words.update((all) => all.filter((w) => w.id !== id));

// Say it to who listens, without showing it. A zero-width difference makes the same words twice two announcements.
export function announce(text: string, now = false): void {
	const cell = now ? assertive : polite;
	cell.set(cell.get() === text ? `${text}\u200b` : text);
}

// What to show where something could not be done.
export function problem(e: unknown): string {
	if (!(e instanceof ApiError)) return e instanceof Error ? e.message : String(e);
	return e.status === 0 ? t("fault_unreachable") : e.status === 401 ? t("fault_401") : e.status === 403 && e.message.startsWith("HTTP") ? t("fault_403")
		: e.status === 503 ? t("fault_503") : e.message;
}

// Do it, and tell what goes wrong. True: it was done.
export async function attempt(run: () => Promise<unknown>, done?: string): Promise<boolean> {
	try {
		await run();
		if (done) tell(done);
		return true;
	} catch (e) {
		tell(problem(e), true);
		return false;
	}
}

export function Said() {
	const list = useCell(words);
	return (
		<>
			<div class="unseen" role="status">{useCell(polite)}</div>
			<div class="unseen" role="alert">{useCell(assertive)}</div>
			<div class="said" role="log" aria-label={t("said")}>
				{list.map((w) => (
					<div key={w.id} class={`word${w.bad ? " bad" : ""}`}>
						<Icon name={w.bad ? "late" : "accept"} /><span>{w.text}</span><Button kind="quiet" icon="decline" label={t("close")} onClick={() => untell(w.id)} />
					</div>
				))}
			</div>
		</>
	);
}
