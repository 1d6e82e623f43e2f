// The first page: what is in force, and everything that the check has to say, each with the way to it.
import { useAsked } from "../shared/asked";
import { useCell } from "../shared/cell";
import { when } from "../shared/i18n";
import { Chip } from "../shared/parts/chip";
import { Icon } from "../shared/parts/icon";
import { Empty, Panel } from "../shared/parts/panel";
import { by } from "./changes";
import { names, report, type Finding, type Obj } from "./draft";
import { Asked, WithDraft } from "./page";
import { t } from "./words";

const decode = (p: string | undefined) => (p ?? "").replaceAll("~1", "/").replaceAll("~0", "~");

// The page that shows what a pointer leads to.
export function wayTo(pointer: string): string {
	const [, of, name] = pointer.split("/").map(decode), to = (page: string) => `/app/workshop/${page}`;
	if (of === "flows" && name) return to(`flow/${encodeURIComponent(name)}`);
	if (of === "queues" && name) return to(`queue/${encodeURIComponent(name)}`);
	const pages: Record<string, string> = { agents: "people", prompts: "prompts", hours: "hours", entries: "numbers" };
	return to(pages[of ?? ""] ?? "changes");
}

const List = ({ list, bad }: { list: Finding[]; bad?: boolean }) => (
	<ul class="rows">{list.map((f, i) => <li key={i}><a class="row finding" href={wayTo(f.pointer)}><Chip tone={bad ? "bad" : "warn"} icon={bad ? "decline" : "late"}>{t(bad ? "fault" : "warning")}</Chip><span lang="en">{f.text}</span><Icon name="next" /></a></li>)}</ul>
);

function Counts({ config }: { config: Obj }) {
	const n = (member: string) => { const v = config[member]; return Array.isArray(v) ? v.length : names(config, member).length; };
	return <ul class="counts">{([["entries", "numbers"], ["flows", "flows"], ["queues", "queues"], ["agents", "people"], ["hours", "hours"], ["prompts", "prompts"]] as const).map(([member, page]) => (
		<li key={member}><a href={`/app/workshop/${page}`}><b class="num">{n(member)}</b> {t(page)}</a></li>))}</ul>;
}

export function Overview() {
	const r = useCell(report), people = useAsked<{ people: { chat: { reachable: boolean } }[] }>("/api/v1/people");
	return (
		<WithDraft>{({ config, version }) => (
			<div class="stack">
				<Panel title={t("version_n", { n: version.number })} icon="live"><p class="pad quiet">{version.comment || t(`how_${version.how}`)} · {by(version)}, {when(Date.parse(version.at), Date.now())}</p><Counts config={config} /></Panel>
				<Panel title={t("check")} icon="eye">
					{!r ? <p class="pad quiet" role="status">{t("checking")}</p> : r.faults.length + r.restart.length + r.warnings.length === 0 ? <Empty text={t("all_well")} icon="accept" />
						: <><List list={[...r.faults, ...r.restart]} bad /><List list={r.warnings} /></>}
				</Panel>
				<Panel title={t("setup")} icon="flag">
					<Asked of={people}>{({ people: all }) => (
						<ul class="rows">
							<li class="row"><Chip tone={names(config, "flows").length && (config["entries"] as unknown[] | undefined)?.length ? "good" : "warn"} icon="call">{t("numbers")}</Chip><span>{t("setup_numbers")}</span></li>
							<li class="row"><Chip tone={all.length ? "good" : "warn"} icon="people">{t("people")}</Chip><span>{t("setup_people", { n: all.length })}</span></li>
							<li class="row"><Chip tone={all.length && all.every((p) => p.chat.reachable) ? "good" : "warn"} icon="note">{t("teams_app")}</Chip><span>{t("setup_app", { n: all.filter((p) => !p.chat.reachable).length })}</span></li>
						</ul>
					)}</Asked>
				</Panel>
			</div>
		)}</WithDraft>
	);
}
