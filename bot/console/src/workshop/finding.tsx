// What the service's check says, at the place it is about.
import { useCell } from "../shared/cell";
import { Icon } from "../shared/parts/icon";
import { findingsAt, report, type Finding } from "./draft";
import { t } from "./words";

export const Findings = ({ list, bad }: { list: Finding[]; bad?: boolean }) => (list.length === 0 ? null : (
	<ul class={`findings${bad ? " bad" : ""}`}>
		{list.map((f, i) => <li key={i}><Icon name={bad ? "decline" : "late"} size={14} /><span><b>{t(bad ? "fault" : "warning")}:</b> <span lang="en">{f.text}</span></span></li>)}
	</ul>
));

export function FindingsAt({ where }: { where: string }) {
	const { faults, warnings } = findingsAt(useCell(report), where);
	return <><Findings list={faults} bad /><Findings list={warnings} /></>;
}
