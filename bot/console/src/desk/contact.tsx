// One contact that was: its facts, what happened, and its notes.
import { serviceNow } from "../shared/clock";
import { duration, timeOfDaySeconds, when } from "../shared/i18n";
import { Icon } from "../shared/parts/icon";
import { Fault, Panel, Skeleton } from "../shared/parts/panel";
import { problem } from "../shared/parts/said";
import type { Params } from "../shared/router";
import { outcomeWord } from "./context";
import { ms } from "./mine";
import { Notes } from "./notes";
import { useAsked } from "../shared/asked";
import type { Story } from "../shared/records";
import { sentence } from "../story/sentence";
import { t } from "./words";

export function OneContact({ id }: Params) {
	const number = Number(id), story = useAsked<Story>(Number.isInteger(number) ? `/api/v1/contacts/${number}` : null), s = story.data;
	if (!s) return story.error ? <Panel title={t("history")} icon="history"><Fault text={problem(story.error)} again={story.again} /></Panel> : <Skeleton rows={6} />;
	const facts = [[t("history_caller"), s.caller], [t("history_queue"), s.queue], [t("history_outcome"), outcomeWord(s.outcome)], [t("fact_waited"), duration(s.wait_ms)],
		[t("history_talk"), duration(s.talk_ms)], [t("history_code"), s.wrap_up_code]].filter(([, value]) => value) as [string, string][];
	return (
		<div class="one-contact">
			<a class="button quiet" href="/app/desk/history"><Icon name="back" />{t("history_back")}</a>
			<Panel title={t("history_open", { time: s.offered_at ? when(ms(s.offered_at), serviceNow()) : String(s.contact) })} icon="history">
				<div class="sections">
					<dl class="facts-list">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
					<Notes contact={s.contact} notes={s.notes} changed={story.again} />
					{s.story.length > 0 && (
						<section aria-labelledby="story">
							<h3 id="story">{t("story")}</h3>
							<ol class="story">{s.story.map((m, i) => <li key={i}><time class="num">{timeOfDaySeconds(ms(m.at))}</time><span>{sentence(m)}</span></li>)}</ol>
						</section>
					)}
				</div>
			</Panel>
		</div>
	);
}
