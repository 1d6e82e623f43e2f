// What it was about: the queue's wrap-up codes, one of which is chosen. It is said to the service at once.
import { useEffect, useState } from "preact/hooks";
import { useKeys } from "../shared/keys";
import { act } from "../shared/live";
import { announce, attempt } from "../shared/parts/said";
import { t } from "./words";

export function Codes({ contact, codes, set: given }: { contact: number; codes: string[]; set: string | null }) {
	const [chosen, choose] = useState(given);
	useEffect(() => choose(given), [contact, given]);
	useKeys([{ id: "desk.code", key: "w", label: t("key_code"), run: () => document.querySelector<HTMLElement>(".codes input:checked, .codes input")?.focus() }]);
	const say = async (code: string) => {
		choose(code);
		if (await attempt(() => act("wrap-up-code", { contact, code }))) announce(t("code_set", { code }));
		else choose(given);
	};
	return (
		<fieldset class="codes">
			<legend>{t("wrap_up_code")}</legend>
			{codes.map((code) => (
				<label key={code} class="code"><input type="radio" name="code" value={code} checked={chosen === code} onInput={() => void say(code)} /><span>{code}</span></label>
			))}
		</fieldset>
	);
}
