#include "bot/base/text.h"

#include "bot/base/guid.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text text_of(char *at, size_t size)
{
	assert(at && size > 0);
	at[0] = '\0';
	return (struct text){ .at = at, .size = size };
}

void text_add(struct text *t, const char *fmt, ...)
{
	size_t room = t->size - t->used;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(t->at + t->used, room, fmt, args);
	va_end(args);
	assert(n >= 0);
	if ((size_t)n >= room) {
		t->cut = true;
		n = (int)room - 1;
	}
	t->used += (size_t)n;
}

void text_add_bytes(struct text *t, const char *bytes, size_t n)
{
	size_t room = t->size - t->used - 1;

	if (n > room) {
		t->cut = true;
		n = room;
	}
	memcpy(t->at + t->used, bytes, n);
	t->used += n;
	t->at[t->used] = '\0';
}

enum err text_copy(char *out, size_t out_size, const char *from)
{
	size_t n = strlen(from);

	assert(out_size > 0);
	out[0] = '\0';
	if (n >= out_size)
		return E_LIMIT;
	memcpy(out, from, n + 1);
	return OK;
}

void text_hex(char *out, size_t out_size, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	assert(out_size > 2 * n);
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

/* Two subtractions and no branch to speak of: none on a hexadecimal digit is predicted well. */
int text_hex_digit(char c)
{
	unsigned digit = (unsigned char)c - (unsigned)'0';
	unsigned letter = ((unsigned char)c | 0x20u) - (unsigned)'a';

	return digit < 10 ? (int)digit : letter < 6 ? (int)letter + 10 : -1;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_same_nocase(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

void text_mask(char *out, size_t out_size, const char *secret)
{
	size_t n = strlen(secret);

	assert(out_size >= 8);
	if (n < 7)
		snprintf(out, out_size, "%s", n ? "***" : "");
	else
		snprintf(out, out_size, "%.2s***%s", secret, secret + n - 2);
}

/* Of the world's two-digit country codes; 1 and 7 have one, all others three. Source: ITU-T E.164.
 */
static size_t country_digits(const char *number)
{
	static const char two[] = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 "
				  "54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 "
				  "95 98 ";
	char code[5];

	if (number[0] == '1' || number[0] == '7')
		return 1;
	snprintf(code, sizeof(code), " %.2s ", number);
	return strstr(two, code) ? 2 : 3;
}

void text_mask_number(char *out, size_t out_size, const char *number)
{
	enum { AREA = 2, END = 3, HIDDEN_MIN = 3 };
	size_t n = strlen(number), country;

	if (number[0] != '+' || n < 2 || strspn(number + 1, "0123456789") != n - 1) {
		text_mask(out, out_size, number);
		return;
	}
	country = country_digits(number + 1);
	if (n < 1 + country + AREA + HIDDEN_MIN + END)
		text_mask(out, out_size, number);
	else
		snprintf(out, out_size, "+%.*s %.2s ***%s", (int)country, number + 1,
			number + 1 + country, number + n - END);
}

void text_mask_digits(char *text)
{
	enum { DASHED = GUID_TEXT - 1, NUMBER_MIN = 7 };
	struct guid g;

	while (*text) {
		size_t n = strspn(text, "0123456789");

		if (strnlen(text, DASHED) == DASHED && guid_parse(text, DASHED, &g) == OK)
			n = DASHED;
		else if (n >= NUMBER_MIN)
			memset(text + 2, '*', n - 4);
		text += n ? n : 1;
	}
}

/* However it is written: +49 (30) 12 34-56. */
static bool is_number(const char *name)
{
	size_t n_digits = 0, n_others = 0;

	for (; *name; name++)
		if (*name >= '0' && *name <= '9')
			n_digits++;
		else if (*name != ' ')
			n_others++;
	return n_digits >= 4 && n_digits > n_others;
}

void text_mask_name(char *out, size_t out_size, const char *name)
{
	if (is_number(name)) {
		text_mask(out, out_size, name);
		return;
	}
	snprintf(out, out_size, "%s", name);
	text_mask_digits(out);
}
