// Queues: the list, and one as a form in sections.
import { useState } from "preact/hooks";
import { useCell } from "../shared/cell";
import { go } from "../shared/router";
import { Button } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Input } from "../shared/parts/field";
import { Empty, Panel } from "../shared/parts/panel";
import { Confirm } from "../shared/parts/dialog";
import { at, change, findingsAt, names, pointer, report, resolve, schema, setAt, type Obj } from "./draft";
import { FindingsAt } from "./finding";
import { label, Members } from "./form";
import { WithDraft } from "./page";
import { t } from "./words";

// Whatever is not named here is in the last one.
const SECTIONS: Record<string, readonly string[]> = {
	section_routing: ["strategy", "hand_off", "ring_seconds", "ring_at_once", "skills", "sticky_seconds", "priority_seconds", "head_start_seconds", "available", "back_off_seconds",
		"back_off_busy_seconds", "back_off_rejected_seconds", "unanswered_max"],
	section_waiting: ["music", "announce_seconds", "position_prompt", "position_max", "estimate_prompt", "estimate_over_prompt", "messages", "leave"],
	section_limits: ["waiting_max", "wait_seconds_max", "timeout_prompt", "timeout", "full_prompt", "full", "join_needs", "stay_needs", "no_agents_prompt", "no_agents", "closed", "redial_seconds"],
	section_level: ["service_level_seconds", "short_abandon_seconds"],
	section_call_back: ["call_back"],
	section_after: ["wrap_up_seconds", "wrap_up_more_seconds", "wrap_up_codes", "survey"],
	section_record: ["record", "record_prompt", "record_beep_seconds"],
};

const agentsOf = (config: Obj, queue: string) => ((config["agents"] ?? []) as Obj[]).filter((a) => ((a["queues"] ?? []) as (string | Obj)[]).some((q) => (typeof q === "string" ? q : q["queue"]) === queue));

export function NewName({ what, taken, add }: { what: string; taken: readonly string[]; add: (name: string) => void }) {
	const [name, set] = useState(""), good = /^[a-zA-Z][a-zA-Z0-9_-]{0,62}$/.test(name) && !taken.includes(name);
	return (
		<form class="new-name" onSubmit={(e) => (e.preventDefault(), good && (add(name), set("")))}>
			<Input label={what} value={name} set={set} wrong={name && !good ? t("name_wrong") : undefined} />
			<Button type="submit" icon="add" disabled={!good}>{t("add")}</Button>
		</form>
	);
}

function Row({ config, name }: { config: Obj; name: string }) {
	const said = findingsAt(useCell(report), pointer(["queues", name])), q = at(config, ["queues", name]) as Obj;
	const strategy = String(q["strategy"] ?? "longest-idle");
	return (
		<li>
			<a class="row" href={`/app/workshop/queue/${encodeURIComponent(name)}`}>
				<b>{name}</b>
				<span class="quiet">{strategy}</span>
				<span class="quiet">{t("agents_n", { n: agentsOf(config, name).length })}</span>
				{said.faults.length > 0 && <Chip tone="bad" icon="decline">{t("faults_n", { n: said.faults.length })}</Chip>}
				{said.warnings.length > 0 && <Chip tone="warn" icon="late">{t("warnings_n", { n: said.warnings.length })}</Chip>}
			</a>
		</li>
	);
}

export const Queues = () => (
	<WithDraft>{({ config }) => (
		<Panel title={t("queues")} icon="queue">
			<ul class="rows">{names(config, "queues").map((name) => <Row key={name} config={config} name={name} />)}</ul>
			{names(config, "queues").length === 0 && <Empty text={t("no_queues")} />}
			<NewName what={t("new_queue")} taken={names(config, "queues")} add={(name) => (setAt(["queues", name], {}), go(`/app/workshop/queue/${name}`))} />
		</Panel>
	)}</WithDraft>
);

function Sections({ name }: { name: string }) {
	const root = useCell(schema)!, shape = resolve({ $ref: "#/$defs/queue" }, root);
	const rest = Object.keys(shape["properties"] as Obj).filter((m) => !Object.values(SECTIONS).some((s) => s.includes(m)));
	return <>{Object.entries({ ...SECTIONS, section_more: rest }).map(([section, members], i) => (
		<details key={section} class="panel section" open={i === 0}>
			<summary><h2>{t(section as "section_routing")}</h2><span class="quiet">{members.slice(0, 4).map(label).join(" · ")}</span></summary>
			<Members path={["queues", name]} shape={shape} only={members} />
		</details>
	))}</>;
}

export function QueuePage({ name = "" }: { name?: string }) {
	const [sure, ask] = useState(false);
	return (
		<WithDraft>{({ config }) => (!at(config, ["queues", name]) ? <Empty text={t("gone")}><a class="button" href="/app/workshop/queues">{t("queues")}</a></Empty> : (
			<div class="stack">
				<header class="title"><a class="button quiet" href="/app/workshop/queues">{t("queues")}</a><h2 class="big">{name}</h2>
					<Button kind="danger" onClick={() => ask(true)}>{t("remove")}</Button></header>
				<FindingsAt where={pointer(["queues", name])} />
				<Sections name={name} />
				<details class="panel section"><summary><h2>{t("agents")}</h2><span class="quiet">{t("agents_n", { n: agentsOf(config, name).length })}</span></summary>
					<p class="pad">{agentsOf(config, name).map((a) => String(a["name"])).join(", ") || t("nobody")} · <a href="/app/workshop/people">{t("people")}</a></p></details>
				{sure && <Confirm title={t("remove_queue", { name })} text={t("remove_text")} yes={t("remove")} close={() => ask(false)}
					run={() => (change((c) => { delete (c["queues"] as Obj)[name]; }), go("/app/workshop/queues"))} />}
			</div>
		))}</WithDraft>
	);
}
