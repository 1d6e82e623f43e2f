#include "bot/package/lint_inside.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <ctype.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

void lint_tell(struct lint *out, const char *where, const char *fmt, ...)
{
	struct text t;
	char story[LINT_TEXT_MAX];
	va_list args;

	if (out->n++ >= LINT_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(story, sizeof(story), fmt, args);
	va_end(args);
	t = text_of(out->item[out->n - 1], LINT_TEXT_MAX);
	text_add(&t, "%s: %s", where, story);
}

json_t *lint_at(json_t *from, const char *path)
{
	while (from && *path) {
		char name[64];
		size_t n = strcspn(path, ".[");

		if (*path == '[') {
			char *end;

			from = json_array_get(from, strtoul(path + 1, &end, 10));
			path = *end == ']' ? end + 1 : "";
		} else {
			snprintf(name, sizeof(name), "%.*s", (int)n, path);
			from = json_object_get(from, name);
			path += n;
		}
		path += *path == '.';
	}
	return from;
}

const char *lint_text(json_t *from, const char *path)
{
	const char *text = json_string_value(lint_at(from, path));

	return text ? text : "";
}

/* ---- one rule each */

static size_t number(const char *at)
{
	size_t n = strspn(at, "0123456789");

	return n > 1 && *at == '0' ? 0 : n;
}

/* semver.org: three numbers without leading zeros, then perhaps -word and +word. */
static bool is_semver(const char *v)
{
	for (int i = 0; i < 3; i++) {
		size_t n = number(v);

		if (n == 0 || (i < 2 && v[n] != '.'))
			return false;
		v += n + (i < 2);
	}
	for (const char *mark = "-+"; *mark; mark++) {
		size_t n;

		if (*v != *mark)
			continue;
		n = strcspn(++v, "+");
		if (n == 0)
			return false;
		for (size_t i = 0; i < n; i++)
			if (!isalnum((unsigned char)v[i]) && !strchr("-.", v[i]))
				return false;
		v += n;
	}
	return *v == '\0';
}

static void version(const struct look *l)
{
	const char *v = lint_text(l->manifest, "version");

	if (!is_semver(v))
		lint_tell(l->out, "manifest.json: version",
			"\"%.40s\" is no semantic version: 1.0.0 would be right", v);
}

static void schema(const struct look *l)
{
	const char *v = lint_text(l->manifest, "manifestVersion");
	char want[120];

	snprintf(want, sizeof(want), "/v%.20s/MicrosoftTeams.schema.json", v);
	if (!strstr(lint_text(l->manifest, "$schema"), want))
		lint_tell(l->out, "manifest.json: $schema",
			"it is not the one of manifestVersion \"%.20s\": it would end with %s", v,
			want);
}

/* Lists in which nothing stands twice; of objects, by this member. */
static void twice(const struct look *l)
{
	static const struct {
		const char *list, *member;
	} lists[] = {
		{ "permissions", "" },
		{ "devicePermissions", "" },
		{ "validDomains", "" },
		{ "staticTabs", "entityId" },
		{ "bots[0].scopes", "" },
		{ "bots[0].commandLists[0].commands", "title" },
		{ "authorization.permissions.resourceSpecific", "name" },
		{ "activities.activityTypes", "type" },
		{ "localizationInfo.additionalLanguages", "languageTag" },
	};

	for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
		json_t *list = lint_at(l->manifest, lists[k].list);

		for (size_t i = 1; i < json_array_size(list); i++)
			for (size_t j = 0; j < i; j++) {
				const char *a = lint_text(json_array_get(list, i), lists[k].member);
				char where[120];

				if (strcmp(a, lint_text(json_array_get(list, j), lists[k].member)))
					continue;
				snprintf(where, sizeof(where), "manifest.json: %s[%zu]",
					lists[k].list, i);
				lint_tell(l->out, where, "\"%.60s\" stands at [%zu] already", a, j);
			}
	}
}

static void short_and_full(const struct look *l)
{
	static const char *const of[] = { "name", "description" };

	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		json_t *both = json_object_get(l->manifest, of[i]);
		char where[60];

		snprintf(where, sizeof(where), "manifest.json: %s.full", of[i]);
		if (strcmp(lint_text(both, "short"), lint_text(both, "full")) == 0)
			lint_tell(l->out, where, "it is the same as short: more would be right");
	}
}

/* ---- addresses: what Teams and Entra compare, character by character */

/* "cc.example.com:8443" of an address of this scheme; "": it is none. */
static void host_of(const char *url, const char *scheme, char out[256])
{
	size_t n = strlen(scheme);

	out[0] = '\0';
	if (strncmp(url, scheme, n) == 0)
		snprintf(out, 256, "%.*s", (int)strcspn(url + n, "/?#"), url + n);
}

static bool in_domain(const char *host, const char *domain)
{
	size_t h = strlen(host), d = strlen(domain);

	if (strncmp(domain, "*.", 2) != 0)
		return strcasecmp(host, domain) == 0;
	return h > d - 1 && strcasecmp(host + h - (d - 1), domain + 1) == 0;
}

static bool is_valid_domain(const struct look *l, const char *host)
{
	json_t *list = json_object_get(l->manifest, "validDomains"), *one;
	size_t i;

	json_array_foreach(list, i, one) if (json_is_string(one) &&
					     in_domain(host, json_string_value(one))) return true;
	return false;
}

static void tab_host(const struct look *l, json_t *tab, size_t i, const char *member)
{
	const char *url = lint_text(tab, member);
	char where[80], host[256];

	if (!*url)
		return;
	snprintf(where, sizeof(where), "manifest.json: staticTabs[%zu].%s", i, member);
	host_of(url, "https://", host);
	if (!*host)
		lint_tell(l->out, where, "\"%.100s\" is not https, which Teams frames alone", url);
	else if (!is_valid_domain(l, host))
		lint_tell(l->out, where, "host \"%s\" is not in validDomains: add \"%s\" there",
			host, host);
}

static void tab_hosts(const struct look *l)
{
	json_t *tab;
	size_t i;

	json_array_foreach(json_object_get(l->manifest, "staticTabs"), i, tab)
	{
		tab_host(l, tab, i, "contentUrl");
		tab_host(l, tab, i, "websiteUrl");
	}
}

/* With a tab on another host than the resource's, Teams gives no token: "App resource defined in
 * manifest and iframe origin do not match". */
static void resource(const struct look *l)
{
	const char *where = "manifest.json: webApplicationInfo.resource";
	const char *uri = lint_text(l->manifest, "webApplicationInfo.resource");
	const char *id = lint_text(l->manifest, "webApplicationInfo.id");
	char host[256], tab[256], want[400];
	json_t *one;
	size_t i;

	host_of(uri, "api://", host);
	snprintf(want, sizeof(want), "api://%s/botid-%s", *host ? host : "cc.example.com", id);
	if (strcmp(uri, want) != 0)
		lint_tell(l->out, where, "\"%.100s\" is not of this app: %.200s would be right",
			uri, want);
	for (i = 0; host[i]; i++)
		if (isupper((unsigned char)host[i])) {
			lint_tell(l->out, where,
				"host \"%s\" has capitals, which break sign-in on Android: all "
				"lower case would be right, here and in Entra",
				host);
			break;
		}
	json_array_foreach(json_object_get(l->manifest, "staticTabs"), i, one)
	{
		host_of(lint_text(one, "contentUrl"), "https://", tab);
		if (*tab && strcmp(tab, host) != 0)
			lint_tell(l->out, where,
				"host \"%s\" is not \"%s\" of staticTabs[%zu].contentUrl: Teams "
				"would give that tab no token",
				host, tab, i);
	}
}

static void same_registration(const struct look *l)
{
	const char *id = lint_text(l->manifest, "webApplicationInfo.id");
	const char *bot = lint_text(l->manifest, "bots[0].botId");

	if (*bot && *id && strcasecmp(id, bot) != 0)
		lint_tell(l->out, "manifest.json: webApplicationInfo.id",
			"\"%.40s\" is not bots[0].botId \"%.40s\": one registration serves both",
			id, bot);
}

/* ---- files */

static bool is_named(const struct look *l, const char *file)
{
	static const char *const by[] = { "icons.color", "icons.outline",
		"localizationInfo.defaultLanguageFile" };
	json_t *more = lint_at(l->manifest, "localizationInfo.additionalLanguages"), *one;
	size_t i;

	for (i = 0; i < ARRAY_LEN(by); i++)
		if (strcmp(lint_text(l->manifest, by[i]), file) == 0)
			return true;
	json_array_foreach(more, i, one) if (strcmp(lint_text(one, "file"), file) == 0) return true;
	return strcmp(file, "manifest.json") == 0;
}

static void strays(const struct look *l)
{
	for (size_t i = 0; i < l->package->n; i++)
		if (!is_named(l, l->package->file[i].name))
			lint_tell(l->out, l->package->file[i].name,
				"the manifest does not name this file: Teams refuses what it does "
				"not expect");
}

void package_lint(const struct package *p, struct lint *out)
{
	static void (*const rules[])(const struct look *l) = { version, schema, twice,
		short_and_full, tab_hosts, resource, same_registration, lint_icons, lint_words,
		strays };
	const struct package_file *f = package_file(p, "manifest.json");
	CLEAN(json_decref) json_t *manifest = NULL;
	json_error_t at;

	out->n = 0;
	if (!f) {
		lint_tell(out, "manifest.json", "it is missing from the root of the package");
		return;
	}
	manifest = json_loadb((const char *)f->bytes, f->n, JSON_REJECT_DUPLICATES, &at);
	if (!json_is_object(manifest)) {
		lint_tell(out, "manifest.json", "line %d: %s", at.line,
			manifest ? "an object belongs here" : at.text);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		rules[i](&(struct look){ p, manifest, out });
}
