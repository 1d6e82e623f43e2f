// The call I am in: the caller, what can be done with the call, and whom else I asked.
import { useState } from "preact/hooks";
import { timeOfDaySeconds } from "../shared/i18n";
import { useKeys } from "../shared/keys";
import { act } from "../shared/live";
import { DoButton } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Icon } from "../shared/parts/icon";
import { attempt } from "../shared/parts/said";
import { Since } from "../shared/parts/time";
import type { Contact, Party } from "../shared/view";
import { ms, nameOf, queueSettings, useMine } from "./mine";
import { Whom } from "./whom";
import { Codes } from "./codes";
import { t } from "./words";

// Whom I asked: while it rings, while we talk and the caller waits, and all together.
function Asked({ c, other, name }: { c: Contact; other: Party; name: string }) {
	const say = (command: string) => () => attempt(() => act(command, { contact: c.contact }));
	const rings = other.state === "ringing", together = !c.held;
	return (
		<div class="asked" role="group" aria-label={name}>
			<p><Icon name="people" />{rings ? t("consult_rings", { name }) : together ? t("consult_all", { name }) : t("consult_talks", { name })}</p>
			<div class="actions">
				{!rings && <DoButton kind="main" icon="transfer" run={say("complete")}>{t("complete", { name })}</DoButton>}
				{!rings && !together && <DoButton icon="people" run={say("conference")}>{t("conference")}</DoButton>}
				<DoButton icon="back" run={say("consult-end")}>{together && !rings ? t("consult_out", { name }) : t("consult_end")}</DoButton>
			</div>
		</div>
	);
}

function Recording({ c }: { c: Contact }) {
	if (!c.recording || c.recording === "off") return null;
	const on = c.recording === "on";
	return (
		<div class="recording">
			<Chip tone={on ? "bad" : "warn"} icon={on ? "voicemail" : "pause"}>{on ? t("recording_on") : t("recording_paused")}</Chip>
			<DoButton kind="quiet" run={() => attempt(() => act(on ? "recording-pause" : "recording-resume", { contact: c.contact }))}>{on ? t("recording_pause") : t("recording_resume")}</DoButton>
		</div>
	);
}

export function Call({ contact: c, party }: { contact: Contact; party: Party | undefined }) {
	const { v, me } = useMine(), [whom, ask] = useState<"consult" | "transfer" | null>(null);
	const mine = party?.role !== "consult" && party?.role !== "supervise", settings = queueSettings(v, c.queue), alone = settings?.hand_off === "transfer";
	const other = c.parties?.find((p) => p.agent !== me?.agent && p.role === "consult");
	const can = mine && !alone && !other;
	const hold = () => attempt(() => act(c.held ? "unhold" : "hold", { contact: c.contact }));
	useKeys([can && { id: "desk.hold", key: "h", label: t("key_hold"), run: hold },
		can && { id: "desk.consult", key: "c", label: t("key_consult"), run: () => ask("consult") },
		can && { id: "desk.transfer", key: "t", label: t("key_transfer"), run: () => ask("transfer") }]);
	return (
		<section class="card call" aria-labelledby="call-title">
			<header>
				<h2 id="call-title" class="unseen">{t("call")}</h2>
				{c.queue && <Chip tone="brand">{c.queue}</Chip>}
				{c.held && !other && <Chip tone="warn" icon="hold">{t("call_held")}</Chip>}
				<Since since={ms(c.connected_at ?? c.since)} class="big-time" />
			</header>
			<p class="caller-name">{c.caller_name || c.caller || t("caller_unknown")}</p>
			<p class="quiet facts">{c.caller_name && <span>{c.caller}</span>}<span>{t("call_since", { time: timeOfDaySeconds(ms(c.connected_at ?? c.since)) })}</span></p>
			<Recording c={c} />
			{!mine && <p>{party?.role === "consult" ? t("call_you_consult", { name: nameOf(v, c.agent) }) : t("call_you_supervise")}</p>}
			{mine && alone && <p>{t("call_transferred")}</p>}
			{mine && other && <Asked c={c} other={other} name={nameOf(v, other.agent)} />}
			{can && (
				<div class="actions">
					<DoButton icon={c.held ? "play" : "hold"} hint="H" run={hold}>{c.held ? t("unhold") : t("hold")}</DoButton>
					<DoButton icon="people" hint="C" run={() => ask("consult")}>{t("consult")}</DoButton>
					<DoButton icon="transfer" hint="T" run={() => ask("transfer")}>{t("transfer")}</DoButton>
				</div>
			)}
			{mine && settings && settings.wrap_up_codes.length > 0 && <Codes contact={c.contact} codes={settings.wrap_up_codes} set={c.wrap_up_code ?? null} />}
			<small>{t("hang_up_hint")}</small>
			{whom && <Whom kind={whom} contact={c} close={() => ask(null)} />}
		</section>
	);
}
