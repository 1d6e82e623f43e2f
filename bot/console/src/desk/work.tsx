// The page of one's work: queues and messages at the left, the caller in the middle, what is known of her at the right. On a phone
// one of them at a time, by a bar at the bottom; a call that comes is shown whichever it is.
import { useEffect, useState } from "preact/hooks";
import { useKeys } from "../shared/keys";
import { Icon, type IconName } from "../shared/parts/icon";
import { Empty } from "../shared/parts/panel";
import { go } from "../shared/router";
import { Call } from "./call";
import { Context } from "./context";
import { Idle, Recent } from "./idle";
import { Messages } from "./messages";
import { useMine } from "./mine";
import { Offer } from "./offer";
import { Queues } from "./queues";
import { t } from "./words";
import { WrapUp } from "./wrapup";

const TABS = [["work", "call"], ["queues", "queue"], ["messages", "voicemail"], ["caller", "person"]] as const satisfies readonly (readonly [string, IconName])[];
type Tab = (typeof TABS)[number][0];

const focusIn = (selector: string) => document.querySelector<HTMLElement>(`${selector} :is(button, input, a):not(:disabled)`)?.focus();

// At once, so that the next key is hers; and where a phone showed something else, once the list is there.
const pick = (i: number) => document.querySelectorAll<HTMLElement>(".caller .pick")[i]?.focus();

export function Work() {
	const { v, me, doing } = useMine(), [tab, show] = useState<Tab>("work");
	const to = (name: Tab, selector: string) => () => (show(name), requestAnimationFrame(() => focusIn(selector)));
	useKeys([
		{ id: "desk.queues", key: "g q", label: t("key_queues"), run: to("queues", ".queues") },
		{ id: "desk.messages", key: "g m", label: t("key_messages"), run: to("messages", ".messages") },
		{ id: "desk.work", key: "g w", label: t("key_work"), run: to("work", ".middle") },
		{ id: "desk.history", key: "g h", label: t("key_history"), run: () => go("/app/desk/history") },
		...Array.from({ length: 9 }, (_, i) => ({ id: `desk.pick${i + 1}`, key: String(i + 1), label: i ? "" : t("key_pick"),
			run: () => (show("queues"), pick(i), requestAnimationFrame(() => pick(i))) })),
	]);
	useEffect(() => {
		if (doing.kind === "offer") show("work");
	}, [doing.kind]);
	if (!me) return <Empty text={t("not_agent")} icon="person" />;
	const messages = Object.values(v.voicemails).filter((m) => !m.taken_by).length;
	const count: Partial<Record<Tab, number>> = { messages, queues: me.serves.reduce((n, q) => n + (v.queues[q]?.waiting ?? 0), 0) };
	return (
		<div class="desk" data-tab={tab}>
			<div class="left"><Queues /><Messages /></div>
			<div class="middle">
				{doing.kind === "offer" ? <Offer key={doing.contact.contact} contact={doing.contact} party={doing.party} />
					: doing.kind === "call" ? <Call key={doing.contact.contact} contact={doing.contact} party={doing.party} />
					: doing.kind === "wrap_up" ? <WrapUp key={doing.contact} doing={doing} /> : <Idle me={me} />}
				{doing.kind === "nothing" && <Recent handled={me.handled ?? 0} />}
			</div>
			<div class="right"><Context /></div>
			<nav class="tabs" aria-label={t("tabs")}>
				{TABS.map(([name, icon]) => (
					<button key={name} type="button" aria-pressed={tab === name} onClick={() => show(name)}>
						<Icon name={icon} size={20} /><span>{t(`tab_${name}`)}{count[name] ? <b class="num"> {count[name]}</b> : null}</span>
					</button>
				))}
			</nav>
		</div>
	);
}
