// Who is in front of the page. Inside Teams each request carries the token Teams gives for us, and no cookie; in a browser
// there is a session, made by /auth/login.
import { Cell } from "./cell";
import type { Host } from "./teams";
import { themeOf, themeSet } from "./theme";

export type Where =
	| { kind: "starting" }
	| { kind: "teams"; host: Host }
	| { kind: "browser" }
	| { kind: "stranger" }; // in a frame in which nobody answers as Teams does

export const where = new Cell<Where>({ kind: "starting" });
export const framed = window.parent !== window;
let token: (() => Promise<string>) | null = null;

export async function signIn(): Promise<Where> {
	let found: Where = { kind: "browser" };
	if (framed) {
		const teams = await import("./teams");
		const host = await teams.teamsHello((theme) => themeSet(themeOf(theme)));
		if (host) token = teams.teamsToken;
		found = host ? { kind: "teams", host } : { kind: "stranger" };
	}
	where.set(found);
	return found;
}

// Teams gives no token, and says why: "resourceDisabled", "ConsentRequired", ...
export class NoToken extends Error {}

// What a request proves itself with.
export async function credentials(): Promise<Record<string, string>> {
	if (!token) return {};
	const bearer = await token().catch((e: unknown) => {
		throw new NoToken(e instanceof Error ? e.message : String(e));
	});
	return { Authorization: `Bearer ${bearer}` };
}

// Away to Entra's page, and back here. Not from inside a frame, where it is not shown.
export function signInAway(): void {
	location.assign(`/auth/login?back=${encodeURIComponent(location.pathname + location.search)}`);
}

export async function signOut(): Promise<void> {
	await fetch("/auth/logout", { method: "POST" });
	signInAway();
}
