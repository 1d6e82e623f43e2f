/* The app in Teams: its names, its icons and its two pages. */
#include "bot/shell/config_inside.h"

static void texts_of(json_t *app, const char *name, const char *out[PAGE_LANGUAGES])
{
	json_t *page = json_object_get(app, name);

	out[PAGE_EN] = text_of_member(page, "en");
	out[PAGE_DE] = text_of_member(page, "de");
	if (!out[PAGE_EN])
		out[PAGE_EN] = out[PAGE_DE];
	if (!out[PAGE_DE])
		out[PAGE_DE] = out[PAGE_EN];
}

void compile_app(struct compile *x)
{
	json_t *app = json_object_get(x->own->root, "teams_app");
	const char *website = config_url(x, app, "website", "/teams_app");
	struct config *c = x->c;

	c->app.id = text_of_member(app, "id");
	c->app.version = text_of_member(app, "version");
	c->app.name = text_of_member(app, "name");
	c->app.organisation = text_of_member(app, "organisation");
	c->app.contact = text_of_member(app, "contact");
	c->app.website = website ? website : c->public_url;
	c->app.accent = text_of_member(app, "accent_color");
	c->app.color_icon = config_path(x->own, text_of_member(app, "color_icon"));
	c->app.outline_icon = config_path(x->own, text_of_member(app, "outline_icon"));
	texts_of(app, "privacy", c->app.privacy);
	texts_of(app, "terms", c->app.terms);
}
