// Outcomes of contacts, in words and colours.
import type { Tone } from "../shared/parts/chip";
import { t } from "./words";

export const OUTCOMES = ["handled", "abandoned_in_queue", "abandoned_ringing", "abandoned_short", "abandoned_in_ivr", "timeout_disconnect", "overflow_disconnect",
	"no_agents_disconnect", "closed_disconnect", "self_served", "voicemail", "transferred", "released", "callback_answered", "callback_failed", "callback_merged", "rejected", "failed"] as const;
export type Outcome = (typeof OUTCOMES)[number];

const GOOD: readonly string[] = ["handled", "callback_answered", "self_served", "voicemail", "transferred", "callback_merged"];

export const outcomeTone = (o: string): Tone => (GOOD.includes(o) ? "good" : o === "in_progress" ? "brand" : o === "abandoned_short" ? "neutral" : o.startsWith("abandoned") || o === "failed" ? "bad" : "warn");
export const outcomeText = (o: string): string => t(`outcome_${o}` as "outcome_handled");
