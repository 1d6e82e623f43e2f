// A page or a part that is brought when it is first shown.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "./i18n";
import { Fault, Skeleton } from "./parts/panel";

export function lazy<P extends object>(bring: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
	let loaded: ComponentType<P> | null = null;
	return function Lazy(props: P) {
		const [View, set] = useState<ComponentType<P> | null>(() => loaded);
		const [failed, fail] = useState(0);
		useEffect(() => {
			let here = true;
			if (!loaded)
				bring().then((m) => ((loaded = m.default), here && set(() => m.default)), () => here && fail((n) => n + 1));
			return () => void (here = false);
		}, []);
		if (View) return <View {...props} />;
		return failed ? <Fault text={t("load_failed")} again={() => location.reload()} /> : <Skeleton rows={4} />;
	};
}
