// A button that opens a short list of things to do or to choose: ARIA's menu button, by arrow keys, Home, End, Esc and letters.
// label: what it is for, said before what it shows.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icon";

export interface MenuItem {
	label: string;
	run: () => void;
	icon?: IconName;
	checked?: boolean; // a choice: one of the list is taken
	disabled?: boolean;
	note?: string;
}

const STEPS: Record<string, (at: number, n: number) => number> = {
	ArrowDown: (at, n) => (at + 1) % n, ArrowUp: (at, n) => (at + n - 1) % n, Home: () => 0, End: (_, n) => n - 1,
};

export function Menu({ children, items, label, class: more = "", kind = "plain", id, open: opens }:
	{ children: ComponentChildren; items: MenuItem[]; label?: string; class?: string; kind?: string; id?: string; open?: { current: (() => void) | null } }) {
	const [open, set] = useState(false);
	const root = useRef<HTMLDivElement>(null), button = useRef<HTMLButtonElement>(null);
	const options = () => [...root.current!.querySelectorAll<HTMLElement>("[role^=menuitem]")];
	const close = (focus = true) => (set(false), focus && button.current?.focus());
	if (opens) opens.current = () => set(true);
	useLayoutEffect(() => {
		if (open) (options().find((o) => o.getAttribute("aria-checked") === "true") ?? options()[0])?.focus();
	}, [open]);
	useEffect(() => {
		if (!open) return;
		const away = (e: Event) => !root.current?.contains(e.target as Node) && close(false);
		document.addEventListener("pointerdown", away);
		return () => document.removeEventListener("pointerdown", away);
	}, [open]);
	const press = (e: KeyboardEvent) => {
		if (!open) return e.key === "ArrowDown" && (e.preventDefault(), set(true));
		const all = options(), at = all.indexOf(document.activeElement as HTMLElement);
		const to = STEPS[e.key] ? all[STEPS[e.key]!(at, all.length)] : e.key.length === 1 && e.key !== " "
			? [...all.slice(at + 1), ...all].find((o) => o.textContent!.trim().toLowerCase().startsWith(e.key.toLowerCase())) : undefined;
		if (e.key === "Escape") close();
		else if (e.key === "Tab") return set(false);
		else if (!to) return;
		else to.focus();
		e.preventDefault();
		e.stopPropagation();
	};
	return (
		<div class={`menu ${more}`} ref={root} onKeyDown={press}>
			<button type="button" id={id} class={`button ${kind}`} ref={button} aria-haspopup="menu" aria-expanded={open} onClick={() => set(!open)}>
				{label && <span class="unseen">{label}: </span>}{children}<Icon name="down" size={12} />
			</button>
			{open && (
				<ul role="menu" aria-label={label}>
					{items.map((i) => (
						<li role="none" key={i.label}>
							<button type="button" role={i.checked === undefined ? "menuitem" : "menuitemradio"} aria-checked={i.checked} aria-disabled={i.disabled} tabIndex={-1}
								onClick={() => i.disabled || (close(), i.run())}>
								{i.icon && <Icon name={i.icon} />}<span>{i.label}{i.note && <small>{i.note}</small>}</span>{i.checked && <Icon name="accept" />}
							</button>
						</li>
					))}
				</ul>
			)}
		</div>
	);
}
