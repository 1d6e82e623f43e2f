// Prompts by language: what is said, what is missing, each to be heard as callers hear it, and recordings in place of a voice.
import { useState } from "preact/hooks";
import { ApiError, request } from "../shared/api";
import { useAsked } from "../shared/asked";
import { useCell } from "../shared/cell";
import { Button } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Dialog } from "../shared/parts/dialog";
import { TextArea } from "../shared/parts/field";
import { Panel } from "../shared/parts/panel";
import { attempt } from "../shared/parts/said";
import { at, draft, pointer, setAt, type Obj } from "./draft";
import { FindingsAt } from "./finding";
import { Asked, WithDraft } from "./page";
import { NewName } from "./queues";
import { t } from "./words";

interface Saying { spoken: boolean; numbered: boolean; text?: string; wav?: string; length_ms: number | null }
interface Prompt { name: string; built_in: boolean; in: Record<string, Saying>; missing: string[] }

let playing: HTMLAudioElement | null = null;
async function play(name: string, language: string): Promise<void> {
	playing?.pause();
	const r = await request(`/api/v1/prompts/${encodeURIComponent(name)}/${language}`);
	if (!r.ok) throw new ApiError(r.status, "", t("not_recorded"));
	playing = new Audio(URL.createObjectURL(await r.blob()));
	await playing.play();
}

// What the draft says now; of what it does not name, what is built in. A single text is of its own language alone.
function textOf(config: Obj, p: Prompt, language: string): string {
	const mine = at(config, ["prompts", p.name]) as Obj | undefined, words = mine?.["text"];
	if (!mine) return p.in[language]?.text ?? "";
	if (typeof words !== "string") return String((words as Obj | undefined)?.[language] ?? "");
	return language === (mine["language"] ?? at(config, ["voice", "language"]) ?? "en") ? words : "";
}

async function upload(name: string, language: string, file: File): Promise<void> {
	const r = await request(`/api/v1/prompts/${encodeURIComponent(name)}/${language}`, { method: "POST", body: file, headers: { "Content-Type": file.type || "audio/wav" } });
	const body = (await r.json()) as { wav?: string; error?: { message: string } };
	if (!r.ok || !body.wav) throw new ApiError(r.status, "", body.error?.message ?? `HTTP ${r.status}`);
	const now = at(draft.get()?.config, ["prompts", name, "wav"]);
	setAt(["prompts", name], { wav: { ...(typeof now === "object" ? (now as Obj) : {}), [language]: body.wav } });
}

function Edit({ prompt, languages, config, close }: { prompt: Prompt; languages: readonly string[]; config: Obj; close: () => void }) {
	const [words, set] = useState<Record<string, string>>(() => Object.fromEntries(languages.map((l) => [l, textOf(config, prompt, l)])));
	const save = () => {
		const said = Object.fromEntries(Object.entries(words).filter(([, w]) => w.trim()));
		setAt(["prompts", prompt.name], { text: said });
		close();
	};
	return (
		<Dialog wide title={prompt.name} close={close} actions={<><Button onClick={close}>{t("cancel")}</Button><Button kind="main" onClick={save}>{t("into_draft")}</Button></>}>
			{languages.map((l) => (
				<div key={l} class="stack">
					<TextArea label={t("words_in", { language: t(`language_${l}` as "language_en") })} lang={l} rows={3} value={words[l] ?? ""} set={(w) => set({ ...words, [l]: w })} />
					<label class="upload">{t("or_wav")} <input type="file" accept="audio/wav,audio/ogg,.wav,.opus,.ogg" onChange={(e) => {
						const file = e.currentTarget.files?.[0];
						if (file) void attempt(() => upload(prompt.name, l, file), t("uploaded")).then((ok) => ok && close());
					}} /></label>
				</div>
			))}
		</Dialog>
	);
}

function Cells({ prompt, languages, config }: { prompt: Prompt; languages: readonly string[]; config: Obj }) {
	return <>{languages.map((l) => {
		const here = prompt.in[l], changed = textOf(config, prompt, l) !== (here?.text ?? "");
		return (
			<div key={l} class="saying" lang={l} role="cell">
				<span class="phone-label" lang="">{t(`language_${l}` as "language_en")}</span>
				{here?.length_ms ? <Button kind="quiet" icon="play" label={t("listen", { name: prompt.name, language: t(`language_${l}` as "language_en") })} onClick={() => void attempt(() => play(prompt.name, l))} /> : null}
				<span>{textOf(config, prompt, l) || (here?.wav ? <Chip icon="ear">{here.wav}</Chip> : <Chip tone="warn" icon="late">{t("missing")}</Chip>)}</span>
				{changed && <Chip tone="brand">{t("changed")}</Chip>}
			</div>
		);
	})}</>;
}

const unknown = (config: Obj, known: readonly Prompt[]): Prompt[] => Object.keys((config["prompts"] ?? {}) as Obj)
	.filter((n) => !known.some((p) => p.name === n)).map((name) => ({ name, built_in: false, in: {}, missing: [] }));

export function Prompts() {
	const version = useCell(draft, (d) => d?.version.number), of = useAsked<{ languages: string[]; prompts: Prompt[] }>("/api/v1/prompts", 0, version);
	const [edited, edit] = useState<Prompt | null>(null), [all, showAll] = useState(false);
	return (
		<WithDraft>{({ config }) => <Asked of={of}>{({ languages, prompts }) => (
			<Panel title={t("prompts")} icon="megaphone" tools={<Button kind="quiet" aria-pressed={all} onClick={() => showAll(!all)}>{t("built_in_too")}</Button>}>
				<div class="prompts" role="table" aria-label={t("prompts")} style={{ "--columns": languages.length } as never}>
					<div role="row" class="head"><span role="columnheader">{t("prompt")}</span>{languages.map((l) => <span key={l} role="columnheader">{t(`language_${l}` as "language_en")}</span>)}<span role="columnheader"><span class="unseen">{t("edit")}</span></span></div>
					{[...unknown(config, prompts), ...prompts].filter((p) => all || !p.built_in || at(config, ["prompts", p.name])).map((p) => (
						<div role="row" key={p.name}>
							<b role="rowheader">{p.name}{p.built_in && <small> {t("built_in")}</small>}</b>
							<Cells prompt={p} languages={languages} config={config} />
							<span role="cell"><Button kind="quiet" label={t("edit_n", { name: p.name })} onClick={() => edit(p)}>{t("edit")}</Button></span>
							<FindingsAt where={pointer(["prompts", p.name])} />
						</div>
					))}
				</div>
				<NewName what={t("new_prompt")} taken={[...prompts.map((p) => p.name), ...unknown(config, prompts).map((p) => p.name)]} add={(name) => setAt(["prompts", name], { text: "" })} />
				{edited && <Edit prompt={edited} languages={languages} config={config} close={() => edit(null)} />}
			</Panel>
		)}</Asked>}</WithDraft>
	);
}
