// Server-sent events from the bytes of a response (the HTML standard, section 9.2), as EventSource would read them; but
// EventSource cannot send an Authorization header.
export interface SseEvent {
	id: string | null; // its own; null: it carries none
	event: string; // "message" where none is named
	data: string; // "": an id alone was told
}

export class SseParser {
	#decoder = new TextDecoder();
	#rest = "";
	#id: string | null = null;
	#event = "";
	#data: string[] = [];
	#told: (event: SseEvent) => void;
	constructor(told: (event: SseEvent) => void) {
		this.#told = told;
	}
	feed(bytes: Uint8Array): void {
		this.#rest += this.#decoder.decode(bytes, { stream: true });
		for (;;) {
			const end = this.#rest.search(/[\r\n]/);
			// A carriage return at the very end may have its line feed still to come.
			if (end < 0 || (this.#rest[end] === "\r" && end + 1 === this.#rest.length)) return;
			const line = this.#rest.slice(0, end);
			this.#rest = this.#rest.slice(this.#rest.startsWith("\r\n", end) ? end + 2 : end + 1);
			this.#line(line);
		}
	}
	#line(line: string): void {
		if (line === "") return this.#dispatch();
		const colon = line.indexOf(":");
		const field = colon < 0 ? line : line.slice(0, colon), value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
		if (field === "data") this.#data.push(value);
		else if (field === "event") this.#event = value;
		else if (field === "id" && !value.includes("\0")) this.#id = value;
	}
	#dispatch(): void {
		const event = { id: this.#id, event: this.#event || "message", data: this.#data.join("\n") };
		const some = this.#data.length > 0 || this.#id !== null;
		this.#id = null;
		this.#event = "";
		this.#data = [];
		if (some) this.#told(event);
	}
}
