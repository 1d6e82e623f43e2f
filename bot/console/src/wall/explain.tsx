// Why does she wait while Anna is idle? Every member of the queue, and the first rule that keeps her from the caller.
import { Chip, type Tone } from "../shared/parts/chip";
import { Fault, Panel, Skeleton } from "../shared/parts/panel";
import { problem } from "../shared/parts/said";
import { useAsked } from "../shared/asked";
import type { Explanation } from "./told";
import { t } from "./words";

const EVERY_MS = 5_000;
const TONE: Record<string, Tone> = { offered: "brand", free: "good", talking: "neutral", ringing: "brand", wrap_up: "warn", back_off: "warn", paused: "neutral", signed_out: "neutral", presence: "warn" };
const WORDS = ["offered", "signed_out", "paused", "presence", "ringing", "talking", "wrap_up", "back_off", "class", "by_hand", "sticky", "rests", "rings_elsewhere", "free"];

export function Explain({ contact }: { contact: number }) {
	const asked = useAsked<Explanation>(`/api/v1/explain?contact=${contact}`, EVERY_MS), e = asked.data;
	return (
		<Panel title={t("explain")} icon="info" class="explain">
			{asked.error ? <Fault text={problem(asked.error)} again={asked.again} /> : !e ? <Skeleton rows={3} /> : (
				<ul>{e.agents.map((a) => (
					<li key={a.agent}>
						<b>{a.name}</b>
						<Chip tone={TONE[a.why] ?? "neutral"}>{WORDS.includes(a.why) ? t(`why_${a.why}` as "why_free") : a.why}</Chip>
						<small lang="en">{a.text}</small>
					</li>
				))}</ul>
			)}
		</Panel>
	);
}
