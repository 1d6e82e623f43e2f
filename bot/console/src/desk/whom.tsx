// Whom to ask, or to whom the call goes: colleagues with what they do now, and queues. Typing narrows the list, Enter takes the first.
import { useState } from "preact/hooks";
import { useCell } from "../shared/cell";
import { act } from "../shared/live";
import { Button } from "../shared/parts/button";
import { Dialog } from "../shared/parts/dialog";
import { Input } from "../shared/parts/field";
import { Icon } from "../shared/parts/icon";
import { attempt } from "../shared/parts/said";
import { where } from "../shared/signin";
import type { Agent, Contact } from "../shared/view";
import { personWord, stateShape, useMine } from "./mine";
import { StateMark } from "./status";
import { t } from "./words";

const ORDER = { ready: 0, busy: 1, pause: 2, off: 3 };
const byUse = (a: Agent, b: Agent) => ORDER[stateShape(a)] - ORDER[stateShape(b)] || a.name.localeCompare(b.name);

function CallInTeams({ person }: { person: Agent }) {
	const here = useCell(where);
	const username = person.username;
	if (here.kind !== "teams" || !here.host.mayCall || !username) return null;
	const ring = () => attempt(async () => (await import("../shared/teams")).teamsCall(username));
	return <Button kind="quiet" icon="call" label={t("whom_call", { name: person.name })} onClick={() => void ring()} />;
}

export function Whom({ kind, contact, close }: { kind: "consult" | "transfer"; contact: Contact; close: () => void }) {
	const { v, me } = useMine(), [word, search] = useState("");
	const fits = (name: string) => name.toLowerCase().includes(word.trim().toLowerCase());
	const people = Object.values(v.agents).filter((a) => a.agent !== me?.agent && fits(a.name)).sort(byUse);
	const queues = kind === "transfer" ? v.settings.queues.filter((q) => q.queue !== contact.queue && fits(q.queue)) : [];
	const say = (name: string, members: object) => {
		close();
		void attempt(() => act(name, { contact: contact.contact, ...members }), t("sent"));
	};
	const toPerson = (a: Agent) => say(kind === "consult" ? "consult" : "to-agent", { to: a.agent });
	const toQueue = (queue: string) => say("to-queue", { queue });
	const first = () => (people[0] ? toPerson(people[0]) : queues[0] && toQueue(queues[0].queue));
	return (
		<Dialog title={kind === "consult" ? t("whom_consult") : t("whom_transfer")} close={close}>
			<Input label={t("whom_search")} hidden placeholder={t("whom_search")} value={word} set={search} type="search" onKeyDown={(e: KeyboardEvent) => e.key === "Enter" && first()} />
			{people.length > 0 && (
				<>
					<h3>{t("whom_agents")}</h3>
					<ul class="whom">
						{people.map((a) => (
							<li key={a.agent}>
								<button type="button" class="choice" onClick={() => toPerson(a)}><StateMark shape={stateShape(a)} /><span>{a.name}</span><small>{personWord(a)}</small></button>
								<CallInTeams person={a} />
							</li>
						))}
					</ul>
				</>
			)}
			{queues.length > 0 && (
				<>
					<h3>{t("whom_queues")}</h3>
					<ul class="whom">
						{queues.map(({ queue }) => (
							<li key={queue}>
								<button type="button" class="choice" onClick={() => toQueue(queue)}><Icon name="queue" /><span>{queue}</span>
									{v.queues[queue] && <small>{t("queue_state", { n: v.queues[queue].waiting, free: v.queues[queue].staff.present })}</small>}</button>
							</li>
						))}
					</ul>
				</>
			)}
			{people.length + queues.length === 0 && <p role="status">{t("whom_none")}</p>}
		</Dialog>
	);
}
