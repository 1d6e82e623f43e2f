#include "bot/package/icon.h"

#include "bot/base/clean.h"

#include <math.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_MAX = 1024, CHANNELS = 4 };

/* ---- the drawing, in a square from 0 to 1 with y downwards */

/* How far a point is outside a doorway: a box with a round top; negative inside. half: of its
 * width; the top is where the round begins. */
static double doorway(double x, double y, double half, double top, double bottom)
{
	double across = fabs(x - 0.5) - half, down = y - bottom;

	if (y < top)
		return hypot(x - 0.5, y - top) - half;
	return across > down ? across : down;
}

static double ring(double distance, double thick)
{
	return fabs(distance + thick / 2) - thick / 2;
}

static double disc(double x, double y, double cx, double cy, double r)
{
	return hypot(x - cx, y - cy) - r;
}

/* Three of the outline's pixels, so that its edges are sharp. */
#define LINE (3.0 / ICON_OUTLINE_PIXELS)

/* The arch as a line, and in it a figure: head and shoulders. */
static double symbol(double x, double y)
{
	double arch = ring(doorway(x, y, 0.5, 0.5, 1), LINE);
	double head = disc(x, y, 0.5, 0.44, 0.135);
	double shoulders = doorway(x, y, 0.235, 0.865, 1 - LINE / 2);
	double d = arch < head ? arch : head;

	return d < shoulders ? d : shoulders;
}

/* 0 to 1: how much of the pixel the symbol covers, its edge one pixel soft. */
static double covered(double x, double y, double pixel)
{
	double in = 0.5 - symbol(x, y) / pixel;

	return in < 0 ? 0 : in > 1 ? 1 : in;
}

/* ---- pixels */

static enum err png_of(
	const uint8_t *rgba, uint32_t side, uint8_t **png, size_t *n, struct why *why)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
		.width = side,
		.height = side,
		.format = PNG_FORMAT_RGBA };
	png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
	CLEAN(free) uint8_t *out = malloc(bytes);

	if (!out || !png_image_write_to_memory(&image, out, &bytes, 0, rgba, 0, NULL))
		return FAIL(why, E_SYSTEM, "an icon cannot be written: %s",
			out ? image.message : "no memory");
	*png = TAKE(out);
	*n = bytes;
	return OK;
}

static bool color_of(const char *text, uint8_t rgb[3])
{
	char *end = NULL;
	unsigned long value = text[0] == '#' ? strtoul(text + 1, &end, 16) : 0;

	if (!end || *end || strlen(text) != 7)
		return false;
	for (int i = 0; i < 3; i++)
		rgb[i] = (uint8_t)(value >> (16 - 8 * i));
	return true;
}

enum err icon_color(const char *accent, uint8_t **png, size_t *n, struct why *why)
{
	static uint8_t rgba[ICON_COLOR_PIXELS * ICON_COLOR_PIXELS * CHANNELS];
	const double size = ICON_COLOR_PIXELS / 2.0, from = ICON_COLOR_PIXELS / 4.0;
	uint8_t back[3], *at = rgba;

	if (!color_of(accent, back))
		return FAIL(
			why, E_MALFORMED, "\"%.20s\" is no colour: #5B5FC7 would be right", accent);
	for (unsigned i = 0; i < ICON_COLOR_PIXELS * ICON_COLOR_PIXELS; i++, at += CHANNELS) {
		double x = i % ICON_COLOR_PIXELS + 0.5, y = i / ICON_COLOR_PIXELS + 0.5;
		double white = covered((x - from) / size, (y - from) / size, 1 / size);

		for (int k = 0; k < 3; k++)
			at[k] = (uint8_t)(back[k] + (255 - back[k]) * white + 0.5);
		at[3] = 255;
	}
	return png_of(rgba, ICON_COLOR_PIXELS, png, n, why);
}

enum err icon_outline(uint8_t **png, size_t *n, struct why *why)
{
	static uint8_t rgba[ICON_OUTLINE_PIXELS * ICON_OUTLINE_PIXELS * CHANNELS];
	const double size = ICON_OUTLINE_PIXELS;
	uint8_t *at = rgba;

	for (unsigned i = 0; i < ICON_OUTLINE_PIXELS * ICON_OUTLINE_PIXELS; i++, at += CHANNELS) {
		double x = i % ICON_OUTLINE_PIXELS + 0.5, y = i / ICON_OUTLINE_PIXELS + 0.5;

		memset(at, 255, 3);
		at[3] = (uint8_t)(covered(x / size, y / size, 1 / size) * 255 + 0.5);
	}
	return png_of(rgba, ICON_OUTLINE_PIXELS, png, n, why);
}

/* ---- looking */

static void look(const uint8_t *rgba, size_t pixels, struct icon_facts *out)
{
	out->all_white = true;
	for (size_t i = 0; i < pixels; i++, rgba += CHANNELS) {
		out->any_clear |= rgba[3] == 0;
		out->any_full |= rgba[3] == 255;
		if (rgba[3] && (rgba[0] & rgba[1] & rgba[2]) != 255)
			out->all_white = false;
	}
}

enum err icon_look(const uint8_t *png, size_t n, struct icon_facts *out, struct why *why)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	CLEAN(free) uint8_t *rgba = NULL;

	*out = (struct icon_facts){ .width = 0 };
	if (!png_image_begin_read_from_memory(&image, png, n))
		return FAIL(why, E_MALFORMED, "not a PNG: %s", image.message);
	out->width = image.width;
	out->height = image.height;
	if (image.width > SIDE_MAX || image.height > SIDE_MAX) {
		png_image_free(&image);
		return FAIL(why, E_LIMIT, "%ux%u pixels: %u a side at most", out->width,
			out->height, SIDE_MAX);
	}
	image.format = PNG_FORMAT_RGBA;
	rgba = malloc(PNG_IMAGE_SIZE(image));
	if (!rgba || !png_image_finish_read(&image, NULL, rgba, 0, NULL)) {
		png_image_free(&image);
		return FAIL(why, rgba ? E_MALFORMED : E_SYSTEM, "not a whole PNG: %s",
			rgba ? image.message : "no memory");
	}
	look(rgba, (size_t)out->width * out->height, out);
	return OK;
}
