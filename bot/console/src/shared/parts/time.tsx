// Time that runs: it is drawn each second and never said aloud by itself.
import { useTick } from "../clock";
import { duration, timeOfDaySeconds } from "../i18n";

// The time of day, for who points at it.
const told = (at: number) => ({ onPointerEnter: (e: { currentTarget: HTMLElement }) => (e.currentTarget.title = timeOfDaySeconds(at)) });

// How long since; since: milliseconds since 1970, of the service's clock.
export function Since({ since, class: more = "" }: { since: number; class?: string }) {
	return <time class={`num ${more}`} {...told(since)}>{duration(useTick() - since)}</time>;
}

// How long until; nothing below zero.
export function Until({ until, class: more = "" }: { until: number; class?: string }) {
	return <time class={`num ${more}`} {...told(until)}>{duration(until - useTick() + 999)}</time>;
}

// A bar that empties from since to until, with the seconds left as its text. Calm: it steps once a second.
export function Countdown({ since, until, label }: { since: number; until: number; label: string }) {
	const left = Math.max(0, until - useTick()), all = Math.max(1, until - since);
	return (
		<div class={`countdown${left < all / 4 ? " short" : ""}`}>
			<progress max={all} value={left} aria-label={label} />
			<span class="num">{duration(left + 999)}</span>
		</div>
	);
}
