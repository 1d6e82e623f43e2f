#ifndef BOT_PACKAGE_LINT_INSIDE_H
#define BOT_PACKAGE_LINT_INSIDE_H

/* Between lint.c, which judges the manifest, and what judges the files that it names. */

#include "bot/package/lint.h"

#include <jansson.h>

struct look {
	const struct package *package;
	json_t *manifest;
	struct lint *out;
};

/* where: "manifest.json: icons.color". */
void lint_tell(struct lint *out, const char *where, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* "staticTabs[0].name", from there; NULL: it leads nowhere. */
json_t *lint_at(json_t *from, const char *path);
const char *lint_text(json_t *from, const char *path); /* "": no text is there */

void lint_icons(const struct look *l);
void lint_words(const struct look *l);

#endif
