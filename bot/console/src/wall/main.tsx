// The supervisor's wall.
import { start } from "../shared/start";
import { Start } from "./start";

void start({ name: "wall", pages: [{ path: "", label: "wall_start", inNav: true, view: Start }] },
	{ en: () => import("./text/en.json"), de: () => import("./text/de.json") });
