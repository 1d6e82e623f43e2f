#include "bot/base/guid.h"

#include "bot/base/text.h"

#include <string.h>

/* A table and not comparisons, since hardly any branch on hexadecimal digits is predicted. Zero
 * where there is none: each value is one more. */
static const uint8_t digits[256] = {
	['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	['a'] = 11,
	['b'] = 12,
	['c'] = 13,
	['d'] = 14,
	['e'] = 15,
	['f'] = 16,
	['A'] = 11,
	['B'] = 12,
	['C'] = 13,
	['D'] = 14,
	['E'] = 15,
	['F'] = 16,
};

static bool dash_belongs(size_t at)
{
	return at == 8 || at == 13 || at == 18 || at == 23;
}

enum err guid_parse(const char *text, size_t n, struct guid *out)
{
	struct guid g = { { 0 } };
	size_t nibbles = 0;

	*out = g;
	if (n != 36 && n != 32)
		return E_MALFORMED;
	for (size_t i = 0; i < n; i++) {
		int d = digits[(uint8_t)text[i]] - 1;

		if (n == 36 && dash_belongs(i)) {
			if (text[i] != '-')
				return E_MALFORMED;
			continue;
		}
		if (d < 0)
			return E_MALFORMED;
		g.byte[nibbles / 2] = (uint8_t)(g.byte[nibbles / 2] << 4 | d);
		nibbles++;
	}
	*out = g;
	return OK;
}

void guid_print(struct guid g, char out[GUID_TEXT])
{
	char hex[33];
	size_t from = 0;

	text_hex(hex, sizeof(hex), g.byte, sizeof(g.byte));
	for (size_t i = 0; i < GUID_TEXT - 1; i++)
		out[i] = dash_belongs(i) ? '-' : hex[from++];
	out[GUID_TEXT - 1] = '\0';
}

bool guid_is_none(struct guid g)
{
	static const struct guid none;

	return guid_same(g, none);
}

bool guid_same(struct guid a, struct guid b)
{
	return memcmp(a.byte, b.byte, sizeof(a.byte)) == 0;
}
