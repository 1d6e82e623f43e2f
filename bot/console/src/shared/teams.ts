// Inside Teams. The library is brought only where the page is in a frame; each function of it is called here and nowhere else.
//
// It begins to talk as soon as it is there, while the page's own script is still on its way: who is there, and the first token, are
// asked for at once (the library keeps what is said before Teams has answered), and the page finds the answers.
import { dateWordsBack } from "./quiet";
import { app, authentication, call } from "@microsoft/teams-js";

const HELLO_MS = 4_000; // the library itself gives up after a minute

export interface Host {
	page: string; // where a deep link leads: "contact/17"; "" none
	phone: boolean;
	mayCall: boolean;
	asked: Promise<void>; // Teams has said whether there is a token; that may take until somebody consents
}

dateWordsBack();
const greeted = app.initialize().then(() => true, () => false);
let first: Promise<string> | null = authentication.getAuthToken();
const asked = first.then(() => {}, () => {}); // who takes it is told what is wrong with it
const context = app.getContext();
context.catch(() => {});
app.notifyAppLoaded();

// theme: told the name of the theme, now and when it changes. null: nobody answers, so the frame is not one of Teams.
export async function teamsHello(theme: (name: string | undefined) => void): Promise<Host | null> {
	let late: ReturnType<typeof setTimeout> | undefined;
	const nobody = new Promise<false>((yes) => (late = setTimeout(() => yes(false), HELLO_MS)));
	const came = await Promise.race([greeted, nobody]);
	clearTimeout(late);
	if (!came) return null;
	const { app: here, page } = await context;
	theme(here.theme);
	app.registerOnThemeChangeHandler(theme);
	return {
		page: page.subPageId ?? "",
		phone: here.host.clientType === "android" || here.host.clientType === "ios",
		mayCall: call.isSupported(),
		asked,
	};
}

export const teamsReady = (): void => void app.notifySuccess();

// The host keeps it and renews it; so it is asked for each time.
export function teamsToken(): Promise<string> {
	const token = first ?? authentication.getAuthToken();
	first = null;
	return token;
}

// Ring somebody, by her user principal name, from the person's own Teams. False: this host cannot.
export async function teamsCall(user: string): Promise<boolean> {
	if (!call.isSupported()) return false;
	await call.startCall({ targets: [user], requestedModalities: [call.CallModalities.Audio], source: "foyer" });
	return true;
}
