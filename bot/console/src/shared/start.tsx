// How an area begins: texts and sign-in side by side, then the live view, then its pages.
import "./theme.css";
import "./base.css";
import "./parts.css";
import { render } from "preact";
import { language, textsLearn } from "./i18n";
import { liveStart } from "./live";
import { go, pageMatch } from "./router";
import { Shell, type Area } from "./shell";
import { framed, signIn } from "./signin";
import { themeFollowSystem } from "./theme";

type Texts = { default: Record<string, string> };
export type Catalogue = Record<"en" | "de", () => Promise<Texts>>;

const SHARED: Catalogue = { en: () => import("./text/en.json"), de: () => import("./text/de.json") };

export async function start(area: Area, texts: Catalogue): Promise<void> {
	if (!framed) themeFollowSystem();
	const [here, ...words] = await Promise.all([signIn(), SHARED[language](), texts[language]()]);
	textsLearn(...words.map((w) => w.default));
	if (here.kind === "teams" && here.host.page && pageMatch(area.pages, area.name, `/app/${area.name}/${here.host.page}`))
		go(`/app/${area.name}/${here.host.page}`, { replace: true });
	render(<Shell area={area} />, document.getElementById("app")!);
	if (here.kind === "stranger") return;
	liveStart();
	if (here.kind === "teams") (await import("./teams")).teamsReady();
}
