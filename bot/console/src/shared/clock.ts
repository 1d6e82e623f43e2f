// The service's time. Clocks of people's machines are wrong by minutes, so durations count from what the service says.
import { useEffect, useState } from "preact/hooks";

let offset = 0;

// now: the service's, of an answer that just came, in milliseconds since 1970.
export function clockLearn(now: number): void {
	if (Number.isFinite(now)) offset = now - Date.now();
}

export const serviceNow = (): number => Date.now() + offset;

// Drawn again each full second, all at once, and not while nobody looks.
const tickers = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

function tick(): void {
	timer = tickers.size ? setTimeout(tick, 1000 - (serviceNow() % 1000)) : undefined;
	if (!document.hidden) for (const fn of [...tickers]) fn();
}

export function useTick(): number {
	const [now, set] = useState(serviceNow);
	useEffect(() => {
		const fn = () => set(serviceNow());
		tickers.add(fn);
		if (timer === undefined) tick();
		return () => void tickers.delete(fn);
	}, []);
	return now;
}
