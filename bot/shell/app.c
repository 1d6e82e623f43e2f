#include "bot/shell/app.h"

#include "bot/base/clean.h"
#include "bot/package/icon.h"
#include "bot/package/lint.h"
#include "bot/shell/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

CLEAN_FN(config_free, struct config *)

static const struct config_bot *bot_named(const struct config *c, const char *name, struct why *why)
{
	if (!name)
		return &c->bot[0];
	for (uint16_t i = 0; i < c->n_bots; i++)
		if (strcmp(c->bot[i].name, name) == 0)
			return &c->bot[i];
	why->code = FAIL(why, E_ABSENT, "no bot is named \"%.40s\": the first is \"%s\"", name,
		c->bot[0].name);
	return NULL;
}

static enum err file_of(const char *path, uint8_t **out, size_t *n, struct why *why)
{
	CLEAN(free) uint8_t *bytes = malloc(PACKAGE_FILE_BYTES_MAX + 1);
	FILE *f = fopen(path, "re");

	if (!f || !bytes) {
		if (f)
			fclose(f);
		return FAIL_EXT(why, E_ABSENT, errno, "%s: %s", path, strerror(errno));
	}
	*n = fread(bytes, 1, PACKAGE_FILE_BYTES_MAX + 1, f);
	fclose(f);
	if (*n > PACKAGE_FILE_BYTES_MAX)
		return FAIL(why, E_LIMIT, "%s is larger than %d KiB", path,
			PACKAGE_FILE_BYTES_MAX >> 10);
	*out = TAKE(bytes);
	return OK;
}

static enum err add_icons(const struct config *c, struct package *p, struct why *why)
{
	uint8_t *bytes;
	size_t n;
	enum err e = c->app.color_icon ? file_of(c->app.color_icon, &bytes, &n, why)
				       : icon_color(c->app.accent, &bytes, &n, why);

	if (e != OK)
		return e;
	package_add(p, PACKAGE_COLOR, bytes, n);
	e = c->app.outline_icon ? file_of(c->app.outline_icon, &bytes, &n, why)
				: icon_outline(&bytes, &n, why);
	if (e == OK)
		package_add(p, PACKAGE_OUTLINE, bytes, n);
	return e;
}

static enum err fill(const struct config *c, const struct config_bot *bot, const char *version,
	struct package *p, struct why *why)
{
	bool first = bot == &c->bot[0];
	struct app app = { .manifest_version = version,
		.id = first && c->app.id ? c->app.id : bot->app_id,
		.version = c->app.version,
		.bot_id = bot->app_id,
		.public_url = c->public_url,
		.name = c->app.name,
		.developer = c->app.organisation ? c->app.organisation : c->app.name,
		.website = c->app.website,
		.accent = c->app.accent,
		.tabs = first };
	enum err e = manifest_write(&app, p, why);

	return e == OK ? add_icons(c, p, why) : e;
}

static enum err judge(const struct package *p, struct why *why)
{
	static struct lint found; /* large */

	package_lint(p, &found);
	for (size_t i = 0; i < found.n && i < LINT_MAX; i++)
		fprintf(stderr, "%s\n", found.item[i]);
	return found.n == 0
		       ? OK
		       : FAIL(why, E_MALFORMED, "the app has %zu fault(s) -> not written", found.n);
}

/* Beside the place and then into it, so that nobody finds half of it. */
static enum err write_whole(const char *path, const uint8_t *bytes, size_t n, struct why *why)
{
	char beside[4096];
	bool good;
	FILE *f;

	if (snprintf(beside, sizeof(beside), "%s.%d", path, (int)getpid()) >= (int)sizeof(beside))
		return FAIL(why, E_LIMIT, "the name of the file to write is too long");
	f = fopen(beside, "wxe");
	if (!f)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", beside, strerror(errno));
	good = fwrite(bytes, 1, n, f) == n && fflush(f) == 0;
	if (fclose(f) == 0 && good && rename(beside, path) == 0)
		return OK;
	FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", path, strerror(errno));
	unlink(beside);
	return why->code;
}

static enum err make(const struct config *c, const struct app_options *o, const char *version,
	const char *out, struct why *why)
{
	const struct config_bot *bot = bot_named(c, o->bot, why);
	struct package p = { .n = 0 };
	CLEAN(free) uint8_t *zip = NULL;
	size_t n = 0;
	enum err e = bot ? fill(c, bot, version, &p, why) : why->code;

	if (e == OK)
		e = judge(&p, why);
	if (e == OK)
		e = zip_write(&p, &zip, &n, why);
	package_fini(&p);
	if (e == OK)
		e = write_whole(out, zip, n, why);
	if (e == OK)
		printf("%s: %s %s for bot \"%s\", manifest %s, %zu bytes\n", out, c->app.name,
			c->app.version, bot->name, version, n);
	return e;
}

int app_write(const struct app_options *o)
{
	const char *version = o->manifest_version ? o->manifest_version : "1.20";
	CLEAN(config_free) struct config *c = NULL;
	struct why why;

	if (!manifest_version_known(version)) {
		fprintf(stderr,
			"foyer: --manifest-version \"%.20s\" is unknown: 1.20 to 1.30 are "
			"known\n",
			version);
		return EXIT_FAILURE;
	}
	c = config_or_complain(o->config);
	if (!c)
		return EXIT_FAILURE;
	if (make(c, o, version, o->out ? o->out : "foyer.zip", &why) == OK)
		return EXIT_SUCCESS;
	fprintf(stderr, "foyer: %s\n", why.text);
	return EXIT_FAILURE;
}
