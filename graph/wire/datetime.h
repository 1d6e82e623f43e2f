#ifndef GRAPH_WIRE_DATETIME_H
#define GRAPH_WIRE_DATETIME_H

/*
 * Graph's moments (Edm.DateTimeOffset) as milliseconds since the Unix epoch, without the C
 * library's idea of a time zone.
 * Source: RFC 3339, OData ABNF dateTimeOffsetValue (seconds may be left out, up to 12 digits of a
 * fraction).
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { DATETIME_TEXT = 25 }; /* "2026-11-22T18:20:43.123Z" and the NUL */

/* NUL-terminated. false: no moment of the years 1970 to 9999; *unix_ms is 0. Pure. */
bool datetime_read(const char *text, uint64_t *unix_ms);
/* In UTC with milliseconds. Later than the year 9999 is its last moment. Pure. */
void datetime_print(uint64_t unix_ms, char out[DATETIME_TEXT]);

#endif
