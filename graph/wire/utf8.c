#include "graph/wire/utf8.h"

#include "bot/base/err.h"

#include <assert.h>

static bool continues(const char *p, const char *end, unsigned low, unsigned high)
{
	return p < end && (unsigned char)*p >= low && (unsigned char)*p <= high;
}

/* The second byte's range is what rules out overlong forms, surrogates and codes past U+10FFFF. */
size_t utf8_step(const char *p, const char *end)
{
	unsigned first = p < end ? (unsigned char)*p : 0xff;
	unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	size_t bytes = first < 0x80   ? 1
		       : first < 0xc2 ? 0
		       : first < 0xe0 ? 2
		       : first < 0xf0 ? 3
		       : first < 0xf5 ? 4
				      : 0;

	if (bytes < 2)
		return bytes;
	if (!continues(p + 1, end, low, high))
		return 0;
	for (size_t i = 2; i < bytes; i++)
		if (!continues(p + i, end, 0x80, 0xbf))
			return 0;
	return bytes;
}

bool utf8_is_valid(const char *text, size_t bytes)
{
	const char *end = text + bytes;

	while (text < end) {
		size_t step = utf8_step(text, end);

		if (step == 0)
			return false;
		text += step;
	}
	return true;
}

size_t utf8_prefix(const char *text, size_t bytes, size_t bytes_max)
{
	size_t n = bytes < bytes_max ? bytes : bytes_max;

	while (n > 0 && n < bytes && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

size_t utf8_put(char *out, unsigned code)
{
	assert(code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* 0x80 to 0x9f, the only part that is not Latin-1. */
static const unsigned short windows_1252[32] = {
	0x20ac,
	0xfffd,
	0x201a,
	0x0192,
	0x201e,
	0x2026,
	0x2020,
	0x2021,
	0x02c6,
	0x2030,
	0x0160,
	0x2039,
	0x0152,
	0xfffd,
	0x017d,
	0xfffd,
	0xfffd,
	0x2018,
	0x2019,
	0x201c,
	0x201d,
	0x2022,
	0x2013,
	0x2014,
	0x02dc,
	0x2122,
	0x0161,
	0x203a,
	0x0153,
	0xfffd,
	0x017e,
	0x0178,
};

size_t utf8_from_windows_1252(char *out, const char *text, size_t bytes)
{
	size_t used = 0;

	for (size_t i = 0; i < bytes; i++) {
		unsigned c = (unsigned char)text[i];

		used += utf8_put(out + used, c >= 0x80 && c < 0xa0 ? windows_1252[c - 0x80] : c);
	}
	return used;
}
