#ifndef AUTH_JOSE_B64URL_H
#define AUTH_JOSE_B64URL_H

/*
 * base64url without padding, strictly: one text for one value.
 *
 * Lenient decoders make signatures malleable, and a malleable token walks around every
 * cache and ban that knows it by its text. So padding, white space, '+', '/', a length
 * of 4n + 1 and spare bits that are not zero are all refused.
 * Source: RFC 4648 section 5, RFC 7515 section 2.
 */

#include "bot/base/err.h"

#include <stdint.h>

/* Bytes that n characters decode to, at most; and characters that n bytes need, without a NUL. */
#define B64URL_BYTES(n) ((n) / 4 * 3 + 2)
#define B64URL_TEXT(n) (((n)*4 + 2) / 3)

/*
 * n characters at text into out. n = 0 gives no bytes and OK.
 *
 * E_MALFORMED  not strict base64url, see above; *out_bytes is 0
 * E_LIMIT      more than out_size bytes; *out_bytes is 0
 *
 * Pure. Any thread.
 */
enum err b64url_decode(
	const char *text, size_t n, uint8_t *out, size_t out_size, size_t *out_bytes) MUST_CHECK;

/* n bytes as text with a NUL; out_size must be more than B64URL_TEXT(n). Gives the characters
 * written. */
size_t b64url_encode(const uint8_t *bytes, size_t n, char *out, size_t out_size);

#endif
