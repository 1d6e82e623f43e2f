// Its first page.
import { Empty } from "../shared/parts/panel";
import { t } from "./words";

export const Start = () => <Empty text={t("wall_start")} />;
