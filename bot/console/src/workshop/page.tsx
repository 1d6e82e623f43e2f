// What a page of the workshop stands on: the draft, loaded once.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useCell } from "../shared/cell";
import { Fault, Skeleton } from "../shared/parts/panel";
import { problem } from "../shared/parts/said";
import { draft, load, schema, type Draft } from "./draft";

export function WithDraft({ children }: { children: (d: Draft) => ComponentChildren }) {
	const d = useCell(draft), shape = useCell(schema), [wrong, fail] = useState("");
	const bring = () => (fail(""), void load().catch((e: unknown) => fail(problem(e))));
	useEffect(() => {
		if (!draft.get()) bring();
	}, []);
	return wrong ? <Fault text={wrong} again={bring} /> : d && shape ? <>{children(d)}</> : <Skeleton rows={5} />;
}

// Something the service is asked for once, and again when the page wants it.
export function useAsked<T>(ask: () => Promise<T>, on: readonly unknown[] = []) {
	const [answer, set] = useState<T | null>(null), [wrong, fail] = useState("");
	const again = () => (fail(""), void ask().then(set, (e: unknown) => fail(problem(e))));
	useEffect(again, on);
	return { answer, wrong, again, set };
}

export function Asked<T>({ of, children }: { of: { answer: T | null; wrong: string; again: () => void }; children: (answer: T) => ComponentChildren }) {
	if (of.wrong) return <Fault text={of.wrong} again={of.again} />;
	return of.answer === null ? <Skeleton rows={4} /> : <>{children(of.answer)}</>;
}
