// Flows: a vertical list of steps, branches as indented lanes, the JSON and a test call beside it.
import { useState } from "preact/hooks";
import { useCell } from "../shared/cell";
import { Cell } from "../shared/cell";
import { go } from "../shared/router";
import { Button } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Menu } from "../shared/parts/menu";
import { Select } from "../shared/parts/field";
import { Empty, Panel } from "../shared/parts/panel";
import { announce } from "../shared/parts/said";
import { at, change, findingsAt, names, pointer, report, resolve, schema, setAt, type Json, type Obj } from "./draft";
import { FindingsAt } from "./finding";
import { label, Member, Members, targets } from "./form";
import { JsonBeside } from "./json";
import { WithDraft } from "./page";
import { NewName } from "./queues";
import { Walk, walked } from "./walk";
import { t } from "./words";

const DEEP = 3; // lanes within lanes
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"];
const NEW: Record<string, Json> = { play: "greeting", menu: { prompt: "menu" }, collect: { prompt: "enter-number" }, hours: {}, set: { priority: 3 }, branch: { language: "de", to: "hang-up" },
	lookup: {}, queue: "", call_back: {}, voicemail: {}, transfer: {}, survey: { question: 1 }, hang_up: true };
const open = new Cell<string>(""); // the step whose form is shown, by pointer

interface Lane {
	name: string; // "1", "closed"
	to: string;
	path: readonly (string | number)[];
}

// Where a step leads beside to the next one.
function lanesOf(kind: string, of: Obj, path: readonly (string | number)[]): Lane[] {
	const lane = (member: string) => (typeof of[member] === "string" ? [{ name: member, to: String(of[member]), path: [...path, member] }] : []);
	if (kind === "menu") return [...KEYS.flatMap(lane), ...lane("otherwise")];
	if (kind === "lookup") return [...Object.entries((of["cases"] ?? {}) as Obj).map(([name, to]) => ({ name, to: String(to), path: [...path, "cases", name] })), ...lane("otherwise")];
	return ["closed", "holiday", "to", "otherwise"].flatMap((m) => (kind === "transfer" && m === "to" ? [] : lane(m)));
}

function summary(kind: string, value: Json): string {
	if (typeof value === "string") return value;
	const of = (value ?? {}) as Obj;
	if (kind === "branch") return of["language"] ? `${label("language")} ${of["language"]}` : ["is", "is_not", "below", "above"].filter((m) => m in of).map((m) => `${of["variable"]} ${label(m)} ${of[m]}`).join();
	if (kind === "set") return Object.entries(of).map(([k, v]) => `${label(k)} ${typeof v === "object" ? JSON.stringify(v) : v}`).join(", ");
	return String(of["prompt"] ?? of["calendar"] ?? of["mailbox"] ?? of["ask"] ?? "");
}

function move(flow: string, from: number, to: number): void {
	change((c) => {
		const steps = (c["flows"] as Obj)[flow] as Json[];
		steps.splice(to, 0, ...steps.splice(from, 1));
	});
	announce(t("moved_to", { n: to + 1 }));
	setTimeout(() => document.querySelector<HTMLElement>(`[data-step="${pointer(["flows", flow, to])}"] .step-head`)?.focus());
}

const insert = (flow: string, where: number, kind: string) => {
	change((c) => void ((c["flows"] as Obj)[flow] as Json[]).splice(where, 0, { [kind]: structuredClone(NEW[kind]!) }));
	open.set(pointer(["flows", flow, where]));
};

const AddStep = ({ flow, where }: { flow: string; where: number }) => (
	<Menu kind="quiet" label={t("add_step_at", { n: where + 1 })} class="add-step" items={Object.keys(NEW).map((k) => ({ label: t(`kind_${k}` as "kind_play"), run: () => insert(flow, where, k) }))}>
		{t("add_step")}
	</Menu>
);

function LaneList({ lanes, config, deep, seen }: { lanes: Lane[]; config: Obj; deep: number; seen: readonly string[] }) {
	return (
		<ul class="lanes">
			{lanes.map((l) => {
				const isFlow = !!at(config, ["flows", l.to]);
				return (
					<li key={l.name}>
						<div class="lane-head">
							<Chip tone="brand">{KEYS.includes(l.name) ? t("key_n", { key: l.name }) : label(l.name)}</Chip>
							<Select label={t("lane_to", { name: l.name })} hidden options={targets(config)} value={l.to} set={(v) => setAt(l.path, v)} />
						</div>
						{isFlow && deep < DEEP && !seen.includes(l.to) && <Steps flow={l.to} config={config} deep={deep + 1} seen={[...seen, l.to]} />}
						{isFlow && (deep >= DEEP || seen.includes(l.to)) && <p class="quiet goes-on"><a href={`/app/workshop/flow/${encodeURIComponent(l.to)}`}>{t("goes_on", { name: l.to })}</a></p>}
					</li>
				);
			})}
		</ul>
	);
}

function KeyAdder({ path, of, config }: { path: readonly (string | number)[]; of: Obj; config: Obj }) {
	const free = KEYS.filter((k) => !(k in of));
	return <Select label={t("one_more_key")} options={free.map((k) => ({ value: k, label: t("key_n", { key: k }) }))} empty={t("choose")} value=""
		set={(k) => k && setAt([...path, k], targets(config)[0]?.value ?? "hang-up")} />;
}

function StepForm({ kind, path, config }: { kind: string; path: readonly (string | number)[]; config: Obj }) {
	const root = useCell(schema)!, shape = resolve((resolve({ $ref: "#/$defs/step" }, root)["properties"] as Obj)[kind], root), value = at(config, path);
	if (kind === "hang_up") return null;
	if (kind === "queue") return <div class="members"><Select label={t("kind_queue")} options={names(config, "queues").map((v) => ({ value: v, label: v }))} empty={t("choose")} value={String(value)} set={(v) => setAt(path, v)} /></div>;
	if (shape["type"] === "string") return <div class="members"><Member path={path} shape={shape} required /></div>;
	return <><Members path={path} shape={shape} without={["cases", "variables"]} />{kind === "menu" && <div class="members"><KeyAdder path={path} of={value as Obj} config={config} /></div>}</>;
}

function Step({ flow, index, step, config, deep, seen }: { flow: string; index: number; step: Obj; config: Obj; deep: number; seen: readonly string[] }) {
	const kind = Object.keys(step)[0] ?? "play", value = step[kind] ?? null, where = ["flows", flow, index] as const, me = pointer(where);
	const isOpen = useCell(open) === me, said = findingsAt(useCell(report), me), here = useCell(walked).includes(me), n = ((at(config, ["flows", flow]) ?? []) as Json[]).length;
	return (
		<li class={`step${here ? " walked" : ""}`} data-step={me}>
			<div class="step-row">
				<button type="button" class="step-head" aria-expanded={isOpen} onClick={() => open.set(isOpen ? "" : me)}>
					<span class="step-kind">{t(`kind_${kind}` as "kind_play")}</span><span class="quiet">{summary(kind, value)}</span>
					{here && <Chip tone="good" icon="accept">{t("walked_here")}</Chip>}
					{said.faults.length > 0 && <Chip tone="bad" icon="decline">{t("faults_n", { n: said.faults.length })}</Chip>}
					{said.warnings.length > 0 && <Chip tone="warn" icon="late">{t("warnings_n", { n: said.warnings.length })}</Chip>}
				</button>
				<span class="step-tools">
					<Button kind="quiet" icon="up" label={t("move_up", { n: index + 1 })} disabled={index === 0} onClick={() => move(flow, index, index - 1)} />
					<Button kind="quiet" icon="down" label={t("move_down", { n: index + 1 })} disabled={index === n - 1} onClick={() => move(flow, index, index + 1)} />
					<Button kind="quiet" icon="decline" label={t("remove_step", { n: index + 1 })} onClick={() => change((c) => void ((c["flows"] as Obj)[flow] as Json[]).splice(index, 1))} />
				</span>
			</div>
			{(isOpen || said.faults.length > 0) && <FindingsAt where={me} />}
			{isOpen && <StepForm kind={kind} path={[...where, kind]} config={config} />}
			<LaneList lanes={typeof value === "object" && value ? lanesOf(kind, value as Obj, [...where, kind]) : []} config={config} deep={deep} seen={seen} />
		</li>
	);
}

function Steps({ flow, config, deep, seen }: { flow: string; config: Obj; deep: number; seen: readonly string[] }) {
	const steps = (at(config, ["flows", flow]) ?? []) as Obj[];
	return (
		<div class={`flow deep-${deep}`} role="group" aria-label={t("steps_of", { name: flow })}>
			{deep > 0 && <h3><a href={`/app/workshop/flow/${encodeURIComponent(flow)}`}>{flow}</a></h3>}
			<ol class="steps">{steps.map((s, i) => <Step key={i} flow={flow} index={i} step={s} config={config} deep={deep} seen={seen} />)}</ol>
			<AddStep flow={flow} where={steps.length} />
		</div>
	);
}

function entryOf(config: Obj, flow: string): number {
	const entries = (config["entries"] ?? []) as Obj[], found = entries.findIndex((e) => e["flow"] === flow);
	return found < 0 ? 0 : found;
}

export const Flows = () => (
	<WithDraft>{({ config }) => (
		<Panel title={t("flows")} icon="transfer">
			<ul class="rows">
				{names(config, "flows").map((name) => {
					const numbers = ((config["entries"] ?? []) as Obj[]).filter((e) => e["flow"] === name).length;
					return <li key={name}><a class="row" href={`/app/workshop/flow/${encodeURIComponent(name)}`}><b>{name}</b>
						<span class="quiet">{t("steps_n", { n: ((at(config, ["flows", name]) ?? []) as Json[]).length })}</span>
						{numbers > 0 && <Chip icon="call">{t("numbers_n", { n: numbers })}</Chip>}<FlowChips name={name} /></a></li>;
				})}
			</ul>
			<NewName what={t("new_flow")} taken={names(config, "flows")} add={(name) => (setAt(["flows", name], [{ play: "greeting" }]), go(`/app/workshop/flow/${name}`))} />
		</Panel>
	)}</WithDraft>
);

function FlowChips({ name }: { name: string }) {
	const said = findingsAt(useCell(report), pointer(["flows", name]));
	return <>{said.faults.length > 0 && <Chip tone="bad" icon="decline">{t("faults_n", { n: said.faults.length })}</Chip>}
		{said.warnings.length > 0 && <Chip tone="warn" icon="late">{t("warnings_n", { n: said.warnings.length })}</Chip>}</>;
}

export function FlowPage({ name = "" }: { name?: string }) {
	const [side, show] = useState<"walk" | "json">("walk");
	return (
		<WithDraft>{({ config }) => (!at(config, ["flows", name]) ? <Empty text={t("gone")}><a class="button" href="/app/workshop/flows">{t("flows")}</a></Empty> : (
			<div class="beside">
				<div class="stack">
					<header class="title"><a class="button quiet" href="/app/workshop/flows">{t("flows")}</a><h2 class="big">{name}</h2></header>
					<FindingsAt where={pointer(["flows", name])} />
					<Steps flow={name} config={config} deep={0} seen={[name]} />
				</div>
				<aside class="stack" aria-label={t("beside")}>
					<div class="actions" role="group" aria-label={t("beside")}>
						<Button aria-pressed={side === "walk"} onClick={() => show("walk")} icon="call">{t("test_call")}</Button>
						<Button aria-pressed={side === "json"} onClick={() => show("json")} icon="note">{t("json")}</Button>
					</div>
					{side === "walk" ? <Walk entry={entryOf(config, name)} /> : <JsonBeside path={["flows", name]} shape="flow" />}
				</aside>
			</div>
		))}</WithDraft>
	);
}
