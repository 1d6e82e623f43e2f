// People: agents with their queues and skills, whether Teams and the bot reach them, and the role with which each came last; and who
// else came with one. Roles are Entra's: they are given there, and known here from the token of who comes.
import { useState } from "preact/hooks";
import { useAsked } from "../shared/asked";
import { useCell } from "../shared/cell";
import { when } from "../shared/i18n";
import { Button } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Dialog } from "../shared/parts/dialog";
import { Check, Input } from "../shared/parts/field";
import { Empty, Panel } from "../shared/parts/panel";
import { at, change, draft, names, pointer, resolve, schema, type Json, type Obj } from "./draft";
import { FindingsAt } from "./finding";
import { Members } from "./form";
import { Asked, WithDraft } from "./page";
import { t } from "./words";

interface Seen { user: string; roles: ("Agent" | "Supervisor" | "Admin")[]; seen_at: string | null }
interface Person extends Seen { signed_in: boolean; phase: string; presence: string; chat: { reachable: boolean; reason: string } }

const queuesOf = (a: Obj): string[] => ((a["queues"] ?? []) as (string | Obj)[]).map((q) => (typeof q === "string" ? q : String(q["queue"])));

function toggle(index: number, queue: string, on: boolean): void {
	change((c) => {
		const a = (c["agents"] as Obj[])[index]!, now = (a["queues"] ?? []) as Json[];
		a["queues"] = on ? [...now, queue] : now.filter((q) => (typeof q === "string" ? q : (q as Obj)["queue"]) !== queue);
	});
}

function Edit({ index, config, close }: { index: number; config: Obj; close: () => void }) {
	const root = useCell(schema)!, a = at(config, ["agents", index]) as Obj | undefined;
	if (!a) return null;
	const shape = resolve(at(root, ["properties", "agents", "items"]), root);
	return (
		<Dialog wide title={String(a["name"] || t("new_person"))} close={close} actions={<>
			<Button kind="danger" onClick={() => (close(), change((c) => void (c["agents"] as Json[]).splice(index, 1)))}>{t("remove")}</Button><Button kind="main" onClick={close}>{t("done")}</Button></>}>
			<FindingsAt where={pointer(["agents", index])} />
			<Members path={["agents", index]} shape={shape} only={["name", "user", "supervisor", "signed_in", "skills"]} />
			<fieldset class="group"><legend>{t("queues")}</legend>
				<div class="checks">{names(config, "queues").map((q) => <Check key={q} label={q} checked={queuesOf(a).includes(q)} set={(on) => toggle(index, q, on)} />)}</div></fieldset>
		</Dialog>
	);
}

const Roles = ({ of: { roles, seen_at } }: { of: Seen }) => (seen_at
	? <><Chip tone="brand" icon="eye">{roles.join(", ")}</Chip><small>{t("role_seen", { when: when(Date.parse(seen_at), Date.now()) })}</small></> : <small>{t("role_unknown")}</small>);

function Others({ list }: { list: Seen[] }) {
	if (list.length === 0) return null;
	return (
		<>
			<h3 class="pad">{t("others")}</h3>
			<ul class="rows">{list.map((o) => <li key={o.user} class="row person"><b>{o.user}</b><span /><span class="chips"><Roles of={o} /></span></li>)}</ul>
		</>
	);
}

function Row({ a, live, edit }: { a: Obj; live: Person | undefined; edit: () => void }) {
	return (
		<li class="row person">
			<b>{String(a["name"] ?? "")}</b>
			<span class="quiet">{queuesOf(a).join(", ") || t("no_queue")}</span>
			<span class="chips">
				{Object.entries((a["skills"] ?? {}) as Obj).map(([s, n]) => <Chip key={s}>{`${s} ${n}`}</Chip>)}
				{live && <Roles of={live} />}
				{a["supervisor"] === true && <Chip icon="ear">{t("supervisor")}</Chip>}
				{live && <Chip icon="person">{t(`phase_${live.phase}` as "phase_idle")} · {t(`presence_${live.presence}` as "presence_Available")}</Chip>}
				{live && (live.chat.reachable ? <Chip tone="good" icon="accept">{t("bot_reaches")}</Chip> : <Chip tone="warn" icon="unplug" label={live.chat.reason}>{t("bot_not")}</Chip>)}
			</span>
			<Button kind="quiet" label={t("edit_n", { name: String(a["name"] ?? "") })} onClick={edit}>{t("edit")}</Button>
		</li>
	);
}

export function People() {
	const of = useAsked<{ people: Person[]; others: Seen[] }>("/api/v1/people", 0, useCell(draft, (d) => d?.version.number));
	const [edited, edit] = useState<number | null>(null), [find, set] = useState("");
	return (
		<WithDraft>{({ config }) => {
			const agents = (config["agents"] ?? []) as Obj[], hits = agents.map((a, i) => ({ a, i })).filter(({ a }) => `${a["name"]} ${queuesOf(a).join(" ")}`.toLowerCase().includes(find.toLowerCase()));
			const add = () => (change((c) => void ((c["agents"] ??= []) as Json[]).push({ user: "", name: "", queues: [] })), edit(agents.length));
			return (
				<Panel title={t("people")} icon="people" tools={<Button icon="add" onClick={add}>{t("add_person")}</Button>}>
					<div class="pad"><Input label={t("find")} type="search" value={find} set={set} /></div>
					<Asked of={of}>{({ people, others }) => <><ul class="rows">{hits.slice(0, 300).map(({ a, i }) => <Row key={i} a={a} live={people.find((p) => p.user === a["user"])} edit={() => edit(i)} />)}</ul><Others list={others} /></>}</Asked>
					{hits.length === 0 && <Empty text={t("nobody")} icon="people" />}
					<p class="pad quiet">{t("roles_text")}</p>
					{edited !== null && <Edit index={edited} config={config} close={() => edit(null)} />}
				</Panel>
			);
		}}</WithDraft>
	);
}

