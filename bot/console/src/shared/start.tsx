// How an area begins: sign-in, then the live view and its pages.
import "./theme.css";
import "./base.css";
import "./parts.css";
import { render } from "preact";
import { liveStart } from "./live";
import { go, pageMatch } from "./router";
import { Shell, type Area } from "./shell";
import { framed, signIn } from "./signin";
import { themeFollowSystem } from "./theme";

const MOMENT_MS = 300; // a host that takes longer over its token is not waited for
const moment = (ms?: number) => new Promise<void>((yes) => setTimeout(yes, ms));

export async function start(area: Area): Promise<void> {
	if (!framed) themeFollowSystem();
	const here = await signIn();
	if (here.kind === "teams" && here.host.page && pageMatch(area.pages, area.name, `/app/${area.name}/${here.host.page}`))
		go(`/app/${area.name}/${here.host.page}`, { replace: true });
	if (here.kind !== "stranger") liveStart();
	// What is live is asked for before anything is drawn, so that it is on its way meanwhile.
	if (here.kind === "teams") await Promise.race([here.host.asked, moment(MOMENT_MS)]);
	await moment();
	const place = document.getElementById("app")!;
	place.replaceChildren(); // what stood in the document until now
	render(<Shell area={area} />, place);
	if (here.kind === "teams") (await import("./teams")).teamsReady();
}
