// What the service tells of the past: shapes of /api/v1/reports and explain.

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

export interface Explanation {
	at: string;
	contact: number;
	queue: string | null;
	text: string;
	agents: { agent: string; name: string; why: string; until: string | null; text: string }[];
}

export const query = (members: Record<string, string>): string => {
	const q = new URLSearchParams(Object.entries(members).filter(([, v]) => v));
	return q.size ? `?${q}` : "";
};
