/* Who speaks: the engine, its address, its own names of voices, and who stands in for it. */
#include "bot/shell/config_inside.h"

#include "bot/shell/cloud.h"

#include <string.h>

static void take_names(json_t *names, struct voice_conf *out)
{
	const char *language;
	json_t *name;

	json_object_foreach(names, language, name)
	{
		struct voice_language *l = out->languages;

		while (strcmp(l->language, language) != 0) /* an engine has one for each */
			l++;
		snprintf(l->name, sizeof(l->name), "%s", json_string_value(name));
	}
}

/* The address given, else that of a region in the cloud. NULL: neither is. */
static const char *service_url(struct compile *x, json_t *v)
{
	const char *given = config_url(
		x, json_object_get(x->own->root, "endpoints"), "speech", "/endpoints");
	const char *region = text_of_member(v, "region");
	const struct cloud *cloud = cloud_named(x->c->endpoint.cloud);
	char *made;

	if (given || !region)
		return given;
	if (asprintf(&made, "https://%s.%s", region, cloud->speech) < 0)
		abort();
	return config_keep(x->own, made);
}

void compile_voice(struct compile *x)
{
	json_t *v = json_object_get(x->own->root, "voice");
	const char *fallback = text_of_member(v, "fallback");
	struct voice_conf *speaks = &x->c->voice.speaks, *stand_in = &x->c->voice.fallback;
	struct why why;

	x->c->voice.language = text_of_member(v, "language");
	if (voice_conf_of(text_of_member(v, "engine"), speaks, &why) != OK) {
		fault_add(x->faults, "/voice/engine", false, "%s", why.text);
		return;
	}
	speaks->words_per_minute = number_of_member(v, "words_per_minute");
	speaks->url = service_url(x, v);
	take_names(json_object_get(v, "names"), speaks);
	if (voice_check(speaks, &why) != OK)
		fault_add(x->faults, "/voice", false, "%s", why.text);
	if (!fallback)
		return;
	if (voice_conf_of(fallback, stand_in, &why) != OK)
		fault_add(x->faults, "/voice/fallback", false, "%s", why.text);
	else if (strcmp(fallback, speaks->engine) == 0)
		fault_add(x->faults, "/voice/fallback", false,
			"\"%s\" speaks already: another one would be right", fallback);
	stand_in->words_per_minute = speaks->words_per_minute;
}
