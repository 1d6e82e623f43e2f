#ifndef BOT_BASE_GUID_H
#define BOT_BASE_GUID_H

/*
 * Graph's ids are GUIDs and reach us dashed or dashless, in either case; compared as
 * text they would differ. Here a GUID is 16 bytes, and all zero is "none".
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { GUID_TEXT = 37 }; /* 36 characters and the NUL */

struct guid {
	uint8_t byte[16];
};

/* n characters, 36 dashed or 32 dashless hexadecimal digits. E_MALFORMED: out is none. */
enum err guid_parse(const char *text, size_t n, struct guid *out) MUST_CHECK;
/* Dashed, lower case. */
void guid_print(struct guid g, char out[GUID_TEXT]);
bool guid_is_none(struct guid g);
bool guid_same(struct guid a, struct guid b);

#endif
