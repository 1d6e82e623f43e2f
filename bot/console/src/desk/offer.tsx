// A call that is offered to me: who, what about, how long; accept or decline. In the middle of the page of one's work, above any
// other; said at once to who listens, shown in the window's title, and heard where Teams does not ring yet.
import { useEffect } from "preact/hooks";
import { useCell } from "../shared/cell";
import { serviceNow } from "../shared/clock";
import { duration } from "../shared/i18n";
import { useKeys } from "../shared/keys";
import { act } from "../shared/live";
import { DoButton } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Icon } from "../shared/parts/icon";
import { announce, attempt } from "../shared/parts/said";
import { Countdown, Since } from "../shared/parts/time";
import { go, path } from "../shared/router";
import type { Contact, Party } from "../shared/view";
import { alertStart } from "./alert";
import { ms, nameOf, queueSettings, useMine } from "./mine";
import { WaitChip } from "./queues";
import { t } from "./words";

const WORK = "/app/desk";

function title(party: Party | undefined, owner: string): string {
	if (party?.role === "consult") return t("offer_consult", { name: owner });
	return party?.role === "transfer" ? t("offer_transfer", { name: owner }) : t("offer");
}

// On a phone the column at the right is elsewhere: what matters before the call is taken is here, too.
const Brief = ({ c }: { c: Contact }) => (
	<div class="brief">
		{c.keys && <p><span class="quiet">{t("fact_keys")}</span> {c.keys}</p>}
		{c.lookups && <ul class="lookups">{c.lookups.slice(0, 2).map((l) => <li key={l.lookup}><p>{l.answer}</p><small>{t("lookup_from", { lookup: l.lookup, time: duration(serviceNow() - ms(l.at)) })}</small></li>)}</ul>}
		{c.earlier?.[0] && <p><span class="quiet">{t("earlier")}</span> {[c.earlier[0].queue, c.earlier[0].agent, c.earlier[0].wrap_up_code].filter(Boolean).join(" · ")}</p>}
	</div>
);

export function Offer({ contact: c, party }: { contact: Contact; party: Party | undefined }) {
	const { v, me } = useMine();
	const caller = c.caller_name || c.caller || t("caller_unknown"), queue = c.queue ?? "";
	const owner = nameOf(v, c.parties?.find((p) => p.agent !== me?.agent && p.state === "talking")?.agent ?? c.agent);
	const accept = async () => (await attempt(() => act("accept", { contact: c.contact }), t("accepted"))) && go(WORK);
	const decline = () => attempt(() => act("decline", { contact: c.contact }), t("declined"));
	const can = party?.can_accept === true, may = party?.can_decline === true;
	useKeys([can && { id: "desk.accept", key: "a", label: t("key_accept"), run: accept }, may && { id: "desk.decline", key: "d", label: t("key_decline"), run: decline }]);
	useEffect(() => announce(t("offer_said", { caller, queue }), true), [c.contact, party?.attempt]);
	// Once she accepted, Teams rings.
	useEffect(() => alertStart(t("offer_title", { caller }), can), [c.contact, party?.attempt, can]);
	return (
		<section class="card offer" aria-labelledby="offer-title">
			<header><h2 id="offer-title"><Icon name="call" />{title(party, owner)}</h2>{queue && <Chip tone="brand">{queue}</Chip>}</header>
			<p class="caller-name">{caller}</p>
			<p class="quiet facts">
				{c.caller_name && <span>{c.caller}</span>}
				<span>{t("offer_wait", { time: "" }).trim()} <Since since={ms(c.queued_at ?? c.offered_at)} /></span>
				<WaitChip since={ms(c.queued_at ?? c.offered_at)} level={queueSettings(v, c.queue)?.service_level_ms ?? 0} />
			</p>
			<Brief c={c} />
			{party?.until && <Countdown since={ms(c.since)} until={ms(party.until)} label={t("offer_left")} />}
			<p>{can ? t("offer_soon") : t("offer_in_teams")}</p>
			<div class="actions">
				{can && <DoButton kind="main" big icon="accept" hint="A" run={accept}>{t("offer_accept")}</DoButton>}
				{may && <DoButton big icon="decline" hint="D" run={decline}>{t("offer_decline")}</DoButton>}
			</div>
		</section>
	);
}

// On every page but that of one's work, which has it in its middle.
export function OfferElsewhere() {
	const at = useCell(path), { doing } = useMine();
	if (at === WORK || doing.kind !== "offer") return null;
	return <div class="elsewhere"><Offer key={doing.contact.contact} contact={doing.contact} party={doing.party} /></div>;
}
