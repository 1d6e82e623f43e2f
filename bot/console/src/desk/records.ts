// Contacts as the service keeps them: GET /api/v1/contacts and what stands about one of them.
import { useEffect, useState } from "preact/hooks";
import { ApiError, get } from "../shared/api";

export interface Row {
	contact: number;
	offered_at: string | null;
	ended_at: string | null;
	caller: string | null;
	queue: string | null;
	agent: string | null;
	outcome: string;
	flow: string | null;
	wait_ms: number;
	talk_ms: number;
	held_ms: number;
	queues: number;
	wrap_up_code: string | null;
	recorded: boolean;
}

export interface Note {
	note: number;
	contact: number;
	at: string;
	edited_at: string | null;
	author: string | null;
	text: string;
	editable: boolean;
}

export interface Moment {
	at: string;
	text?: string;
	[more: string]: unknown;
}

export interface Story extends Row {
	story: Moment[];
	notes: Note[];
	earlier: Row[];
}

export interface Rows {
	contacts: Row[];
	next: string | null;
}

export interface Asked<T> {
	data: T | null;
	error: ApiError | null;
	again: () => void;
}

// A thing of the API, fetched when path or key change; null: nothing is wanted. What was there stays until the new is.
export function useGet<T>(path: string | null, key: unknown = 0): Asked<T> {
	const [state, set] = useState<{ path: string | null; data: T | null; error: ApiError | null }>({ path: null, data: null, error: null });
	const [times, again] = useState(0);
	useEffect(() => {
		if (!path) return;
		let here = true;
		get<T>(path).then((data) => here && set({ path, data, error: null }),
			(e: unknown) => here && set((s) => ({ path, data: s.path === path ? s.data : null, error: e instanceof ApiError ? e : new ApiError(0, "fault", String(e)) })));
		return () => void (here = false);
	}, [path, key, times]);
	return { ...(state.path === path ? state : { data: null, error: null }), again: () => again((n) => n + 1) };
}
