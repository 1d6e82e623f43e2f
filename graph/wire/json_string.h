#ifndef GRAPH_WIRE_JSON_STRING_H
#define GRAPH_WIRE_JSON_STRING_H

/*
 * Strings as JSON writes them, between the quotes. All but json_escape want text that
 * json_tape has already found well-formed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bytes of the escape at p, a surrogate pair taken whole; 0: none, a lone surrogate,
 * U+0000, or cut off. code, when not NULL, receives the character.
 */
size_t json_escape(const char *p, const char *end, unsigned *code);

/* At most out_bytes bytes, never a part of a character; *whole says whether all fitted.
 * Returns the bytes written; no NUL is added. */
size_t json_string_decode(const char *text, size_t bytes, char *out, size_t out_bytes, bool *whole);

/* Equal after decoding. */
bool json_string_same(const char *a, size_t a_bytes, const char *b, size_t b_bytes);
uint16_t json_string_hash(const char *text, size_t bytes, bool escaped);

#endif
