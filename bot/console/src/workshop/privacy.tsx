// Privacy: what is kept for how long, and all of one person exported or erased.
import { useState } from "preact/hooks";
import { post } from "../shared/api";
import { useAsked } from "../shared/asked";
import { Button, DoButton } from "../shared/parts/button";
import { Dialog } from "../shared/parts/dialog";
import { Input, Select } from "../shared/parts/field";
import { Icon } from "../shared/parts/icon";
import { Panel } from "../shared/parts/panel";
import { attempt } from "../shared/parts/said";
import { Asked } from "./page";
import { t } from "./words";

interface Kept { mailboxes: { name: string; keep_days: number }[]; recordings_days: number; known_days: number; audit_entries_max: number }
interface Erased { contacts: number; in_progress: number; voicemail: number; recordings: number; chats: number; remains: string[] }

function save(name: string, body: unknown): void {
	const a = document.createElement("a");
	a.href = URL.createObjectURL(new Blob([JSON.stringify(body, null, 2)], { type: "application/json" }));
	a.download = name;
	a.click();
	setTimeout(() => URL.revokeObjectURL(a.href));
}

const days = (n: number) => (n === 0 ? t("until_deleted") : t("days_n", { n }));

function Retention({ kept }: { kept: Kept }) {
	return (
		<dl class="facts">
			{kept.mailboxes.map((m) => <div key={m.name}><dt>{t("kept_voicemail", { name: m.name })}</dt><dd>{days(m.keep_days)}</dd></div>)}
			<div><dt>{t("kept_recordings")}</dt><dd>{days(kept.recordings_days)}</dd></div>
			<div><dt>{t("kept_known")}</dt><dd>{days(kept.known_days)}</dd></div>
			<div><dt>{t("kept_journal")}</dt><dd>{t("until_deleted")}</dd></div>
			<div><dt>{t("kept_audit")}</dt><dd>{t("entries_n", { n: kept.audit_entries_max })}</dd></div>
		</dl>
	);
}

function Erasure({ subject, close, done }: { subject: Record<string, string>; close: () => void; done: (e: Erased) => void }) {
	const [again, set] = useState(""), who = Object.values(subject)[0] ?? "";
	return (
		<Dialog title={t("erase_title")} close={close} actions={<><Button onClick={close}>{t("cancel")}</Button>
			<DoButton kind="danger" disabled={again.trim() !== who} run={() => attempt(async () => (done(await post<Erased>("/api/v1/privacy/erase", subject)), close()))}>{t("erase")}</DoButton></>}>
			<p>{t("erase_text")}</p>
			<Input label={t("erase_again", { who })} value={again} set={set} />
		</Dialog>
	);
}

export function Privacy() {
	const of = useAsked<Kept>("/api/v1/privacy");
	const [kind, choose] = useState("number"), [who, set] = useState(""), [sure, ask] = useState(false), [erased, told] = useState<Erased | null>(null);
	const subject = { [kind]: who.trim() };
	return (
		<div class="stack">
			<Panel title={t("of_somebody")} icon="person">
				<div class="pad stack">
					<div class="members">
						<Select label={t("who")} value={kind} set={choose} options={[{ value: "number", label: t("a_caller") }, { value: "user", label: t("an_agent") }]} />
						<Input label={t(kind === "number" ? "number" : "object_id")} value={who} set={(v) => (set(v), told(null))} inputMode={kind === "number" ? "tel" : "text"} />
					</div>
					<div class="actions">
						<DoButton icon="download" disabled={!who.trim()} run={() => attempt(async () => save("export.json", await post("/api/v1/privacy/export", subject)), t("exported"))}>{t("export")}</DoButton>
						<Button kind="danger" disabled={!who.trim()} onClick={() => ask(true)}>{t("erase")}</Button>
					</div>
					{erased && (
						<div class="told" role="status">
							<p><Icon name="accept" /> {t("erased_n", { n: erased.contacts })} {t("erased_more", { voicemail: erased.voicemail, recordings: erased.recordings })}</p>
							<p>{t("remains")}</p>
							<ul class="bullets">{erased.remains.map((r) => <li key={r}>{t(`remains_${r}` as "remains_backups")}</li>)}</ul>
						</div>
					)}
				</div>
			</Panel>
			<Panel title={t("retention")} icon="clock"><Asked of={of}>{(kept) => <Retention kept={kept} />}</Asked></Panel>
			{sure && <Erasure subject={subject} close={() => ask(false)} done={told} />}
		</div>
	);
}
