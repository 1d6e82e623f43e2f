// The admin's workshop.
import { start } from "../shared/start";
import { Start } from "./start";

void start({ name: "workshop", pages: [{ path: "", label: "workshop_start", inNav: true, view: Start }] },
	{ en: () => import("./text/en.json"), de: () => import("./text/de.json") });
