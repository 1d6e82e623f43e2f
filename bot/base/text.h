#ifndef BOT_BASE_TEXT_H
#define BOT_BASE_TEXT_H

/*
 * Text of a fixed room: it is always NUL-terminated, never overruns, and says when
 * it was cut. Storage is the caller's.
 *
 *	char buf[128];
 *	struct text t = TEXT(buf);
 *	text_add(&t, "/calls/%s", id);
 *	if (t.cut) ...
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct text {
	char *at;    /* never NULL */
	size_t size; /* of the storage, the NUL included; at least 1 */
	size_t used; /* without the NUL */
	bool cut;    /* something did not fit */
};

#define TEXT(array) text_of((array), sizeof(array))

struct text text_of(char *at, size_t size);
void text_add(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void text_add_bytes(struct text *t, const char *bytes, size_t n);

/* Copy a string into fixed storage. E_LIMIT when it does not fit (then out is ""). */
enum err text_copy(char *out, size_t out_size, const char *from) MUST_CHECK;

/* n bytes as 2n lower-case hexadecimal digits and a NUL; out_size at least 2n + 1. */
void text_hex(char *out, size_t out_size, const uint8_t *bytes, size_t n);

/* The value of a hexadecimal digit in either case; -1: it is none. */
int text_hex_digit(char c);

/* ASCII only, as every name on Graph's wire is. */
bool text_same_nocase(const char *a, const char *b);

/* A phone number or address as a log may show it: first two and last two characters. */
void text_mask(char *out, size_t out_size, const char *secret);
/* A phone number as people may see it who work with its owner, "+49 30 ***567": country, beginning
 * of the area and end, enough to know it again, and at least three digits short of one to call. Not
 * a number of the world's, or too short for that: text_mask. */
void text_mask_number(char *out, size_t out_size, const char *number);
/* Other people's words as a log may show them: of each run of seven digits or more only the first
 * two and the last two stay. GUIDs do, which their support asks for. In place. */
void text_mask_digits(char *text);
/* A person's name as a log or a screen may show it. Of a phone it often is the number: then
 * text_mask. */
void text_mask_name(char *out, size_t out_size, const char *name);

#endif
