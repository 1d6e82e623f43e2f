// A test call: when, at which number, and then what the caller does, one thing after the other; each step is marked in the flow.
import { useEffect, useState } from "preact/hooks";
import { post } from "../shared/api";
import { Cell, useCell } from "../shared/cell";
import { Button } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Input, Select } from "../shared/parts/field";
import { Icon } from "../shared/parts/icon";
import { Fault, Panel } from "../shared/parts/panel";
import { announce, problem } from "../shared/parts/said";
import { draft, type Obj } from "./draft";
import { t } from "./words";

interface Walked {
	when: string;
	steps: { pointer: string; kind: string; name: string; note?: string; did?: string[]; heard: { prompt: string; language: string; text?: string; wav?: string }[] }[];
	end: "hung_up" | "agent" | "kept" | "endless" | null;
	options: { do: string; to: string }[];
}

export const walked = new Cell<readonly string[]>([]); // pointers of the steps of the last test call

const KEY = /^[0-9*#]$/;
const nextFriday = (): string => {
	const d = new Date();
	d.setDate(d.getDate() + ((5 - d.getDay() + 7) % 7));
	return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, "0")}-${String(d.getDate()).padStart(2, "0")}T17:31`;
};
const lastPart = (to: string) => decodeURIComponent(to.split("/").filter(Boolean).slice(1).join(" ").replaceAll("~1", "/")) || t(`end_${to}` as "end_agent");

function Heard({ steps }: { steps: Walked["steps"] }) {
	return (
		<ol class="heard">
			{steps.map((s, i) => (
				<li key={i}>
					<span class="quiet">{s.kind === "waiting" ? t("waiting_in", { name: s.name }) : t(`kind_${s.kind}` as "kind_play")}{s.note && `: ${t(`note_${s.note}` as "note_open")}`}</span>
					{s.heard.map((h, k) => <p key={k} lang={h.language}><Icon name="ear" size={14} /> {h.text ?? <span lang="">{t("sound", { name: h.prompt })}</span>}</p>)}
					{s.did?.map((d, k) => <Chip key={k} tone="brand">{KEY.test(d) ? t("presses", { key: d }) : t("does", { what: word(d) })}</Chip>)}
				</li>
			))}
		</ol>
	);
}

const word = (d: string) => {
	const key = `do_${d.replaceAll("-", "_")}`, text = t(key as "do_silence");
	return text === key ? d : text;
};

export function Walk({ entry: first }: { entry: number }) {
	const d = useCell(draft)!, entries = (d.config["entries"] ?? []) as Obj[];
	const [entry, setEntry] = useState(first), [at, setAt] = useState(nextFriday), [does, set] = useState<string[]>([]), [typed, type] = useState("");
	const [result, put] = useState<Walked | null>(null), [wrong, fail] = useState("");
	useEffect(() => setEntry(first), [first]);
	useEffect(() => {
		let here = true;
		const timer = setTimeout(() => post<Walked>("/api/v1/config/walk", { text: d.text, entry, at, does }).then((r) => {
			if (!here) return;
			put(r), fail(""), walked.set(r.steps.map((s) => s.pointer));
			announce(r.end ? t(`end_${r.end}`) : t("she_chooses"));
		}, (e: unknown) => here && (fail(problem(e)), walked.set([]))), 250);
		return () => ((here = false), clearTimeout(timer));
	}, [d.text, entry, at, does.join()]);
	useEffect(() => () => walked.set([]), []);
	const act = (what: string) => (set([...does, what]), type(""));
	const keys = result?.options.filter((o) => KEY.test(o.do)) ?? [], others = result?.options.filter((o) => !KEY.test(o.do)) ?? [];
	return (
		<Panel title={t("test_call")} icon="call" class="walk" tools={<Button kind="quiet" icon="history" disabled={does.length === 0} onClick={() => set([])}>{t("from_start")}</Button>}>
			<div class="members">
				<Select label={t("number")} value={String(entry)} set={(v) => (setEntry(Number(v)), set([]))}
					options={entries.map((e, i) => ({ value: String(i), label: `${e["default"] ? t("default_number") : String(e["application_instance"]).slice(-8)} → ${e["flow"]}` }))} />
				<Input label={t("when")} type="datetime-local" value={at} set={(v) => v && setAt(v)} help={result?.when} />
			</div>
			{wrong ? <Fault text={wrong} /> : result && (
				<>
					<Heard steps={result.steps} />
					{result.end ? <p class="walk-end"><Chip tone={result.end === "agent" ? "good" : result.end === "endless" ? "bad" : "neutral"}>{t(`end_${result.end}`)}</Chip></p> : (
						<div class="walk-options" role="group" aria-label={t("she_chooses")}>
							{keys.map((o) => <Button key={o.do} onClick={() => act(o.do)}><span class="unseen">{t("press")} </span><kbd>{o.do}</kbd> {lastPart(o.to)}</Button>)}
							{others.filter((o) => o.do !== "number").map((o) => <Button key={o.do} onClick={() => act(o.do)}>{word(o.do)} → {lastPart(o.to)}</Button>)}
							{others.some((o) => o.do === "number") && (
								<form class="new-name" onSubmit={(e) => (e.preventDefault(), typed && act(typed))}>
									<Input label={t("types")} inputMode="tel" value={typed} set={type} /><Button type="submit" disabled={!typed}>{t("type_it")}</Button>
								</form>
							)}
						</div>
					)}
				</>
			)}
		</Panel>
	);
}
