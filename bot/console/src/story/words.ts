// Texts of contacts' stories. They come with the pages that tell them, and are here once this module is.
import { language, textsLearn, translator } from "../shared/i18n";
import type en from "./text/en.json";

textsLearn((await (language === "de" ? import("./text/de.json") : import("./text/en.json"))).default);
export const t = translator<typeof en>();
