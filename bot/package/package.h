#ifndef BOT_PACKAGE_PACKAGE_H
#define BOT_PACKAGE_PACKAGE_H

/*
 * The Teams app package: a handful of files at the root of a zip.
 * Source: Teams' app manifest reference and its JSON schemas 1.20 to 1.30.
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	PACKAGE_FILES_MAX = 8,
	PACKAGE_NAME_MAX = 64,
	PACKAGE_FILE_BYTES_MAX = 1 << 20,
};

struct package_file {
	char name[PACKAGE_NAME_MAX];
	uint8_t *bytes; /* owned */
	size_t n;
};

struct package {
	struct package_file file[PACKAGE_FILES_MAX];
	size_t n;
};

/* All zero is an empty one. */
void package_fini(struct package *p);
/* bytes is owned by the package from now on. More than PACKAGE_FILES_MAX is a bug. */
void package_add(struct package *p, const char *name, void *bytes, size_t n);
/* NULL: there is none. */
const struct package_file *package_file(const struct package *p, const char *name);

/* Of which texts there are translations; the first is the manifest's own. */
enum package_language { PACKAGE_EN, PACKAGE_DE, PACKAGE_LANGUAGES };

/* Who and where the app is. Borrowed, UTF-8, none NULL; limits are the manifest's. */
struct app {
	const char *manifest_version; /* "1.20" */
	const char *id;               /* GUID of the app, the same for ever */
	const char *version;          /* semantic */
	const char *bot_id;           /* the registration's client id */
	const char *public_url;       /* https, without a closing slash */
	const char *name;             /* 30 characters at most */
	const char *developer;        /* 32 */
	const char *website;
	const char *accent; /* "#5B5FC7" */
	bool tabs;          /* false: a bot alone; the pages sign in by another registration */
};

/* Of the versions 1.20 to 1.30, which differ in nothing we use. */
bool manifest_version_known(const char *version);

/*
 * manifest.json and one file a language into an empty package; icons are added beside.
 * E_MALFORMED  public_url has no host
 * E_SYSTEM     no memory
 */
enum err manifest_write(const struct app *app, struct package *out, struct why *why) MUST_CHECK;

/* Names of the icons in the package. */
#define PACKAGE_COLOR "color.png"
#define PACKAGE_OUTLINE "outline.png"

/*
 * The package as a zip, files in their order, without a time of its own. Owned by the receiver
 * (free). E_SYSTEM: no memory.
 */
enum err zip_write(const struct package *p, uint8_t **out, size_t *n, struct why *why) MUST_CHECK;

#endif
