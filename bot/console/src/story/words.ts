// Texts of contacts' stories.
import { translator } from "../shared/i18n";
import type en from "./text/en.json";

export const t = translator<typeof en>();
