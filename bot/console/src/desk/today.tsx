// In the bar: how many I handled.
import { useCell } from "../shared/cell";
import { view } from "../shared/live";
import { meOf } from "./mine";
import { t } from "./words";

export function Today() {
	const n = useCell(view, meOf)?.handled;
	return n === undefined ? null : <span class="today no-phone num" title={t("today_label", { n })}>{t("today", { n })}</span>;
}
