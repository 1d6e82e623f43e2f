#include "graph/wire/json_string.h"

#include "bot/base/text.h"
#include "graph/wire/utf8.h"

#include <string.h>

/* The four digits behind "\u"; -1: not there. */
static int unit(const char *p, const char *end)
{
	int value = 0;

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (size_t i = 2; i < 6; i++) {
		if (text_hex_digit(p[i]) < 0)
			return -1;
		value = value << 4 | text_hex_digit(p[i]);
	}
	return value;
}

static size_t escape_unicode(const char *p, const char *end, unsigned *code)
{
	int first = unit(p, end), second;

	if (first <= 0 || (first >= 0xdc00 && first <= 0xdfff))
		return 0;
	if (first < 0xd800 || first > 0xdbff) {
		*code = (unsigned)first;
		return 6;
	}
	second = unit(p + 6, end);
	if (second < 0xdc00 || second > 0xdfff)
		return 0;
	*code = 0x10000 + (((unsigned)first & 0x3ff) << 10) + ((unsigned)second & 0x3ff);
	return 12;
}

size_t json_escape(const char *p, const char *end, unsigned *code)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *at;
	unsigned ignored;

	if (!code)
		code = &ignored;
	if (end - p < 2 || p[0] != '\\')
		return 0;
	if (p[1] == 'u')
		return escape_unicode(p, end, code);
	at = memchr(letters, p[1], sizeof(letters) - 1);
	if (!at)
		return 0;
	*code = (unsigned char)meant[at - letters];
	return 2;
}

/* The character at p, decoded into out[4]; *step is what it took in the text. */
static size_t character(const char *p, const char *end, char out[4], size_t *step)
{
	unsigned code;

	if (*p == '\\') {
		*step = json_escape(p, end, &code);
		return *step ? utf8_put(out, code) : 0;
	}
	*step = utf8_step(p, end);
	memcpy(out, p, *step);
	return *step;
}

size_t json_string_decode(const char *text, size_t bytes, char *out, size_t out_bytes, bool *whole)
{
	const char *p = text, *end = text + bytes;
	size_t used = 0;

	*whole = true;
	while (p < end) {
		char one[4];
		size_t step, n = character(p, end, one, &step);

		if (step == 0 || n > out_bytes - used) {
			*whole = false;
			break;
		}
		memcpy(out + used, one, n);
		used += n;
		p += step;
	}
	return used;
}

bool json_string_same(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
	const char *a_end = a + a_bytes, *b_end = b + b_bytes;

	while (a < a_end && b < b_end) {
		char a_one[4], b_one[4];
		size_t a_step, b_step, n = character(a, a_end, a_one, &a_step);

		if (n != character(b, b_end, b_one, &b_step) || memcmp(a_one, b_one, n) != 0)
			return false;
		a += a_step;
		b += b_step;
	}
	return a == a_end && b == b_end;
}

/* The length and three bytes: keys of one object seldom agree in all of them. */
static uint16_t hash_bytes(const char *text, size_t bytes)
{
	unsigned h = (unsigned)bytes * 31;

	if (bytes > 0)
		h += (unsigned char)text[0] * 7u + (unsigned char)text[bytes - 1] * 131u +
		     (unsigned char)text[bytes / 2] * 1031u;
	return (uint16_t)(h ^ h >> 7);
}

uint16_t json_string_hash(const char *text, size_t bytes, bool escaped)
{
	char decoded[256];
	bool whole;

	if (!escaped)
		return hash_bytes(text, utf8_prefix(text, bytes, sizeof(decoded)));
	return hash_bytes(
		decoded, json_string_decode(text, bytes, decoded, sizeof(decoded), &whole));
}
