// The agent desk.
import "./desk.css";
import { lazy } from "../shared/lazy";
import { start } from "../shared/start";
import { OfferElsewhere } from "./offer";
import { Status } from "./status";
import { Today } from "./today";
import { Work } from "./work";

void start({ name: "desk", lead: Status, bar: Today, around: OfferElsewhere, pages: [
	{ path: "", label: "work", inNav: true, view: Work },
	{ path: "history", label: "history", inNav: true, view: lazy(() => import("./history").then((m) => ({ default: m.History }))) },
	{ path: "contact/:id", label: "history", view: lazy(() => import("./contact").then((m) => ({ default: m.OneContact }))) },
] }, { en: () => import("./text/en.json"), de: () => import("./text/de.json") });
