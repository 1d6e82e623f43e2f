// A thing of the API, fetched when the path or `nudge` changes, when `again` is called, and each `every_ms` while somebody looks.
// What was there stays until there is something newer, but never under another path. path null: nothing is wanted.
import { useEffect, useState } from "preact/hooks";
import { ApiError, get } from "./api";

export interface Asked<T> {
	data: T | null;
	error: ApiError | null;
	again: () => void;
}

const apiError = (e: unknown) => (e instanceof ApiError ? e : new ApiError(0, "fault", String(e)));

export function useAsked<T>(path: string | null, every_ms = 0, nudge: unknown = 0): Asked<T> {
	const [state, set] = useState<{ path: string | null; data: T | null; error: ApiError | null }>({ path: null, data: null, error: null });
	const [times, bump] = useState(0);
	useEffect(() => {
		if (!path) return;
		let here = true;
		get<T>(path).then((data) => here && set({ path, data, error: null }),
			(e: unknown) => here && set((s) => ({ path, data: s.path === path ? s.data : null, error: apiError(e) })));
		const timer = every_ms ? setTimeout(() => document.hidden || bump((n) => n + 1), every_ms) : undefined;
		return () => ((here = false), clearTimeout(timer));
	}, [path, times, every_ms, nudge]);
	return { ...(state.path === path ? state : { data: null, error: null }), again: () => bump((n) => n + 1) };
}
