// In the bar: who I am to callers right now, for how long, and the way to change it. S opens it.
import { useRef } from "preact/hooks";
import { useCell } from "../shared/cell";
import { useKeys } from "../shared/keys";
import { act, view } from "../shared/live";
import { Menu, type MenuItem } from "../shared/parts/menu";
import { attempt } from "../shared/parts/said";
import { Since } from "../shared/parts/time";
import { meOf, ms, stateShape, stateWord } from "./mine";
import { t } from "./words";

// Shapes, so that it is told without colours: a disc, a square, two bars, a ring.
export const StateMark = ({ shape }: { shape: ReturnType<typeof stateShape> }) => (
	<svg class={`mark ${shape}`} width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
		{shape === "ready" ? <circle cx="6" cy="6" r="6" /> : shape === "busy" ? <rect width="12" height="12" rx="2" />
			: shape === "pause" ? <path d="M1 0h4v12H1zM7 0h4v12H7z" /> : <circle cx="6" cy="6" r="4.5" class="ring" />}
	</svg>
);

const say = (name: string, members = {}) => void attempt(() => act(name, members));

export function Status() {
	const me = useCell(view, meOf), reasons = useCell(view, (v) => v?.settings.pause_reasons), open = useRef<(() => void) | null>(null);
	useKeys([{ id: "desk.status", key: "s", label: t("key_status"), run: () => open.current?.() }]);
	if (!me || !reasons) return null;
	const ready = me.signed_in && !me.paused && me.state !== "back_off";
	const items: MenuItem[] = [
		{ label: t("status_ready"), checked: ready, run: () => (me.signed_in ? say("resume") : say("sign-in")) },
		...(me.signed_in ? reasons.map((reason) => ({ label: t("status_pause", { reason }), checked: me.paused === reason, run: () => say("pause", { reason }) })) : []),
		{ label: t("status_sign_out"), checked: !me.signed_in, run: () => say("sign-out") },
	];
	return (
		<Menu label={t("status")} items={items} class="status" kind="quiet" open={open} id="status">
			<StateMark shape={stateShape(me)} />
			<span class="state-word">{stateWord(me)}</span>
			<Since since={ms(me.since)} class="quiet" />
		</Menu>
	);
}
