#ifndef BOT_SHELL_ZONE_H
#define BOT_SHELL_ZONE_H

/*
 * A time zone's offsets, out of the system's copy of IANA's tables (ICU's), as a list that the
 * centre can look up without knowing any zone.
 */

#include "bot/base/text.h"
#include "bot/core/plan.h"

#include <stdbool.h>
#include <stddef.h>

enum { ZONE_YEAR_FIRST = 2020, ZONE_YEAR_END = 2060, ZONE_OFFSETS_MAX = 512 };

/* Whether there is a zone of this very name. */
bool zone_is_known(const char *name);
/* From the start of ZONE_YEAR_FIRST until ZONE_YEAR_END; from then on the last one stays in force.
 * Sorted. Returns how many; 0: no such zone. */
size_t zone_offsets(const char *name, struct plan_offset out[ZONE_OFFSETS_MAX]);
/* Names that may have been meant: near ones, and IANA's name of one of Windows'. */
void zone_suggest(const char *name, struct text *out);

#endif
