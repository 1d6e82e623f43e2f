#ifndef BOT_PACKAGE_LINT_H
#define BOT_PACKAGE_LINT_H

/*
 * What an upload or a sign-in fails of though Microsoft's schema has nothing against it. Lengths,
 * words and unknown members are the schema's and not judged again here; whatever has another shape
 * than the schema's is passed over.
 */

#include "bot/package/package.h"

enum { LINT_MAX = 64, LINT_TEXT_MAX = 320 };

/* "manifest.json: version: "1.0" is ...: 1.0.0 would be right", one each. */
struct lint {
	char item[LINT_MAX][LINT_TEXT_MAX];
	size_t n; /* found; those beyond LINT_MAX are counted only */
};

/* Every fault of the package; n 0: none. Any thread. */
void package_lint(const struct package *p, struct lint *out);

#endif
