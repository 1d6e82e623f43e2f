// Changes: what the draft changes, what the check and a plan say of it, applying it, and every version there was.
import { useMemo, useState } from "preact/hooks";
import { get, request } from "../shared/api";
import { useAsked } from "../shared/asked";
import { useCell } from "../shared/cell";
import { number, when } from "../shared/i18n";
import { Button, DoButton } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Dialog } from "../shared/parts/dialog";
import { Input } from "../shared/parts/field";
import { Empty, Panel } from "../shared/parts/panel";
import { attempt } from "../shared/parts/said";
import { apply, draft, rebase, report, rollback, type Version } from "./draft";
import { Findings } from "./finding";
import { lines } from "./lines";
import { Asked, WithDraft } from "./page";
import { t } from "./words";

export const by = (v: { author: string; author_name: string }) => v.author_name || (v.author ? v.author.slice(0, 8) : t("by_file"));

export function Compare({ from, to }: { from: string; to: string }) {
	const all = useMemo(() => lines(from, to), [from, to]);
	if (all.length === 0) return <p class="pad quiet">{t("nothing_changed")}</p>;
	return (
		<div class="compare" role="region" aria-label={t("comparison")} tabIndex={0}>
			{all.map((l, i) => (l.kind === "gap" ? <div key={i} class="gap" aria-hidden="true">⋯</div> : l.kind === "same" ? <div key={i}><span>{l.text}</span></div>
				: l.kind === "gone" ? <del key={i}><span class="unseen">{t("line_gone")}: </span>{l.text}</del> : <ins key={i}><span class="unseen">{t("line_new")}: </span>{l.text}</ins>))}
		</div>
	);
}

interface Band { low: number; middle: number; high: number }
interface Plan { runs: number; rows: { queue: string; name: string; unit: string; was: Band | null; is: Band | null; change: Band | null }[] }

const band = (b: Band | null, unit: string, sign = false) => (b ? `${sign && b.middle > 0 ? "+" : ""}${number(Math.round(b.middle * 10) / 10)}${unit}` : "–");
const range = (b: Band | null) => (b ? `${number(Math.round(b.low * 10) / 10)} – ${number(Math.round(b.high * 10) / 10)}` : undefined);

function PlanTable({ plan }: { plan: Plan }) {
	return (
		<div class="scroll" role="region" aria-label={t("plan")} tabIndex={0}>
			<table>
				<caption class="unseen">{t("plan")}</caption>
				<thead><tr><th scope="col">{t("queue")}</th><th scope="col">{t("figure")}</th><th scope="col" class="number">{t("was")}</th><th scope="col" class="number">{t("would_be")}</th><th scope="col" class="number">{t("change")}</th></tr></thead>
				<tbody>{plan.rows.map((r, i) => (
					<tr key={i}><td>{r.queue === "all queues" ? t("all_queues") : r.queue}</td><td>{t(`figure_${r.name.replaceAll(" ", "_")}` as "figure_offered")}</td>
						<td class="number" title={range(r.was)}>{band(r.was, r.unit)}</td><td class="number" title={range(r.is)}>{band(r.is, r.unit)}</td><td class="number" title={range(r.change)}>{band(r.change, r.unit, true)}</td></tr>
				))}</tbody>
			</table>
		</div>
	);
}

// Minutes, perhaps: it waits as long as it takes.
async function askPlan(text: string): Promise<Plan> {
	const r = await request("/api/v1/config/plan", { method: "POST", body: JSON.stringify({ text, runs: 10 }), headers: { "Content-Type": "application/json" } });
	const body = (await r.json()) as Plan & { error?: { message: string } };
	if (!r.ok) throw new Error(body.error?.message ?? `HTTP ${r.status}`);
	return body;
}

function Review() {
	const d = useCell(draft)!, r = useCell(report), [comment, set] = useState(""), [plan, put] = useState<Plan | null>(null);
	const bad = !!r && (r.faults.length > 0 || r.restart.length > 0);
	if (d.text === d.base) return <Empty text={t("nothing_changed")} icon="accept" />;
	return (
		<div class="pad stack">
			<Findings list={[...(r?.faults ?? []), ...(r?.restart ?? [])]} bad />
			<Findings list={r?.warnings ?? []} />
			<Compare from={d.base} to={d.text} />
			{plan && <PlanTable plan={plan} />}
			<Input label={t("comment")} value={comment} set={set} maxLength={399} placeholder={t("comment_why")} />
			<div class="actions">
				<DoButton icon="history" disabled={bad} run={() => attempt(async () => put(await askPlan(d.text)))}>{t("plan_it")}</DoButton>
				<DoButton kind="main" icon="accept" disabled={bad} run={async () => {
					if (!(await attempt(() => apply(comment), t("applied")))) await attempt(async () => {
						const now = await get<{ version: Version }>("/api/v1/config");
						if (now.version.number !== d.version.number) await rebase();
					});
				}}>{t("apply")}</DoButton>
			</div>
		</div>
	);
}

function Older({ version, close }: { version: Version; close: () => void }) {
	const of = useAsked<{ text: string }>(`/api/v1/config/versions/${version.number}`, 0, version.number), d = useCell(draft)!;
	const [comment, set] = useState("");
	return (
		<Dialog wide title={t("version_n", { n: version.number })} close={close} actions={<><Button onClick={close}>{t("cancel")}</Button>
			<DoButton kind="main" icon="history" run={async () => { if (await attempt(() => rollback(version.number, comment), t("rolled_back", { n: version.number }))) close(); }}>{t("roll_back")}</DoButton></>}>
			<p class="quiet">{t("roll_back_text", { n: version.number })}</p>
			<Asked of={of}>{({ text }) => <Compare from={d.base} to={text} />}</Asked>
			<Input label={t("comment")} value={comment} set={set} maxLength={399} />
		</Dialog>
	);
}

export function Changes() {
	const d = useCell(draft), now = d?.version.number ?? 0;
	const of = useAsked<{ versions: Version[] }>("/api/v1/config/versions", 0, now), [chosen, choose] = useState<Version | null>(null);
	return (
		<WithDraft>{() => (
			<div class="stack">
				<Panel title={t("draft")} icon="note"><Review /></Panel>
				<Panel title={t("versions")} icon="history">
					<Asked of={of}>{({ versions }) => (
						<ul class="rows">{versions.map((v) => (
							<li key={v.number} class="row">
								<b class="num">{v.number}</b><span>{v.comment || t(`how_${v.how}`)}</span><span class="quiet">{by(v)}, <time dateTime={v.at}>{when(Date.parse(v.at), Date.now())}</time></span>
								<span class="push" />
								{v.number === versions[0]?.number ? <Chip tone="good" icon="live">{t("in_force")}</Chip>
									: <Button kind="quiet" label={t("compare_n", { n: v.number })} onClick={() => choose(v)}>{t("compare")}</Button>}
							</li>
						))}</ul>
					)}</Asked>
				</Panel>
				{chosen && <Older version={chosen} close={() => choose(null)} />}
			</div>
		)}</WithDraft>
	);
}
