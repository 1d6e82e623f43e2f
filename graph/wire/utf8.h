#ifndef GRAPH_WIRE_UTF8_H
#define GRAPH_WIRE_UTF8_H

/* The encoding of what arrives. Source: RFC 3629; the WHATWG table of windows-1252. */

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the well-formed character at p (1-4); 0: malformed, overlong, a surrogate, or cut off.
 */
size_t utf8_step(const char *p, const char *end);
bool utf8_is_valid(const char *text, size_t bytes);

/* The longest prefix of at most bytes_max bytes that does not split a character. */
size_t utf8_prefix(const char *text, size_t bytes, size_t bytes_max);

/* code is at most 0x10ffff and no surrogate. Returns the bytes written, 1-4. */
size_t utf8_put(char *out, unsigned code);

/*
 * The same text from Windows-1252. out holds at least 3 * bytes. Never fails: what the
 * table leaves open becomes U+FFFD. Returns the bytes written.
 */
size_t utf8_from_windows_1252(char *out, const char *text, size_t bytes);

#endif
