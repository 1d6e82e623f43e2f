// A dialog over the page: the browser's own <dialog>, which keeps the focus inside and gives it back. On a phone it comes from
// below and takes the width.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { useKeys } from "../keys";
import { Button } from "./button";

export function Dialog({ title, close, children, actions, wide }:
	{ title: string; close: () => void; children: ComponentChildren; actions?: ComponentChildren; wide?: boolean }) {
	const it = useRef<HTMLDialogElement>(null);
	useKeys([], true);
	useLayoutEffect(() => {
		const back = document.activeElement;
		it.current?.showModal();
		it.current?.querySelector<HTMLElement>("[autofocus], textarea, input, select")?.focus();
		return () => void (back instanceof HTMLElement && back.isConnected && back.focus());
	}, []);
	return (
		<dialog ref={it} class={wide ? "wide" : ""} aria-label={title} onCancel={(e) => (e.preventDefault(), close())} onClick={(e) => e.target === it.current && close()}>
			<form method="dialog" onSubmit={(e) => e.preventDefault()}>
				<header><h2>{title}</h2><Button kind="quiet" icon="decline" label={t("close")} onClick={close} /></header>
				<div class="body">{children}</div>
				{actions && <footer>{actions}</footer>}
			</form>
		</dialog>
	);
}

// "Are you sure?", for what cannot be taken back.
export const Confirm = ({ title, text, yes, run, close }: { title: string; text: string; yes: string; run: () => void; close: () => void }) => (
	<Dialog title={title} close={close} actions={<><Button onClick={close}>{t("cancel")}</Button><Button kind="danger" autofocus onClick={() => (close(), run())}>{yes}</Button></>}>
		<p>{text}</p>
	</Dialog>
);
