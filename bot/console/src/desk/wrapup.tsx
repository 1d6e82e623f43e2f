// After the call: what it was about, a last note, and back to being available; it ends by itself.
import { useEffect } from "preact/hooks";
import { useKeys } from "../shared/keys";
import { act } from "../shared/live";
import { DoButton } from "../shared/parts/button";
import { Icon } from "../shared/parts/icon";
import { announce, attempt } from "../shared/parts/said";
import { Countdown } from "../shared/parts/time";
import { Codes } from "./codes";
import { queueSettings, useMine, type Doing } from "./mine";
import { t } from "./words";

export function WrapUp({ doing }: { doing: Doing & { kind: "wrap_up" } }) {
	const { v } = useMine(), settings = queueSettings(v, doing.queue), more = (settings?.wrap_up_more_ms ?? 0) / 1000;
	const code = v.ended.find((e) => e.contact === doing.contact)?.wrap_up_code ?? v.contacts[doing.contact]?.wrap_up_code ?? null;
	const done = () => attempt(() => act("wrap-up-done"));
	useKeys([{ id: "desk.done", key: "e", label: t("key_done"), run: done }]);
	useEffect(() => announce(t("wrap_up_said")), [doing.contact]);
	return (
		<section class="card wrap-up" aria-labelledby="wrap-title">
			<header><h2 id="wrap-title"><Icon name="flag" />{doing.queue ? t("wrap_up_of", { queue: doing.queue }) : t("wrap_up")}</h2></header>
			{doing.until > 0 && <Countdown since={doing.since} until={doing.until} label={t("wrap_up_left")} />}
			{settings && settings.wrap_up_codes.length > 0 && <Codes contact={doing.contact} codes={settings.wrap_up_codes} set={code} />}
			<div class="actions">
				<DoButton kind="main" icon="accept" hint="E" run={done}>{t("wrap_up_done")}</DoButton>
				{more > 0 && <DoButton icon="clock" run={() => attempt(() => act("wrap-up-more"))}>{t("wrap_up_more", { n: more })}</DoButton>}
			</div>
		</section>
	);
}
