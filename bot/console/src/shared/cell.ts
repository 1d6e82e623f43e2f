// A value that pages look at: when it changes, those who read it are drawn again. All of our state is in cells, beside what a
// page keeps for itself with useState.
import { useLayoutEffect, useState } from "preact/hooks";

export interface Readable<T> {
	get(): T;
	watch(fn: (value: T) => void): () => void;
}

export class Cell<T> implements Readable<T> {
	#value: T;
	#watchers = new Set<(value: T) => void>();
	constructor(value: T) {
		this.#value = value;
	}
	get(): T {
		return this.#value;
	}
	set(value: T): void {
		if (Object.is(value, this.#value)) return;
		this.#value = value;
		for (const fn of [...this.#watchers]) fn(value);
	}
	update(change: (value: T) => T): void {
		this.set(change(this.#value));
	}
	// Returns how to stop.
	watch(fn: (value: T) => void): () => void {
		this.#watchers.add(fn);
		return () => this.#watchers.delete(fn);
	}
}

// Read a cell in a component; with pick, drawn again only when what it picks is another value (compared by identity).
export function useCell<T>(cell: Readable<T>): T;
export function useCell<T, P>(cell: Readable<T>, pick: (value: T) => P): P;
export function useCell<T, P>(cell: Readable<T>, pick?: (value: T) => P): T | P {
	const read = () => (pick ? pick(cell.get()) : cell.get());
	const now = read();
	const [, again] = useState({});
	useLayoutEffect(() => {
		let last = read();
		if (!Object.is(last, now)) again({});
		return cell.watch(() => {
			const next = read();
			if (Object.is(next, last)) return;
			last = next;
			again({});
		});
	}, [cell]);
	return now;
}
