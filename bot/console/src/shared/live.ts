// What the service says of now, by the event stream, which begins with the whole. Pages read `view` and `link`; while link is not
// "live" what they show is old, and the shell says so (never numbers of before as if they were now).
import { ApiError, command, request } from "./api";
import { Cell } from "./cell";
import { clockLearn, serviceNow } from "./clock";
import type { SseEvent } from "./sse";
import { Stream } from "./stream";
import { viewApply, type View } from "./view";

export type LinkState = "connecting" | "live" | "reconnecting" | "stale" | "off";

const STALE_MS = 5_000; // a short gap is reconnecting, a longer one is stale
const SEEN_MS = 3_000;

export const view = new Cell<View | null>(null);
export const link = new Cell<{ state: LinkState; since: number }>({ state: "connecting", since: 0 });
// Why there is no view at all, for the shell to say.
export const refusal = new Cell<ApiError | null>(null);

let stream: Stream | null = null, stale: ReturnType<typeof setTimeout> | undefined;
// Of a position that is still being told: its last event carries its number.
let pending: SseEvent[] = [];

const become = (state: LinkState, since = serviceNow()) => (clearTimeout(stale), link.set({ state, since }));

function up(): void {
	pending = [];
	refusal.set(null);
	become("live");
}

function down(): void {
	if (link.get().state !== "live") return;
	const since = serviceNow();
	become("reconnecting", since);
	stale = setTimeout(() => become("stale", since), STALE_MS);
}

function heard(e: SseEvent): void {
	if (e.data) pending.push(e);
	if (e.event === "snapshot") clockLearn(Date.parse((JSON.parse(e.data) as { at: string }).at));
	if (e.id === null || (!pending.length && !view.get())) return;
	const events = pending;
	pending = [];
	view.set(viewApply(view.get(), events, Number(e.id)));
}

// 401: the next attempt brings a newer token; a session that is over is for the shell to renew. 403: no role, and none comes.
function refused(status: number): boolean {
	refusal.set(new ApiError(status, `http_${status}`, `HTTP ${status}`));
	if (status === 401 || status === 403) become("off");
	return status === 403;
}

const open = (after: string, signal: AbortSignal): Promise<Response> =>
	request("/api/v1/events", { signal, headers: { Accept: "text/event-stream", ...(after ? { "Last-Event-ID": after } : {}) } }).catch((e: unknown) => {
		if (e instanceof ApiError) refusal.set(e), become("off"); // Teams gave no token
		throw e;
	});

export function liveStart(): void {
	stream = new Stream({ open, up, down, refused, event: heard });
	stream.start();
}

export const liveStop = (): void => stream?.stop();

// Say something to the centre, and be done when the page shows what came of it (or a moment later, when it is not live).
export async function act(name: string, members: Record<string, unknown> = {}): Promise<void> {
	const { position } = await command(name, members);
	if ((view.get()?.position ?? 0) >= position) return;
	await new Promise<void>((done) => {
		const stop = view.watch((v) => v && v.position >= position && end());
		const late = setTimeout(() => end(), SEEN_MS);
		const end = () => (stop(), clearTimeout(late), done());
	});
}
