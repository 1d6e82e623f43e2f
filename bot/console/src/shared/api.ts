// The service's API. get and post answer with JSON or throw an ApiError, whose message is the service's own words.
import { credentials, NoToken } from "./signin";

export class ApiError extends Error {
	// status 0: no answer came. code: a word to decide by. target: the member it is about.
	constructor(readonly status: number, readonly code: string, message: string, readonly target = "") {
		super(message);
	}
}

const ATTEMPT_MS = 20_000;

// What Teams answers, if it does: the library waits for its host for ever, and no request may.
const before = <T>(end: AbortSignal, what: Promise<T>): Promise<T> => Promise.race([what, new Promise<never>((_, no) => {
	if (end.aborted) no(end.reason);
	end.addEventListener("abort", () => no(end.reason), { once: true });
})]);

// One request with what proves who asks. Throws where there is no network; an ApiError where Teams gives no token.
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
	const proof = await before(init.signal ?? AbortSignal.timeout(ATTEMPT_MS), credentials()).catch((e: unknown) => {
		throw e instanceof NoToken ? new ApiError(401, "no_token", e.message) : e;
	});
	return fetch(path, { ...init, headers: { ...init.headers, ...proof }, credentials: "same-origin", cache: "no-store" });
}

async function fault(response: Response): Promise<ApiError> {
	const body = await response.json().catch(() => null) as { error?: string | { code?: string; message?: string; target?: string } } | null;
	const error = body?.error;
	if (typeof error === "string") return new ApiError(response.status, error, error);
	return new ApiError(response.status, error?.code ?? `http_${response.status}`, error?.message ?? `HTTP ${response.status}`, error?.target);
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
	const response = await request(path, { signal: AbortSignal.timeout(ATTEMPT_MS), ...init }).catch((e: unknown) => {
		throw e instanceof ApiError ? e : new ApiError(0, "unreachable", String(e instanceof Error ? e.message : e));
	});
	if (!response.ok) throw await fault(response);
	return (response.status === 204 ? null : await response.json()) as T;
}

export const get = <T>(path: string): Promise<T> => ask<T>(path, {});

// A key of its own, so that a request that came twice is done once; headers may bring the key of one whose answer was lost.
export const post = <T>(path: string, body: unknown, method = "POST", headers: Record<string, string> = {}): Promise<T> =>
	ask<T>(path, { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID(), ...headers } });

// POST /api/v1/commands: { command, ... }. Answers with the position in the journal from which on the stream shows what came of it.
export const command = (name: string, members: Record<string, unknown> = {}): Promise<{ position: number }> =>
	post("/api/v1/commands", { command: name, ...members });
