#include "bot/base/guid.h"

#include "bot/base/text.h"

#include <string.h>

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
		int d = text_hex_digit(text[i]);

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
