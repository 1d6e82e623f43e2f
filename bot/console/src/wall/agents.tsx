// The agents, a tile each: state by word, how long, with whom.
import { useState } from "preact/hooks";
import { duration, number } from "../shared/i18n";
import { Chip } from "../shared/parts/chip";
import { Select } from "../shared/parts/field";
import { Empty, Panel } from "../shared/parts/panel";
import type { Agent, View } from "../shared/view";
import { at, DUTY_ICON, DUTY_TONE, dutyOf } from "./state";
import { Supervise } from "./supervise";
import { t } from "./words";

const ORDER = ["wrap_up", "back_off", "talking", "ringing", "supervising", "idle", "paused", "signed_out"];

function Tile({ v, a, now, acts }: { v: View; a: Agent; now: number; acts: boolean }) {
	const duty = dutyOf(a), contact = a.contact ? v.contacts[a.contact] : undefined;
	return (
		<li class={`tile ${duty}`}>
			<div class="who"><b>{a.name}</b><time class="num quiet">{duration(now - at(a.since))}</time></div>
			<div class="what">
				<Chip tone={DUTY_TONE[duty]!} icon={DUTY_ICON[duty]!}>{duty === "paused" ? `${t("duty_paused")}: ${a.paused}` : t(`duty_${duty}` as "duty_idle")}</Chip>
				{a.presence !== "PresenceUnknown" && <small title={t("presence_help")}>{t(`presence_${a.presence}` as "presence_Away")}</small>}
			</div>
			{a.contact ? (
				<div class="with">
					<a href={`/app/wall/contact/${a.contact}`}>{contact?.caller || t("contact_n", { id: String(a.contact) })}</a>
					{contact?.queue && <small>{contact.queue}</small>}
					{contact?.held && <Chip tone="warn" icon="hold">{t("held")}</Chip>}
					{acts && duty === "talking" && <Supervise v={v} contact={a.contact} who={a.name} />}
				</div>
			) : <div class="with quiet"><small>{a.signed_in_to.join(", ") || t("no_queue")}</small></div>}
		</li>
	);
}

export function Agents({ v, now, acts }: { v: View; now: number; acts: boolean }) {
	const [queue, setQueue] = useState(""), all = Object.values(v.agents).filter((a) => !queue || a.serves.includes(queue));
	const here = all.filter((a) => a.state !== "signed_out").sort((a, b) => ORDER.indexOf(dutyOf(a)) - ORDER.indexOf(dutyOf(b)) || at(a.since) - at(b.since));
	return (
		<Panel title={<>{t("agents")} <Chip>{t("agents_here", { here: number(here.length), all: number(all.length) })}</Chip></>} icon="people" class="agents"
			tools={Object.keys(v.queues).length > 1 && <Select hidden label={t("queue")} value={queue} set={setQueue} empty={t("all_queues")} options={Object.keys(v.queues).map((q) => ({ value: q, label: q }))} />}>
			{here.length ? <ul class="tiles">{here.map((a) => <Tile key={a.agent} v={v} a={a} now={now} acts={acts} />)}</ul> : <Empty text={t("nobody_here")} icon="people" />}
		</Panel>
	);
}
