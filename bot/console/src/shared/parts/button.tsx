// Buttons. kind: main, one a place at most; quiet, without a frame; danger, for what cannot be taken back.
import type { ComponentChildren, HTMLAttributes } from "preact";
import { useState } from "preact/hooks";
import { Icon, type IconName } from "./icon";

interface Look {
	kind?: "main" | "plain" | "quiet" | "danger";
	icon?: IconName;
	label?: string; // its name where it shows an icon alone, or more than it shows
	hint?: string; // the key that does the same
	big?: boolean;
	children?: ComponentChildren;
}

type Attributes = Omit<HTMLAttributes<HTMLButtonElement>, "role" | "icon" | "label" | "kind">;

export function Button({ kind = "plain", icon, label, hint, big, children, class: more, ...rest }: Look & Attributes & { disabled?: boolean; class?: string; type?: "submit" }) {
	const alone = icon && !children;
	return (
		<button type="button" {...rest} class={`button ${kind}${big ? " big" : ""}${alone ? " alone" : ""} ${more ?? ""}`}
			aria-label={label} title={alone ? label : undefined} aria-keyshortcuts={hint}>
			{icon && <Icon name={icon} size={big ? 20 : 16} />}
			{children !== undefined && <span>{children}</span>}
			{hint && <kbd aria-hidden="true">{hint}</kbd>}
		</button>
	);
}

// One that does something of the service: off while it is under way, so that it is said once.
export function DoButton({ run, disabled, ...look }: Look & { run: () => Promise<unknown> | unknown; disabled?: boolean; class?: string; id?: string }) {
	const [busy, set] = useState(false);
	const press = () => {
		if (busy) return;
		set(true);
		Promise.resolve(run()).finally(() => set(false));
	};
	return <Button {...look} onClick={press} disabled={disabled} aria-busy={busy} />;
}
