// What stands around every page: the bar with areas, pages, link and keys, and what is shown instead of a page.
import { Component, type ComponentChildren, type ComponentType } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useCell } from "./cell";
import { timeOfDay, say, t } from "./i18n";
import { useKeys } from "./keys";
import { KeyHelp } from "./keyhelp";
import { link, refusal, view } from "./live";
import { Button } from "./parts/button";
import { LiveChip } from "./parts/chip";
import { Icon, type IconName } from "./parts/icon";
import { Empty, Fault, Skeleton } from "./parts/panel";
import { Said } from "./parts/said";
import { follow, pageMatch, path, type Page, type Role } from "./router";
import { signInAway, signOut, where } from "./signin";
import { titleOfPage } from "./title";

export interface Area {
	name: "desk" | "wall" | "workshop";
	pages: Page[];
	// Beside the pages, whichever is shown.
	around?: ComponentType;
	// In the bar: first of all, and before the live chip.
	lead?: ComponentType;
	bar?: ComponentType;
}

const AREAS: readonly { name: Area["name"]; role: Role; icon: IconName }[] = [
	{ name: "desk", role: "Agent", icon: "person" }, { name: "wall", role: "Supervisor", icon: "eye" }, { name: "workshop", role: "Admin", icon: "settings" },
];

// Roles contain the lesser ones: an Admin sees what a Supervisor sees.
const RANK: Record<Role, number> = { Agent: 1, Supervisor: 2, Admin: 3 };
export const rankOf = (roles: readonly string[]): number => Math.max(0, ...roles.map((r) => RANK[r as Role] ?? 0));
const may = (roles: readonly string[], role: Role | undefined) => !role || rankOf(roles) >= RANK[role];

function Bar({ area, roles, help }: { area: Area; roles: readonly string[]; help: () => void }) {
	const at = useCell(path), me = useCell(view, (v) => v?.me), host = useCell(where).kind, now = pageMatch(area.pages, area.name, at)?.page;
	const shown = area.pages.filter((p) => p.inNav && may(roles, p.role));
	return (
		<header class="bar">
			{area.lead && <area.lead />}
			{host === "browser" && (
				<nav aria-label={t("areas")} class="areas">
					{AREAS.filter((a) => may(roles, a.role) || a.name === area.name).map((a) => (
						<a key={a.name} href={`/app/${a.name}`} aria-current={a.name === area.name ? "true" : undefined}><Icon name={a.icon} /><span>{say(`area_${a.name}`)}</span></a>
					))}
				</nav>
			)}
			{shown.length > 1 && (
				<nav aria-label={t("pages")} class="pages">
					{shown.map((p) => <a key={p.path} href={`/app/${area.name}${p.path && `/${p.path}`}`} aria-current={p === now ? "page" : undefined}>{say(p.label)}</a>)}
				</nav>
			)}
			<div class="bar-end">
				{area.bar && <area.bar />}
				<LiveChip />
				<Button kind="quiet" icon="keyboard" label={t("keys")} hint="?" class="no-phone hint-off" onClick={help} />
				{host === "browser" && me && <Button kind="quiet" onClick={() => void signOut()} label={me.name ? `${t("signed_in_as", { name: me.name })}. ${t("sign_out")}` : undefined}>{t("sign_out")}</Button>}
			</div>
		</header>
	);
}

const Notice = ({ title, text, icon, children }: { title: string; text: string; icon: IconName; children?: ComponentChildren }) => (
	<main class="notice" id="main" tabIndex={-1}><Icon name={icon} size={24} /><h1>{title}</h1><p>{text}</p><div class="actions">{children}</div></main>
);

// Instead of pages: where nothing can be shown, and what to do about it.
function Instead() {
	const here = useCell(where), no = useCell(refusal);
	if (here.kind === "stranger")
		return (
			<Notice title={t("stranger_title")} text={t("stranger_text")} icon="info">
				<a class="button main" href={location.pathname} target="_blank" rel="noopener">{t("stranger_browser")}</a>
				<a class="button" href="https://teams.microsoft.com/" target="_blank" rel="noopener noreferrer">{t("stranger_teams")}</a>
			</Notice>
		);
	if (no?.status === 401 && here.kind === "browser")
		return <Notice title={t("sign_in_title")} text={t("sign_in_text")} icon="person"><Button kind="main" onClick={signInAway}>{t("sign_in")}</Button></Notice>;
	if (no?.code === "no_token" || no?.status === 401)
		return <Notice title={t("consent_title")} text={t("consent_text", { reason: no.message })} icon="info"><Button onClick={() => location.reload()}>{t("again")}</Button></Notice>;
	if (no?.status === 403) return <Notice title={t("denied_title")} text={t("denied_text")} icon="info" />;
	if (no) return <Notice title={t("down_title")} text={t("down_text")} icon="unplug"><Button onClick={() => location.reload()}>{t("again")}</Button></Notice>;
	return <main id="main" class="loading" tabIndex={-1}><Skeleton rows={6} /></main>;
}

// Above a page that shows what was: since when, or why there will be nothing newer, and the way back.
function Stale() {
	const { state, since } = useCell(link), no = useCell(refusal), inBrowser = useCell(where).kind === "browser";
	if (state !== "stale" && state !== "off") return null;
	const text = state === "stale" || !no ? t("stale_text", { time: timeOfDay(since) }) : no.status === 403 ? t("denied_text")
		: inBrowser ? t("fault_401") : t("consent_text", { reason: no.message });
	return (
		<div class="stale-note"><Icon name="unplug" /><p role="alert">{text}</p>
			{state === "off" && inBrowser && no?.status === 401 && <Button kind="main" onClick={signInAway}>{t("sign_in")}</Button>}</div>
	);
}

// Whoever follows a link by keyboard or by ear goes on where the new page begins.
function useFocusOnMain(at: string): void {
	const first = useRef(at);
	useLayoutEffect(() => {
		if (first.current !== at) document.getElementById("main")?.focus();
		first.current = "";
	}, [at]);
}

// A page that cannot be drawn is told; what stands around it goes on.
class Held extends Component<{ children: ComponentChildren }, { failed: boolean }> {
	override componentDidCatch(e: unknown): void {
		console.error(e);
		this.setState({ failed: true });
	}
	override render() {
		return this.state.failed ? <Fault text={t("load_failed")} again={() => location.reload()} /> : this.props.children;
	}
}

export function Shell({ area }: { area: Area }) {
	const at = useCell(path), some = useCell(view, (v) => v !== null), roles = useCell(view, (v) => v?.me.roles), { state } = useCell(link);
	const [help, setHelp] = useState(false), found = pageMatch(area.pages, area.name, at);
	useFocusOnMain(at);
	useKeys([{ id: "help", key: "?", label: t("key_help"), run: () => setHelp(true) }]);
	useEffect(() => {
		document.documentElement.dataset.live = state;
	}, [state]);
	const title = found ? say(found.page.label) : t("no_page");
	useEffect(() => {
		titleOfPage(`${title} · ${t("product")}`);
	}, [title]);
	if (!some || !roles) return <><div class="bar" /><Instead /><Said /></>;
	return (
		<div class="shell" onClick={follow}>
			<a class="skip" href="#main">{t("skip")}</a>
			<Bar area={area} roles={roles} help={() => setHelp(true)} />
			<Stale />
			<main id="main" tabIndex={-1} key={at}>
				<h1 class="unseen">{title}</h1>
				<Held>
					{!found ? <Empty text={t("no_page")}><a class="button" href={`/app/${area.name}`}>{t("no_page_back")}</a></Empty>
						: may(roles, found.page.role) ? <found.page.view {...found.params} /> : <Empty text={t("denied_page")} />}
				</Held>
			</main>
			{area.around && <area.around />}
			{help && <KeyHelp close={() => setHelp(false)} />}
			<Said />
		</div>
	);
}
