// What the service tells of the past: shapes of /api/v1/reports, contacts, explain; and how to ask for them.
import { useEffect, useState } from "preact/hooks";
import { get } from "../shared/api";

export interface QueueCell {
	from?: string;
	offered: number;
	handled: number;
	handled_within_service_level: number;
	abandoned: number;
	abandoned_short: number;
	otherwise: number;
	service_level: number | null;
	abandon_rate: number | null;
	asa_ms: number | null;
	aht_ms: number | null;
	occupancy: number | null;
	longest_wait_ms: number;
	transfers: number;
	call_backs: number;
}

export interface Report<C> {
	by: string;
	from: string;
	to: string;
	time_zone: string;
	step: string;
	per_agent: boolean;
	formulas: Record<string, string>;
	intervals: string[];
	rows: (C & { key: string; intervals: (C & { from: string })[] })[];
	total: C;
}

export interface ContactRow {
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

export interface Moment {
	at: string;
	position: number;
	what: string;
	agent: string | null;
	queue: string | null;
	by: string | null;
	value: number;
	text: string;
}

export interface Note {
	note: number;
	at: string;
	edited_at: string | null;
	author: string | null;
	text: string;
	editable: boolean;
}

export interface Story extends ContactRow {
	story: Moment[];
	notes: Note[];
	earlier: ContactRow[];
}

export interface Explanation {
	at: string;
	contact: number;
	queue: string | null;
	text: string;
	agents: { agent: string; name: string; why: string; until: string | null; text: string }[];
}

export interface Asked<T> {
	data: T | null;
	error: unknown;
	again: () => void;
}

// Asked when the path changes, when `again` is called, and each `every_ms` while somebody looks. What was there before stays
// until there is something newer. path null: nothing is asked.
export function useAsked<T>(path: string | null, every_ms = 0, nudge: unknown = 0): Asked<T> {
	const [state, set] = useState<{ data: T | null; error: unknown }>({ data: null, error: null });
	const [n, bump] = useState(0);
	useEffect(() => set({ data: null, error: null }), [path]);
	useEffect(() => {
		if (!path) return;
		let here = true;
		get<T>(path).then((data) => here && set({ data, error: null }), (error: unknown) => here && set((s) => ({ ...s, error })));
		const timer = every_ms ? setTimeout(() => document.hidden || bump((k) => k + 1), every_ms) : undefined;
		return () => ((here = false), clearTimeout(timer));
	}, [path, n, nudge]);
	return { ...state, again: () => bump((k) => k + 1) };
}

export const query = (members: Record<string, string>): string => {
	const q = new URLSearchParams(Object.entries(members).filter(([, v]) => v));
	return q.size ? `?${q}` : "";
};
