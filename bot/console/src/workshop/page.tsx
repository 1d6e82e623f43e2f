// What a page of the workshop stands on: the draft, loaded once.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Asked as Asking } from "../shared/asked";
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

// Something the service was asked for.
export function Asked<T>({ of: { data, error, again }, children }: { of: Asking<T>; children: (answer: T) => ComponentChildren }) {
	if (data === null) return error ? <Fault text={problem(error)} again={again} /> : <Skeleton rows={4} />;
	return <>{children(data)}</>;
}
