// Numbers: which resource account leads into which flow, and when it was called last.
import { useAsked } from "../shared/asked";
import { useCell } from "../shared/cell";
import { when } from "../shared/i18n";
import { Chip } from "../shared/parts/chip";
import { Select } from "../shared/parts/field";
import { Empty, Panel } from "../shared/parts/panel";
import { draft, names, pointer, setAt, type Obj } from "./draft";
import { FindingsAt } from "./finding";
import { Asked, WithDraft } from "./page";
import { t } from "./words";

interface Numbered { entry: number; application_instance: string; default: boolean; media: string; bot: string; language: string; last_call_at: string | null }

export function Numbers() {
	const of = useAsked<{ numbers: Numbered[] }>("/api/v1/numbers", 0, useCell(draft, (d) => d?.version.number));
	return (
		<WithDraft>{({ config }) => (
			<Panel title={t("numbers")} icon="call">
				<Asked of={of}>{({ numbers }) => (
					<ul class="rows">{((config["entries"] ?? []) as Obj[]).map((e, i) => {
						const known = numbers.find((n) => n.application_instance === (e["application_instance"] ?? ""));
						return (
							<li key={i} class="row number-row">
								<span><b>{e["default"] ? t("default_number") : t("number_n", { n: i + 1 })}</b><br /><small>{String(e["application_instance"] ?? t("all_others"))}</small></span>
								<Select label={t("flow_of", { n: i + 1 })} hidden options={names(config, "flows").map((v) => ({ value: v, label: v }))} value={String(e["flow"])} set={(v) => setAt(["entries", i, "flow"], v)} />
								<span class="chips">{e["media"] === "relay" && <Chip>{t("live_audio")}</Chip>}{known && <Chip icon="clock">{known.last_call_at ? t("called_last", { when: when(Date.parse(known.last_call_at), Date.now()) }) : t("never_called")}</Chip>}</span>
								<FindingsAt where={pointer(["entries", i])} />
							</li>
						);
					})}</ul>
				)}</Asked>
				{((config["entries"] ?? []) as Obj[]).length === 0 && <Empty text={t("nobody")} />}
				<p class="pad quiet">{t("numbers_text")}</p>
			</Panel>
		)}</WithDraft>
	);
}
