// Messages of callers to my queues' mailboxes, and callers who want to be called back.
import { useEffect, useState } from "preact/hooks";
import { post, request } from "../shared/api";
import { useTick } from "../shared/clock";
import { duration, when } from "../shared/i18n";
import { Button, DoButton } from "../shared/parts/button";
import { Chip } from "../shared/parts/chip";
import { Empty, Panel } from "../shared/parts/panel";
import { act } from "../shared/live";
import { attempt } from "../shared/parts/said";
import type { Voicemail } from "../shared/view";
import { mayPick, ms, nameOf, useMine } from "./mine";
import { t } from "./words";

// A message's sound comes with the token, which an <audio src> would not send.
function usePlayer(path: string) {
	const [sound, set] = useState<HTMLAudioElement | null>(null);
	useEffect(() => () => void (sound && (sound.pause(), URL.revokeObjectURL(sound.src))), [sound]);
	const play = async () => {
		const answer = await request(path);
		if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
		const audio = new Audio(URL.createObjectURL(await answer.blob()));
		audio.addEventListener("ended", () => set(null));
		await audio.play();
		set(audio);
	};
	return { playing: sound !== null, play: () => attempt(play), stop: () => set(null) };
}

function Message({ m, now }: { m: Voicemail; now: number }) {
	const { v } = useMine(), path = `/api/v1/voicemail/${encodeURIComponent(m.voicemail)}`, player = usePlayer(path);
	const time = when(ms(m.at), now);
	return (
		<li class="message">
			{player.playing ? <Button kind="quiet" icon="hold" label={t("voicemail_stop")} onClick={player.stop} />
				: <DoButton kind="quiet" icon="play" label={t("voicemail_play", { caller: m.caller, time })} run={player.play} />}
			<div>
				<p><strong>{m.caller || t("caller_unknown")}</strong> {!m.heard && <Chip tone="brand">{t("voicemail_new")}</Chip>}</p>
				<small>{m.mailbox} · {time} · <span class="num">{duration(m.length_ms)}</span></small>
				{m.taken_by && <small>{t("voicemail_taken", { name: nameOf(v, m.taken_by) })}</small>}
			</div>
			{!m.taken_by && <DoButton label={t("voicemail_take_label", { caller: m.caller })} run={() => attempt(() => post(`${path}/taken`, {}), t("voicemail_done"))}>{t("voicemail_take")}</DoButton>}
		</li>
	);
}

export function Messages() {
	const { v, me } = useMine(), now = useTick();
	const messages = Object.values(v.voicemails).sort((a, b) => ms(b.at) - ms(a.at));
	const backs = Object.values(v.contacts).filter((c) => c.phase === "call_back" && (!c.queue || me?.serves.includes(c.queue))).sort((a, b) => (a.rank < b.rank ? -1 : 1));
	return (
		<Panel title={t("messages")} icon="voicemail" id="messages" class="messages">
			{messages.length + backs.length === 0 && <Empty text={t("messages_none")} icon="voicemail" />}
			{messages.length > 0 && <ul>{messages.map((m) => <Message key={m.voicemail} m={m} now={now} />)}</ul>}
			{backs.length > 0 && (
				<>
					<h3>{t("call_backs")}</h3>
					<ul>{backs.map((c) => (
						<li class="message" key={c.contact}>
							<div><p><strong>{c.caller || t("caller_unknown")}</strong></p><small>{c.queue} · {t("call_back_asked", { time: when(ms(c.queued_at ?? c.since), now) })}</small></div>
							<DoButton icon="call" disabled={!mayPick(me)} label={t("call_back_label", { caller: c.caller || t("caller_unknown") })}
								run={() => attempt(() => act("pick", { contact: c.contact }))}>{t("call_back_now")}</DoButton>
						</li>
					))}</ul>
				</>
			)}
		</Panel>
	);
}
