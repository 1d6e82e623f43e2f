// The event stream: it never gives up. A response that ends, fails or falls silent is asked for again, after 1 s at first and
// 30 s at most, with jitter so that a room full of desks does not come back at once; and without waiting when the page is
// shown again or the network returns. It goes on after the last id it heard.
import { SseParser, type SseEvent } from "./sse";

export const WATCHDOG_MS = 40_000; // the service sends a comment each 15 s
const BACKOFF_FIRST_MS = 1_000, BACKOFF_MOST_MS = 30_000;

export interface StreamConf {
	// The request of one attempt; after: the last id heard, "" at first. It throws where there is no network.
	open: (after: string, signal: AbortSignal) => Promise<Response>;
	event: (event: SseEvent) => void;
	up: () => void; // answered 200
	down: () => void; // no longer, or refused
	// A status that is not 200. True: no use to go on (she has no role here).
	refused: (status: number) => boolean | Promise<boolean>;
	random?: () => number;
}

export const backoff = (failures: number, random: number): number =>
	Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures, 10)) * (0.5 + random / 2);

export class Stream {
	#after = "";
	#conf: StreamConf;
	#attempt: AbortController | null = null;
	#failures = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#watchdog: ReturnType<typeof setTimeout> | undefined;
	#over = false;
	constructor(conf: StreamConf) {
		this.#conf = conf;
	}
	start(): void {
		for (const [target, name] of WAKERS) target.addEventListener(name, this.#wake);
		void this.#try();
	}
	stop(): void {
		this.#over = true;
		for (const [target, name] of WAKERS) target.removeEventListener(name, this.#wake);
		clearTimeout(this.#timer);
		clearTimeout(this.#watchdog);
		this.#attempt?.abort();
	}
	#wake = (): void => {
		if (document.hidden || this.#attempt) return;
		clearTimeout(this.#timer);
		void this.#try();
	};
	async #try(): Promise<void> {
		const attempt = (this.#attempt = new AbortController());
		let final = false;
		this.#watch(attempt);
		try {
			const response = await this.#conf.open(this.#after, attempt.signal);
			if (response.status === 200 && response.body) await this.#read(response.body, attempt);
			else final = await this.#conf.refused(response.status);
		} catch {
			// No network, or the watchdog: the same as an end.
		}
		clearTimeout(this.#watchdog);
		attempt.abort();
		this.#attempt = null;
		if (this.#over || final) return this.#over ? undefined : (this.#conf.down(), this.stop());
		this.#conf.down();
		this.#timer = setTimeout(() => void this.#try(), backoff(this.#failures++, (this.#conf.random ?? Math.random)()));
	}
	async #read(body: ReadableStream<Uint8Array>, attempt: AbortController): Promise<void> {
		const reader = body.getReader();
		const parser = new SseParser((event) => {
			this.#conf.event(event);
			if (event.id !== null) this.#after = event.id;
		});
		this.#conf.up();
		for (;;) {
			const { done, value } = await reader.read();
			if (done || attempt.signal.aborted) return;
			this.#failures = 0;
			this.#watch(attempt);
			parser.feed(value);
		}
	}
	#watch(attempt: AbortController): void {
		clearTimeout(this.#watchdog);
		this.#watchdog = setTimeout(() => attempt.abort(), WATCHDOG_MS);
	}
}

// When trying again at once is worth it. (A frozen page of a phone comes back with pageshow.)
const WAKERS: [EventTarget, string][] = typeof document === "undefined" ? []
	: [[document, "visibilitychange"], [window, "online"], [window, "pageshow"]];
