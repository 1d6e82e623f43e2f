// A thing of the API, fetched when the path or `nudge` changes, when `again` is called, and `every_ms` after the last answer while
// somebody looks.
// What was there stays until there is something newer, but never under another `about`: the path, where that does not change with
// the clock. path null: nothing is wanted.
import { useEffect, useState } from "preact/hooks";
import { ApiError, get } from "./api";

export interface Asked<T> {
	data: T | null;
	error: ApiError | null;
	again: () => void;
}

const apiError = (e: unknown) => (e instanceof ApiError ? e : new ApiError(0, "fault", String(e)));

export function useAsked<T>(path: string | null, every_ms = 0, nudge: unknown = 0, about = path): Asked<T> {
	const [state, set] = useState<{ about: string | null; data: T | null; error: ApiError | null }>({ about: null, data: null, error: null });
	const [times, bump] = useState(0);
	useEffect(() => {
		if (!path) return;
		let here = true, timer: ReturnType<typeof setTimeout> | undefined;
		const again = () => bump((n) => n + 1);
		// Where nobody looks when it is time, it is asked as soon as somebody does.
		const due = () => (document.hidden ? document.addEventListener("visibilitychange", again, { once: true }) : again());
		get<T>(path).then((data) => here && set({ about, data, error: null }),
			(e: unknown) => here && set((s) => ({ about, data: s.about === about ? s.data : null, error: apiError(e) })))
			.finally(() => here && every_ms && (timer = setTimeout(due, every_ms)));
		return () => ((here = false), clearTimeout(timer), document.removeEventListener("visibilitychange", again));
	}, [path, times, every_ms, nudge]);
	return { ...(state.about === about ? state : { data: null, error: null }), again: () => bump((n) => n + 1) };
}
