/*
 * The manifest and its translations. Both walk the lists of app.def in the same order, the one as
 * arrays, the others as texts with indices.
 *
 * The scope is personal alone: where an app is installed for a person and in a team of hers as
 * well, Graph answers her notifications with 409.
 */
#include "bot/package/package.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

#define SCHEMAS "https://developer.microsoft.com/json-schemas/teams/v"

struct words {
	const char *in[PACKAGE_LANGUAGES];
};
static const struct tab {
	const char *entity, *path;
	struct words name;
} tabs[] = {
#define TAB(entity, path, en, de) { entity, path, { { en, de } } },
#define COMMAND(word, word_de, en, de)
#define ACTIVITY(type, en, de, template_en, template_de)
#include "bot/package/app.def"
#undef TAB
#undef COMMAND
#undef ACTIVITY
};
static const struct command {
	struct words word, meaning;
} commands[] = {
#define TAB(entity, path, en, de)
#define COMMAND(word, word_de, en, de) { { { word, word_de } }, { { en, de } } },
#define ACTIVITY(type, en, de, template_en, template_de)
#include "bot/package/app.def"
#undef TAB
#undef COMMAND
#undef ACTIVITY
};
static const struct activity {
	const char *type;
	struct words meaning, template;
} activities[] = {
#define TAB(entity, path, en, de)
#define COMMAND(word, word_de, en, de)
#define ACTIVITY(type, en, de, template_en, template_de) \
	{ type, { { en, de } }, { { template_en, template_de } } },
#include "bot/package/app.def"
#undef TAB
#undef COMMAND
#undef ACTIVITY
};

static const char *const tags[PACKAGE_LANGUAGES] = { "en", "de" };
static const struct words full_name = { { "%s contact centre", "%s Contact-Center" } };
static const struct words short_story = { { "Queues, calls and callers, where you work",
	"Warteschlangen, Anrufe und Anrufende, wo Sie arbeiten" } };
static const struct words full_story = { { "A contact centre inside Teams. Agents see who waits "
					   "and why before they take a call, "
					   "supervisors see queues and agents live, administrators "
					   "change queues and flows. Calls "
					   "ring in Teams; offers come as cards in the chat with "
					   "the bot. Who may do what is decided "
					   "by the roles Agent, Supervisor and Admin of the "
					   "organisation.",
	"Ein Contact-Center in Teams. Agentinnen und Agenten sehen, wer warum wartet, bevor sie "
	"einen Anruf annehmen; die Teamleitung sieht Warteschlangen und Personen live; die "
	"Verwaltung ändert Warteschlangen und Abläufe. Anrufe klingeln in Teams, Angebote kommen "
	"als Karten im Chat mit dem Bot. Wer was darf, bestimmen die Rollen Agent, Supervisor und "
	"Admin der Organisation." } };

/* ---- pieces */

static void set(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, value) != 0)
		abort(); /* no memory, in a program that does nothing else */
}

static void set_text(json_t *object, const char *name, const char *text)
{
	set(object, name, json_string(text));
}

static void add(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		abort();
}

/* A text made of a few: PRINTF's, owned by the JSON. */
static void set_print(json_t *object, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void set_print(json_t *object, const char *name, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	set(object, name, json_vsprintf(fmt, args));
	va_end(args);
}

static json_t *list_of(const char *text)
{
	json_t *list = json_array();

	add(list, json_string(text));
	return list;
}

static json_t *pair(const char *a, const char *a_text, const char *b, const char *b_text)
{
	json_t *o = json_object();

	set_text(o, a, a_text);
	set_text(o, b, b_text);
	return o;
}

/* "cc.example.com:8443" of "https://cc.example.com:8443/x". */
static json_t *host_of(const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : "";
	return json_stringn(host, strcspn(host, "/?#"));
}

/* ---- members of the manifest */

static json_t *developer(const struct app *app)
{
	json_t *o = json_object();

	set_text(o, "name", app->developer);
	set_text(o, "websiteUrl", app->website);
	set_print(o, "privacyUrl", "%s/privacy", app->public_url);
	set_print(o, "termsOfUseUrl", "%s/terms", app->public_url);
	return o;
}

static json_t *names(const struct app *app)
{
	json_t *o = json_object();

	set_text(o, "short", app->name);
	set(o, "full", json_sprintf(full_name.in[PACKAGE_EN], app->name));
	return o;
}

static json_t *languages(void)
{
	json_t *o = json_object(), *more = json_array();

	set_text(o, "defaultLanguageTag", tags[0]);
	set_print(o, "defaultLanguageFile", "%s.json", tags[0]);
	for (size_t i = 1; i < PACKAGE_LANGUAGES; i++) {
		json_t *one = json_object();

		set_text(one, "languageTag", tags[i]);
		set_print(one, "file", "%s.json", tags[i]);
		add(more, one);
	}
	set(o, "additionalLanguages", more);
	return o;
}

static json_t *tab(const struct app *app, const struct tab *t)
{
	json_t *o = json_object();

	set_text(o, "entityId", t->entity);
	if (t->path) {
		set_text(o, "name", t->name.in[PACKAGE_EN]);
		/* Teams fills in the braces, so that the first byte of the page is in its language
		 * and theme. */
		set_print(
			o, "contentUrl", "%s%s?l={locale}&theme={theme}", app->public_url, t->path);
		set_print(o, "websiteUrl", "%s%s", app->public_url, t->path);
	}
	set(o, "scopes", list_of("personal"));
	return o;
}

/* Of an app without pages, those of Teams' own alone. */
static json_t *all_tabs(const struct app *app)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_LEN(tabs); i++)
		if (app->tabs || !tabs[i].path)
			add(list, tab(app, &tabs[i]));
	return list;
}

static json_t *bot(const struct app *app)
{
	json_t *o = json_object(), *lists = json_array(), *list = json_object(), *of = json_array();

	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		add(of, pair("title", commands[i].word.in[PACKAGE_EN], "description",
				commands[i].meaning.in[PACKAGE_EN]));
	set(list, "scopes", list_of("personal"));
	set(list, "commands", of);
	add(lists, list);
	set_text(o, "botId", app->bot_id);
	set(o, "scopes", list_of("personal"));
	set(o, "supportsCalling", json_true());
	set(o, "supportsVideo", json_false());
	set(o, "commandLists", lists);
	return o;
}

static json_t *sign_in(const struct app *app)
{
	json_t *o = json_object(), *host = host_of(app->public_url);

	set_text(o, "id", app->bot_id);
	set_print(o, "resource", "api://%s/botid-%s", json_string_value(host), app->bot_id);
	json_decref(host);
	return o;
}

/* Consented by installing the app; it reaches nobody who has not. */
static json_t *authorization(void)
{
	json_t *o = json_object(), *permissions = json_object(), *list = json_array();

	add(list, pair("name", "TeamsActivity.Send.User", "type", "Application"));
	set(permissions, "resourceSpecific", list);
	set(o, "permissions", permissions);
	return o;
}

static json_t *activity_types(void)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < ARRAY_LEN(activities); i++) {
		json_t *one = json_object();

		set_text(one, "type", activities[i].type);
		set_text(one, "description", activities[i].meaning.in[PACKAGE_EN]);
		set_text(one, "templateText", activities[i].template.in[PACKAGE_EN]);
		add(list, one);
	}
	set(o, "activityTypes", list);
	return o;
}

static json_t *one_in_list(json_t *value)
{
	json_t *list = json_array();

	add(list, value);
	return list;
}

static json_t *permissions(void)
{
	json_t *list = list_of("identity"); /* else TeamsJS tells the page no user id */

	add(list, json_string("messageTeamMembers"));
	return list;
}

static json_t *manifest(const struct app *app)
{
	json_t *o = json_object();

	set_print(o, "$schema", SCHEMAS "%s/MicrosoftTeams.schema.json", app->manifest_version);
	set_text(o, "manifestVersion", app->manifest_version);
	set_text(o, "version", app->version);
	set_text(o, "id", app->id);
	set(o, "developer", developer(app));
	set(o, "name", names(app));
	set(o, "description",
		pair("short", short_story.in[PACKAGE_EN], "full", full_story.in[PACKAGE_EN]));
	set(o, "icons", pair("color", PACKAGE_COLOR, "outline", PACKAGE_OUTLINE));
	set_text(o, "accentColor", app->accent);
	set(o, "localizationInfo", languages());
	set(o, "staticTabs", all_tabs(app));
	set(o, "bots", one_in_list(bot(app)));
	set(o, "permissions", permissions());
	set(o, "validDomains", one_in_list(host_of(app->public_url)));
	set(o, "webApplicationInfo", sign_in(app));
	set(o, "authorization", authorization());
	set(o, "activities", activity_types());
	set_text(o, "defaultInstallScope", "personal");
	return o;
}

/* ---- translations */

/* The text's place is its key: "staticTabs[0].name". */
static void say(json_t *o, const char *text, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void say(json_t *o, const char *text, const char *fmt, ...)
{
	char key[120];
	va_list args;

	va_start(args, fmt);
	vsnprintf(key, sizeof(key), fmt, args);
	va_end(args);
	set_text(o, key, text);
}

static void say_tabs(const struct app *app, enum package_language l, json_t *o)
{
	size_t at = 0; /* as all_tabs counts */

	for (size_t i = 0; i < ARRAY_LEN(tabs); i++) {
		if (!app->tabs && tabs[i].path)
			continue;
		if (tabs[i].path)
			say(o, tabs[i].name.in[l], "staticTabs[%zu].name", at);
		at++;
	}
}

static json_t *translation(const struct app *app, enum package_language l)
{
	json_t *o = json_object();

	set_print(o, "$schema", SCHEMAS "%s/MicrosoftTeams.Localization.schema.json",
		app->manifest_version);
	set_text(o, "name.short", app->name);
	set(o, "name.full", json_sprintf(full_name.in[l], app->name));
	set_text(o, "description.short", short_story.in[l]);
	set_text(o, "description.full", full_story.in[l]);
	say_tabs(app, l, o);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		say(o, commands[i].word.in[l], "bots[0].commandLists[0].commands[%zu].title", i);
		say(o, commands[i].meaning.in[l],
			"bots[0].commandLists[0].commands[%zu].description", i);
	}
	for (size_t i = 0; i < ARRAY_LEN(activities); i++) {
		say(o, activities[i].meaning.in[l], "activities.activityTypes[%zu].description", i);
		say(o, activities[i].template.in[l], "activities.activityTypes[%zu].templateText",
			i);
	}
	return o;
}

/* ---- the files */

static enum err put(struct package *out, const char *name, json_t *from, struct why *why)
{
	CLEAN(json_decref) json_t *json = from;
	char *text = json_dumps(json, JSON_INDENT(2)), *whole = NULL;
	int n = text ? asprintf(&whole, "%s\n", text) : -1;

	free(text);
	if (n < 0)
		return FAIL(why, E_SYSTEM, "no memory for %s", name);
	package_add(out, name, whole, (size_t)n);
	return OK;
}

bool manifest_version_known(const char *version)
{
	return strncmp(version, "1.", 2) == 0 && strlen(version) == 4 &&
	       ((version[2] == '2' && isdigit((unsigned char)version[3])) ||
		       strcmp(version + 2, "30") == 0);
}

enum err manifest_write(const struct app *app, struct package *out, struct why *why)
{
	CLEAN(json_decref) json_t *host = host_of(app->public_url);
	enum err e = OK;

	if (json_string_length(host) == 0)
		return FAIL(why, E_MALFORMED,
			"\"%s\" has no host: https://cc.example.com would be right",
			app->public_url);
	e = put(out, "manifest.json", manifest(app), why);
	for (size_t l = 0; l < PACKAGE_LANGUAGES && e == OK; l++) {
		char name[16];

		snprintf(name, sizeof(name), "%s.json", tags[l]);
		e = put(out, name, translation(app, (enum package_language)l), why);
	}
	return e;
}
