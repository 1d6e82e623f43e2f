// The supervisor's wall.
import "./wall.css";
import { lazy } from "../shared/lazy";
import { start } from "../shared/start";
import { Live } from "./live";

void start({
	name: "wall",
	pages: [
		{ path: "", label: "live", role: "Supervisor", inNav: true, view: Live },
		{ path: "contacts", label: "contacts", role: "Supervisor", inNav: true, view: lazy(() => import("./contacts")) },
		{ path: "contact/:id", label: "contact_title", role: "Supervisor", view: lazy(() => import("./contact")) },
		{ path: "reports", label: "reports", role: "Supervisor", inNav: true, view: lazy(() => import("./reports")) },
		{ path: "past", label: "past", role: "Supervisor", inNav: true, view: lazy(() => import("./past")) },
	],
});
