// About the caller, before and while we talk: what was chosen, what other systems say and how old that is, earlier contacts, notes.
import { useTick } from "../shared/clock";
import { duration, when } from "../shared/i18n";
import { Empty, Panel } from "../shared/parts/panel";
import type { Contact } from "../shared/view";
import { contactOf, ms, useMine } from "./mine";
import { Notes } from "./notes";
import { useAsked } from "../shared/asked";
import type { Story } from "../shared/records";
import { t } from "./words";

function factsOf(c: Contact): [string, string][] {
	const languages = new Intl.DisplayNames([document.documentElement.lang], { type: "language" });
	return ([
		[t("fact_queue"), c.queue], [t("fact_entry"), c.entry], [t("fact_keys"), c.keys],
		[t("fact_waited"), c.queued_at ? duration((ms(c.connected_at) || ms(c.since)) - ms(c.queued_at)) : ""],
		[t("fact_language"), c.language ? languages.of(c.language) : ""],
		[t("fact_priority"), c.priority !== 3 && c.priority >= 1 && c.priority <= 5 ? t(`priority_${c.priority as 1 | 2 | 4 | 5}`) : ""],
		[t("fact_offers"), (c.offers ?? 0) > 1 ? t("fact_offers_n", { n: c.offers! }) : ""],
	] as [string, string | null | undefined][]).filter((f): f is [string, string] => !!f[1]);
}

export const outcomeWord = (outcome: string): string => t(`outcome_${outcome}` as "outcome_handled");

function Earlier({ c, now }: { c: Contact; now: number }) {
	return (
		<section aria-labelledby="earlier">
			<h3 id="earlier">{t("earlier")}</h3>
			{!c.earlier?.length ? <p class="quiet">{t("earlier_none")}</p> : (
				<ul class="earlier">
					{c.earlier.map((e) => (
						<li key={e.contact}><a href={`/app/desk/contact/${e.contact}`}>{when(ms(e.at), now)}</a><small>{[e.queue, e.agent, outcomeWord(e.outcome), e.wrap_up_code].filter(Boolean).join(" · ")}</small></li>
					))}
				</ul>
			)}
		</section>
	);
}

export function Context() {
	const { v, doing } = useMine(), now = useTick(), id = contactOf(doing);
	const c = id === null ? null : v.contacts[id] ?? null;
	const story = useAsked<Story>(id === null ? null : `/api/v1/contacts/${id}`, 0, c?.phase);
	return (
		<Panel title={t("context")} icon="person" id="context" class="context">
			{id === null ? <Empty text={t("context_none")} icon="person" /> : (
				<div class="sections">
					{c && <dl class="facts-list">{factsOf(c).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>}
					{c?.lookups && c.lookups.length > 0 && (
						<section aria-labelledby="lookups">
							<h3 id="lookups">{t("lookups")}</h3>
							<ul class="lookups">{c.lookups.map((l) => <li key={l.lookup}><p>{l.answer}</p><small>{t("lookup_from", { lookup: l.lookup, time: duration(now - ms(l.at)) })}</small></li>)}</ul>
						</section>
					)}
					<Notes key={id} contact={id} notes={story.data?.notes ?? null} changed={story.again} />
					{c && <Earlier c={c} now={now} />}
				</div>
			)}
		</Panel>
	);
}
