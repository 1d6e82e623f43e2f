// A page that plays Teams to the unmodified TeamsJS: it stands at the service's own origin, where the library takes words from
// anybody, shows one of our pages in a frame, and answers its messages as Teams does. Not a test itself.
//
// Messages by the library's own protocol (2.58): a request {id, uuidAsString, func, args} is answered {id, uuidAsString, args};
// what the host says by itself is {func, args}.

// Runs in the host page. window.hostToken is a binding of the test's: who sits there, and what Teams would give for her.
function host() {
	const query = new URLSearchParams(location.search);
	const state = { theme: query.get("theme") ?? "default", locale: query.get("locale") ?? "en-us", said: [], calls: [], handlers: [], deaf: query.has("deaf") && query.get("deaf") !== "" };
	const frame = document.createElement("iframe");
	const runtime = { apiVersion: 4, isNAAChannelRecommended: false, hostVersionsInfo: { adaptiveCardSchemaVersion: { majorVersion: 1, minorVersion: 5 } },
		supports: { call: {}, chat: {}, pages: {}, dialog: { url: { bot: {} }, card: { bot: {} }, update: {} } } };
	const context = () => ({ locale: state.locale, theme: state.theme, userObjectId: query.get("user"), userPrincipalName: "someone@example.com", tid: query.get("tenant"),
		entityId: "agent", subEntityId: query.get("sub") ?? "", frameContext: "content", hostClientType: query.get("client") ?? "web", hostName: "Teams",
		appSessionId: "s1", sessionId: "s2" });
	const answers = {
		initialize: () => ["content", "web", JSON.stringify(runtime), "2.0.1"],
		getContext: () => [context()],
		"authentication.getAuthToken": async () => {
			const { token, reason } = await window.hostToken();
			return token ? [true, token] : [false, reason];
		},
		"call.startCall": ([what]) => (state.calls.push(what), [true]),
		registerHandler: ([name]) => (state.handlers.push(name), null),
	};
	addEventListener("message", async (e) => {
		if (e.source !== frame.contentWindow || !e.data?.func) return;
		state.said.push(e.data.func);
		if (state.deaf) return;
		const args = await answers[e.data.func]?.(e.data.args ?? []);
		if (args) frame.contentWindow.postMessage({ id: e.data.id, uuidAsString: e.data.uuidAsString, args }, location.origin);
	});
	window.host = state;
	window.hostTheme = (theme) => frame.contentWindow.postMessage({ func: "themeChange", args: [(state.theme = theme)] }, location.origin);
	frame.name = "tab";
	frame.title = "tab";
	frame.src = query.get("tab").replaceAll("{locale}", state.locale).replaceAll("{theme}", state.theme);
	document.body.append(frame);
}

export const hostPage = `<!doctype html><html lang="en"><title>Teams</title><style>html,body{margin:0;height:100%}iframe{border:0;width:100%;height:100%;display:block}</style>
<body><script>(${host.toString()})()</script></body></html>`;
