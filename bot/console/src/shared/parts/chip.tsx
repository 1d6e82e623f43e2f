// A small word with a colour. The word says it; the colour only helps (in contrast all colours are one).
import type { ComponentChildren } from "preact";
import { timeOfDay, t } from "../i18n";
import { useCell } from "../cell";
import { link } from "../live";
import { Icon, type IconName } from "./icon";

export type Tone = "neutral" | "good" | "warn" | "bad" | "brand";

export const Chip = ({ tone = "neutral", icon, children, label }: { tone?: Tone; icon?: IconName; children: ComponentChildren; label?: string }) => (
	<span class={`chip ${tone}`} title={label}>{icon && <Icon name={icon} size={12} />}{children}</span>
);

// Whether what the page shows is now. Said aloud when it changes.
export function LiveChip() {
	const { state, since } = useCell(link);
	const tone = { live: "good", connecting: "neutral", reconnecting: "warn", stale: "bad", off: "bad" }[state] as Tone;
	const text = state === "stale" ? t("link_stale", { time: timeOfDay(since) }) : t(`link_${state}`);
	return <span role="status" class="live-chip"><Chip tone={tone} icon={state === "live" ? "live" : "unplug"}><span class="live-word">{text}</span></Chip></span>;
}
