// Fields of forms: a label that is always there, help and what is wrong beneath, tied to the control.
import type { ComponentChildren, HTMLAttributes } from "preact";
import { useId } from "preact/hooks";

interface Around {
	label: string;
	help?: string;
	wrong?: string | undefined;
	hidden?: boolean; // the label is for who listens alone
}

function Field({ label, help, wrong, hidden, id, children }: Around & { id: string; children: ComponentChildren }) {
	return (
		<div class={`field${wrong ? " wrong" : ""}`}>
			<label for={id} class={hidden ? "unseen" : ""}>{label}</label>
			{children}
			{help && <small id={`${id}-help`}>{help}</small>}
			{wrong && <small id={`${id}-wrong`} class="problem" role="alert">{wrong}</small>}
		</div>
	);
}

const tied = (id: string, { help, wrong }: Around) => ({ id, "aria-invalid": wrong ? true : undefined,
	"aria-describedby": [help && `${id}-help`, wrong && `${id}-wrong`].filter(Boolean).join(" ") || undefined });

type Given<E extends HTMLElement> = Around & Omit<HTMLAttributes<E>, "role" | "list" | "label" | "hidden" | "onInput"> & { value?: string | number; set: (value: string) => void };

export function Input({ label, help, wrong, hidden, set, ...rest }: Given<HTMLInputElement> & { type?: string; maxLength?: number; placeholder?: string; min?: number; max?: number; step?: number | string; required?: boolean; autocomplete?: string }) {
	const id = useId(), around = { label, help, wrong, hidden } as Around;
	return <Field {...around} id={id}><input autocomplete="off" {...(rest as object)} {...tied(id, around)} onInput={(e) => set(e.currentTarget.value)} /></Field>;
}

export function TextArea({ label, help, wrong, hidden, set, ...rest }: Given<HTMLTextAreaElement> & { rows?: number; maxLength?: number; placeholder?: string }) {
	const id = useId(), around = { label, help, wrong, hidden } as Around;
	return <Field {...around} id={id}><textarea rows={3} {...rest} {...tied(id, around)} onInput={(e) => set(e.currentTarget.value)} /></Field>;
}

// The browser's own select: on a phone it is the phone's.
export function Select({ label, help, wrong, hidden, set, options, empty, value, ...rest }:
	Given<HTMLSelectElement> & { options: readonly { value: string; label: string }[]; empty?: string }) {
	const id = useId(), around = { label, help, wrong, hidden } as Around;
	return (
		<Field {...around} id={id}>
			<select {...rest} {...tied(id, around)} value={value} onInput={(e) => set(e.currentTarget.value)}>
				{empty !== undefined && <option value="">{empty}</option>}
				{options.map((o) => <option key={o.value} value={o.value}>{o.label}</option>)}
			</select>
		</Field>
	);
}

export function Check({ label, checked, set, disabled }: { label: ComponentChildren; checked: boolean; set: (on: boolean) => void; disabled?: boolean }) {
	return <label class="check"><input type="checkbox" checked={checked} disabled={disabled} onInput={(e) => set(e.currentTarget.checked)} /><span>{label}</span></label>;
}
