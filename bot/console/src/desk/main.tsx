// The agent desk.
import { start } from "../shared/start";
import { Work } from "./work";

void start({ name: "desk", pages: [{ path: "", label: "work", inNav: true, view: Work }] },
	{ en: () => import("./text/en.json"), de: () => import("./text/de.json") });
