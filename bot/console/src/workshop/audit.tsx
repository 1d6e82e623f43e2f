// The audit: who did what when, the newest first.
import { useState } from "preact/hooks";
import { get, request } from "../shared/api";
import { useAsked } from "../shared/asked";
import { timeOfDaySeconds, day } from "../shared/i18n";
import { DoButton } from "../shared/parts/button";
import { Empty, Panel } from "../shared/parts/panel";
import { attempt } from "../shared/parts/said";
import { Asked } from "./page";
import { t } from "./words";

interface Entry { at: string; who: string; who_name: string; what: string; target: string; detail: string }
interface Page { audit: Entry[]; next: string | null }

async function csv(): Promise<void> {
	const r = await request("/api/v1/audit?format=csv"), a = document.createElement("a");
	if (!r.ok) throw new Error(`HTTP ${r.status}`);
	a.href = URL.createObjectURL(await r.blob());
	a.download = "audit.csv";
	a.click();
}

export function Audit() {
	const of = useAsked<Page>("/api/v1/audit?limit=100"), [older, add] = useState<Page | null>(null);
	const next = (first: Page) => (older ? older.next : first.next);
	return (
		<Panel title={t("audit")} icon="history" tools={<DoButton kind="quiet" icon="download" run={() => attempt(csv)}>{t("csv")}</DoButton>}>
			<Asked of={of}>{(first) => (
				<>
					{first.audit.length === 0 && <Empty text={t("nothing_yet")} />}
					<ul class="rows">{[...first.audit, ...(older?.audit ?? [])].map((e, i) => (
						<li key={i} class="row audit-row">
							<time dateTime={e.at} class="num">{day(Date.parse(e.at))} {timeOfDaySeconds(Date.parse(e.at))}</time>
							<span>{e.who_name || e.who.slice(0, 8) || t("by_nobody")}</span><b>{e.what}</b><span class="quiet">{[e.target, e.detail].filter(Boolean).join(" · ")}</span>
						</li>
					))}</ul>
					{next(first) && <div class="pad"><DoButton run={() => attempt(async () => {
						const page = await get<Page>(`/api/v1/audit?limit=100&before=${next(first)}`);
						add({ audit: [...(older?.audit ?? []), ...page.audit], next: page.next });
					})}>{t("older")}</DoButton></div>}
				</>
			)}</Asked>
		</Panel>
	);
}
