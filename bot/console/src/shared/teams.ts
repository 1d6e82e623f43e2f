// Inside Teams. The library is brought only where the page is in a frame; each function of it is called here and nowhere else.
import { app, authentication, call } from "@microsoft/teams-js";
import { themeOf, themeSet } from "./theme";

const HELLO_MS = 4_000; // the library itself gives up after a minute

export interface Host {
	page: string; // where a deep link leads: "contact/17"; "" none
	phone: boolean;
	mayCall: boolean;
}

// null: nobody answers, so the frame is not one of Teams.
export async function teamsHello(): Promise<Host | null> {
	let late: ReturnType<typeof setTimeout> | undefined;
	const nobody = new Promise<false>((yes) => (late = setTimeout(() => yes(false), HELLO_MS)));
	const came = await Promise.race([app.initialize().then(() => true as const), nobody]).catch(() => false as const);
	clearTimeout(late);
	if (!came) return null;
	const context = await app.getContext();
	themeSet(themeOf(context.app.theme));
	app.registerOnThemeChangeHandler((theme) => themeSet(themeOf(theme)));
	app.notifyAppLoaded();
	return {
		page: context.page.subPageId ?? "",
		phone: context.app.host.clientType === "android" || context.app.host.clientType === "ios",
		mayCall: call.isSupported(),
	};
}

export const teamsReady = (): void => void app.notifySuccess();

// The host keeps it and renews it; so it is asked for each time.
export const teamsToken = (): Promise<string> => authentication.getAuthToken();

// Ring somebody from the person's own Teams. False: this host cannot.
export async function teamsCall(user: string): Promise<boolean> {
	if (!call.isSupported()) return false;
	await call.startCall({ targets: [user], requestedModalities: [call.CallModalities.Audio], source: "foyer" });
	return true;
}
