// An emergency announcement: which prompt everybody hears before anything else, in one queue or in all.
import { useState } from "preact/hooks";
import { act } from "../shared/live";
import { Button, DoButton } from "../shared/parts/button";
import { Dialog } from "../shared/parts/dialog";
import { Select } from "../shared/parts/field";
import { attempt } from "../shared/parts/said";
import type { View } from "../shared/view";
import { t } from "./words";

// queue "": all of them.
export function Announce({ v, queue, close }: { v: View; queue: string; close: () => void }) {
	const now = queue ? v.queues[queue]?.announcement ?? "" : Object.values(v.queues).find((q) => q.announcement)?.announcement ?? "";
	const [prompt, setPrompt] = useState(now || v.settings.prompts[0] || "");
	const say = async (what: string) => {
		if (await attempt(() => act("announce", { ...(queue && { queue }), ...(what && { prompt: what }) }), t(what ? "done_announced" : "done_silent"))) close();
	};
	return (
		<Dialog title={queue ? t("announce_in", { queue }) : t("announce_all")} close={close} actions={
			<>{now && <DoButton kind="danger" run={() => say("")}>{t("announce_end")}</DoButton>}<Button onClick={close}>{t("cancel")}</Button>
				<DoButton kind="main" icon="megaphone" disabled={!prompt} run={() => say(prompt)}>{t("announce_begin")}</DoButton></>}>
			<p>{t("announce_text")}</p>
			{v.settings.prompts.length ? <Select label={t("prompt")} value={prompt} set={setPrompt} options={v.settings.prompts.map((p) => ({ value: p, label: p }))} />
				: <p class="quiet">{t("no_prompts")}</p>}
		</Dialog>
	);
}
