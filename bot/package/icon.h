#ifndef BOT_PACKAGE_ICON_H
#define BOT_PACKAGE_ICON_H

/*
 * The app's two icons, drawn: an arch, and somebody who has come in.
 * Source: Teams' app icon page: colour 192x192 with the symbol in the middle 96x96, since bots are
 * cropped to a hexagon; outline 32x32, white on nothing, without padding.
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { ICON_COLOR_PIXELS = 192, ICON_OUTLINE_PIXELS = 32 };

/* accent: "#5B5FC7". A PNG, owned by the receiver (free). E_MALFORMED: not a colour. E_SYSTEM. */
enum err icon_color(const char *accent, uint8_t **png, size_t *n, struct why *why) MUST_CHECK;
enum err icon_outline(uint8_t **png, size_t *n, struct why *why) MUST_CHECK;

/* What a linter wants to know of a PNG. */
struct icon_facts {
	uint32_t width, height;
	bool all_white;           /* every pixel that is there at all */
	bool any_clear, any_full; /* wholly transparent ones; wholly opaque ones */
};

/* E_MALFORMED: not a PNG. E_LIMIT: beyond 1024x1024. */
enum err icon_look(
	const uint8_t *png, size_t n, struct icon_facts *out, struct why *why) MUST_CHECK;

#endif
