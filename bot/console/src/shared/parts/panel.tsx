// A panel and its four states beside the good one: loading, empty, failed, and (by the page's link) not live.
import type { ComponentChildren } from "preact";
import { t } from "../i18n";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";

let number = 0;
const fresh = () => `h${++number}`;

export function Panel({ title, icon, tools, children, class: more = "", id = fresh(), level = 2 }:
	{ title: ComponentChildren; icon?: IconName; tools?: ComponentChildren; children?: ComponentChildren; class?: string; id?: string; level?: 2 | 3 }) {
	const Heading = `h${level}` as "h2" | "h3";
	return (
		<section class={`panel ${more}`} aria-labelledby={id}>
			<header>
				<Heading id={id}>{icon && <Icon name={icon} />}{title}</Heading>
				{tools && <div class="tools">{tools}</div>}
			</header>
			{children}
		</section>
	);
}

export const Empty = ({ text, icon = "info", children }: { text: string; icon?: IconName; children?: ComponentChildren }) => (
	<div class="empty"><Icon name={icon} size={24} /><p>{text}</p>{children}</div>
);

export const Skeleton = ({ rows = 3 }: { rows?: number }) => (
	<div class="skeleton" role="status" aria-label={t("loading")}>{Array.from({ length: rows }, (_, i) => <span key={i} />)}</div>
);

export const Fault = ({ text, again }: { text: string; again?: () => void }) => (
	<div class="fault" role="alert"><Icon name="late" /><p>{text}</p>{again && <Button onClick={again}>{t("again")}</Button>}</div>
);
