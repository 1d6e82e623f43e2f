// The page of one's work.
import { Empty } from "../shared/parts/panel";
import { t } from "./words";

export const Work = () => <Empty text={t("work")} />;
