// Into others' conversations: listen, whisper, barge in, take over, leave. What she is doing now is said by word.
import { act } from "../shared/live";
import { Chip } from "../shared/parts/chip";
import { Icon, type IconName } from "../shared/parts/icon";
import { Menu, type MenuItem } from "../shared/parts/menu";
import { attempt } from "../shared/parts/said";
import type { View } from "../shared/view";
import { t } from "./words";

const HOW: readonly { how: "listen" | "whisper" | "barge"; icon: IconName }[] = [{ how: "listen", icon: "ear" }, { how: "whisper", icon: "megaphone" }, { how: "barge", icon: "people" }];

export function Supervise({ v, contact, who }: { v: View; contact: number; who: string }) {
	const me = v.me.agent ? v.agents[v.me.agent] : undefined, in_it = me?.role === "supervise" && me.contact === contact;
	const does = (name: string, more: object = {}) => void attempt(() => act(name, { contact, agent: v.me.agent, ...more }));
	if (!v.me.agent) return <Chip icon="info" label={t("not_an_agent_help")}>{t("not_an_agent")}</Chip>;
	const items: MenuItem[] = [
		...HOW.map(({ how, icon }): MenuItem => ({ label: t(how), note: t(`${how}_help`), icon, run: () => does("supervise", { hearing: how }) })),
		...(in_it ? [{ label: t("take_over"), note: t("take_over_help"), icon: "call", run: () => does("take-over") } as MenuItem,
			{ label: t("leave"), icon: "hangup", run: () => does("supervise", { hearing: "leave" }) } as MenuItem] : []),
	];
	return (
		<>
			{in_it && <Chip tone="brand" icon="ear">{t(me.state === "ringing" ? "you_ring" : me.hearing === "whisper" ? "you_whisper" : me.hearing === "listen" ? "you_listen" : "you_talk")}</Chip>}
			<Menu kind="quiet" class="right" label={t("supervise_who", { who })} items={items}><Icon name="ear" /><span class="no-phone">{t("supervise")}</span></Menu>
		</>
	);
}
