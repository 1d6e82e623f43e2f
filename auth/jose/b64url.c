#include "auth/jose/b64url.h"

#include <assert.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* One above the value, so that what is not named is 0 and refused. */
/* clang-format off */
static const uint8_t value_plus_1[256] = {
	['A'] =  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13,
	        14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
	        40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
	['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
	['-'] = 63,
	['_'] = 64,
};
/* clang-format on */

/* The last 2 or 3 characters; their spare bits must be zero. */
static enum err decode_tail(const uint8_t *text, size_t n, uint8_t *out)
{
	uint32_t a = value_plus_1[text[0]], b = value_plus_1[text[1]];
	uint32_t c = n == 3 ? value_plus_1[text[2]] : 1;

	if (!a || !b || !c)
		return E_MALFORMED;
	a--, b--, c--;
	out[0] = (uint8_t)(a << 2 | b >> 4);
	if (n == 2)
		return b & 0x0f ? E_MALFORMED : OK;
	out[1] = (uint8_t)(b << 4 | c >> 2);
	return c & 0x03 ? E_MALFORMED : OK;
}

enum err b64url_decode(const char *text, size_t n, uint8_t *out, size_t out_size, size_t *out_bytes)
{
	const uint8_t *in = (const uint8_t *)text;
	size_t tail = n % 4, bytes = n / 4 * 3 + (tail ? tail - 1 : 0);

	*out_bytes = 0;
	if (tail == 1)
		return E_MALFORMED;
	if (bytes > out_size)
		return E_LIMIT;
	for (; n >= 4; n -= 4, in += 4, out += 3) {
		uint32_t a = value_plus_1[in[0]], b = value_plus_1[in[1]];
		uint32_t c = value_plus_1[in[2]], d = value_plus_1[in[3]];
		uint32_t v;

		if (!a || !b || !c || !d)
			return E_MALFORMED;
		v = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
		out[0] = (uint8_t)(v >> 16);
		out[1] = (uint8_t)(v >> 8);
		out[2] = (uint8_t)v;
	}
	if (tail && decode_tail(in, tail, out) != OK)
		return E_MALFORMED;
	*out_bytes = bytes;
	return OK;
}

size_t b64url_encode(const uint8_t *bytes, size_t n, char *out, size_t out_size)
{
	size_t at = 0;

	assert(out_size > B64URL_TEXT(n));
	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		uint32_t v = (uint32_t)bytes[i] << 16;

		if (left > 1)
			v |= (uint32_t)bytes[i + 1] << 8;
		if (left > 2)
			v |= bytes[i + 2];
		out[at++] = alphabet[v >> 18];
		out[at++] = alphabet[v >> 12 & 63];
		if (left > 1)
			out[at++] = alphabet[v >> 6 & 63];
		if (left > 2)
			out[at++] = alphabet[v & 63];
	}
	out[at] = '\0';
	return at;
}
