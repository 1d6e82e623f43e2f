// The agent desk.
import "./desk.css";
import { start } from "../shared/start";
import { OneContact } from "./contact";
import { History } from "./history";
import { OfferElsewhere } from "./offer";
import { Status } from "./status";
import { Today } from "./today";
import { Work } from "./work";

void start({ name: "desk", lead: Status, bar: Today, around: OfferElsewhere, pages: [
	{ path: "", label: "work", inNav: true, view: Work },
	{ path: "history", label: "history", inNav: true, view: History },
	{ path: "contact/:id", label: "history", view: OneContact },
] });
