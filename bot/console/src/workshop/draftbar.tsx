// Beneath every page while something is changed: what the check says of it, and the ways on.
import { useEffect, useState } from "preact/hooks";
import { useCell } from "../shared/cell";
import { go, path } from "../shared/router";
import { Button } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Confirm } from "../shared/parts/dialog";
import { attempt } from "../shared/parts/said";
import { discard, draft, report } from "./draft";
import { t } from "./words";

export function DraftBar() {
	const d = useCell(draft), r = useCell(report), [sure, ask] = useState(false), here = useCell(path);
	useEffect(() => document.querySelector(".pages [aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" }), [here]);
	if (!d || d.text === d.base) return null;
	const bad = (r?.faults.length ?? 0) + (r?.restart.length ?? 0);
	return (
		<section class="draft-bar" aria-label={t("draft_bar")}>
			<b>{t("draft_on", { n: d.version.number })}</b>
			<span role="status">
				{!r ? <Chip>{t("checking")}</Chip> : bad ? <Chip tone="bad" icon="decline">{t("faults_n", { n: bad })}</Chip>
					: r.warnings.length ? <Chip tone="warn" icon="late">{t("warnings_n", { n: r.warnings.length })}</Chip> : <Chip tone="good" icon="accept">{t("no_faults")}</Chip>}
			</span>
			<span class="push" />
			<Button kind="quiet" onClick={() => ask(true)}>{t("discard")}</Button>
			<Button kind="main" onClick={() => go("/app/workshop/changes")}>{t("review")}</Button>
			{sure && <Confirm title={t("discard_title")} text={t("discard_text")} yes={t("discard")} run={() => void attempt(discard)} close={() => ask(false)} />}
		</section>
	);
}
