// The admin's workshop.
import "./workshop.css";
import { start } from "../shared/start";
import { lazy } from "../shared/lazy";
import type { ComponentType } from "preact";
import { Audit } from "./audit";
import { Changes } from "./changes";
import { DraftBar } from "./draftbar";
import { Hours } from "./hours";
import { Numbers } from "./numbers";
import { Overview } from "./overview";
import { People } from "./people";
import { Privacy } from "./privacy";
import { Prompts } from "./prompts";
import { QueuePage, Queues } from "./queues";

const flows = () => import("./flows");
const page = (path: string, view: ComponentType<Record<string, string>>) => ({ path, label: path || "overview", role: "Admin" as const, inNav: true, view });

void start({ name: "workshop", around: () => <DraftBar />, pages: [
	page("", Overview),
	page("queues", Queues),
	{ path: "queue/:name", label: "queue", role: "Admin", view: QueuePage as ComponentType<Record<string, string>> },
	page("flows", lazy(() => flows().then((m) => ({ default: m.Flows as ComponentType<Record<string, string>> })))),
	{ path: "flow/:name", label: "flow", role: "Admin", view: lazy(() => flows().then((m) => ({ default: m.FlowPage as ComponentType<Record<string, string>> }))) },
	page("hours", Hours),
	page("prompts", Prompts),
	page("people", People),
	page("numbers", Numbers),
	page("changes", Changes),
	page("privacy", Privacy),
	page("audit", Audit),
] });
