// One contact: what happened when, as it happens; why it waits; notes; earlier ones of the same caller.
import { useRef, useState } from "preact/hooks";
import { post } from "../shared/api";
import { useCell } from "../shared/cell";
import { duration, timeOfDaySeconds, when } from "../shared/i18n";
import { act, view } from "../shared/live";
import { serviceNow } from "../shared/clock";
import { Button, DoButton } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Confirm } from "../shared/parts/dialog";
import { TextArea } from "../shared/parts/field";
import { Empty, Fault, Panel, Skeleton } from "../shared/parts/panel";
import { attempt, problem } from "../shared/parts/said";
import { Since } from "../shared/parts/time";
import { Explain } from "./explain";
import { sentence } from "../story/sentence";
import { outcomeText, outcomeTone } from "./outcome";
import { at } from "./state";
import { Supervise } from "./supervise";
import { useAsked } from "../shared/asked";
import type { Leg, Note, Story } from "../shared/records";
import { t } from "./words";

const LIVE_MS = 3_000;

function Notes({ contact, list, again }: { contact: number; list: Note[]; again: () => void }) {
	const [text, set] = useState(""), [edits, edit] = useState<Note | null>(null);
	// Pressed again where no answer came: the same words go under the same key.
	const sent = useRef({ text: "", key: "" });
	const save = async () => {
		const path = `/api/v1/contacts/${contact}/notes${edits ? `/${edits.note}` : ""}`;
		if (sent.current.text !== text) sent.current = { text, key: crypto.randomUUID() };
		if (await attempt(() => post(path, { text }, "POST", edits ? {} : { "Idempotency-Key": sent.current.key }), t("note_saved"))) sent.current.text = "", set(""), edit(null), again();
	};
	return (
		<Panel title={t("notes")} icon="note">
			<ul class="notes">{list.map((n) => (
				<li key={n.note}>
					<p>{n.text}</p>
					<small>{n.author ?? t("supervisor")} · {when(at(n.at), serviceNow())}{n.edited_at && ` · ${t("edited")}`}</small>
					{n.editable && <Button kind="quiet" onClick={() => (edit(n), set(n.text))}>{t("edit")}</Button>}
				</li>
			))}</ul>
			<div class="write">
				<TextArea hidden label={t(edits ? "edit_note" : "new_note")} placeholder={t("new_note")} value={text} set={set} maxLength={4000} rows={2} />
				<DoButton kind="main" disabled={!text.trim()} run={save}>{t("save")}</DoButton>
			</div>
		</Panel>
	);
}

const tenth = (n: number): number => Math.round(n * 10) / 10;

// Mean opinion scores are of 4.5; from 4 on nobody complains, below 3.6 many do (ITU-T G.107, annex B).
const opinion = (mos: number): string => t(mos >= 4 ? "sound_good" : mos >= 3.6 ? "sound_fair" : "sound_poor", { mos: tenth(mos) });

const figures = (l: Leg): string => (l.packets ? t("sound_figures", { lost: l.lost, of: l.packets, jitter: tenth(l.jitter_ms), delay: tenth(l.delay_ms) })
	: t("sound_frames", { lost: l.concealed, of: l.frames, delay: tenth(l.delay_ms) }));

function Sound({ legs }: { legs: Leg[] }) {
	return (
		<p class="sound quiet">{t("sound")}: {legs.map((l, i) => (
			<span key={i} title={figures(l)}>
				{i > 0 && " · "}{l.agent ?? t("sound_caller")} {opinion(l.mos)}
			</span>
		))}</p>
	);
}

export default function Contact({ id = "" }: { id?: string }) {
	const v = useCell(view), live = v?.contacts[id], position = live ? `${live.phase}${live.since}${live.agent}` : v?.ended.some((e) => String(e.contact) === id) ?? false;
	const told = useAsked<Story>(`/api/v1/contacts/${id}`, live ? LIVE_MS : 0, position), c = told.data;
	const [releasing, setReleasing] = useState(false);
	if (told.error && !c) return <Fault text={problem(told.error)} again={told.again} />;
	if (!c) return <Skeleton rows={6} />;
	const waits = live && ["waiting", "ringing", "call_back"].includes(live.phase);
	return (
		<div class="contact">
			<Panel title={<>{c.caller ?? t("unknown")} <Chip tone={outcomeTone(c.outcome)}>{live ? t(`phase_${live.phase}` as "phase_waiting") : outcomeText(c.outcome)}</Chip></>} icon="call" class="story"
				tools={live && v && <>
					{live.phase === "talking" && <Supervise v={v} contact={live.contact} who={c.caller ?? ""} />}
					{waits && <Button kind="danger" icon="hangup" onClick={() => setReleasing(true)}>{t("release")}</Button>}
				</>}>
				<dl class="facts">
					<div><dt>{t("queue")}</dt><dd>{c.queue ?? "–"}</dd></div><div><dt>{t("col_agent")}</dt><dd>{c.agent ?? "–"}</dd></div>
					<div><dt>{t("came_by")}</dt><dd>{c.flow ?? "–"}</dd></div>
					<div><dt>{t("col_wait")}</dt><dd class="num">{waits && live.queued_at ? <Since since={at(live.queued_at)} /> : duration(c.wait_ms)}</dd></div>
					<div><dt>{t("col_talk")}</dt><dd class="num">{live?.connected_at && live.phase === "talking" ? <Since since={at(live.connected_at)} /> : duration(c.talk_ms)}</dd></div>
					{c.wrap_up_code && <div><dt>{t("code")}</dt><dd>{c.wrap_up_code}</dd></div>}
				</dl>
				<ol class="moments">{c.story.map((m) => <li key={`${m.position}:${m.what}:${m.agent}`} class={m.what}><time class="num">{timeOfDaySeconds(at(m.at))}</time><span>{sentence(m)}</span></li>)}</ol>
				{c.sound.length > 0 && <Sound legs={c.sound} />}
			</Panel>
			<div class="beside">
				{waits && <Explain contact={live.contact} />}
				<Notes contact={c.contact} list={c.notes} again={told.again} />
				<Panel title={t("earlier")} icon="history">{c.earlier.length ? (
					<ul class="before">{c.earlier.map((e) => (
						<li key={e.contact}><a href={`/app/wall/contact/${e.contact}`}>{when(at(e.offered_at), serviceNow())}</a><Chip tone={outcomeTone(e.outcome)}>{outcomeText(e.outcome)}</Chip><small>{[e.queue, e.agent].filter(Boolean).join(" · ")}</small></li>
					))}</ul>
				) : <Empty text={t("no_earlier")} />}</Panel>
			</div>
			{releasing && <Confirm title={t("release")} text={t("release_text")} yes={t("release")} run={() => void attempt(() => act("release", { contact: c.contact }))} close={() => setReleasing(false)} />}
		</div>
	);
}
