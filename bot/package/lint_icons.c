/* The pictures: Teams scales nothing, and draws the outline one on grounds of its own. */
#include "bot/package/icon.h"
#include "bot/package/lint_inside.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

static bool look_at(const struct look *l, const char *where, const char *file, uint32_t side,
	struct icon_facts *facts)
{
	const struct package_file *f = package_file(l->package, file);
	struct why why;

	if (!f)
		lint_tell(l->out, where, "\"%.60s\" is not in the package", file);
	else if (icon_look(f->bytes, f->n, facts, &why) != OK)
		lint_tell(l->out, where, "%.60s: %s", file, why.text);
	else if (facts->width != side || facts->height != side)
		lint_tell(l->out, where, "%.60s has %ux%u pixels: %ux%u would be right", file,
			facts->width, facts->height, side, side);
	else
		return true;
	return false;
}

void lint_icons(const struct look *l)
{
	const char *color = lint_text(l->manifest, "icons.color");
	const char *outline = lint_text(l->manifest, "icons.outline");
	const char *where = "manifest.json: icons.outline";
	struct icon_facts facts;

	look_at(l, "manifest.json: icons.color", color, ICON_COLOR_PIXELS, &facts);
	if (!look_at(l, where, outline, ICON_OUTLINE_PIXELS, &facts))
		return;
	if (!facts.any_clear || !facts.any_full)
		lint_tell(l->out, where,
			"%.60s is %s: a white symbol on transparency would be right", outline,
			facts.any_clear ? "nowhere opaque" : "nowhere transparent");
	else if (!facts.all_white)
		lint_tell(l->out, where,
			"%.60s has a colour: pure white (#FFFFFF) would be right, soft edges by "
			"alpha alone",
			outline);
}
