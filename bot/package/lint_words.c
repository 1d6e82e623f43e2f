/* The translations: each there, whole, and of things that the manifest has. */
#include "bot/package/lint_inside.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

static const char *const required[] = { "name.short", "description.short", "description.full" };

struct words {
	const struct look *look;
	const char *file;
	json_t *root;
};

static void tell_key(const struct words *w, const char *key, const char *what)
{
	char where[200];

	snprintf(where, sizeof(where), "%.60s: %.120s", w->file, key);
	lint_tell(w->look->out, where, "%s", what);
}

/* "{actor}" and its kin: as often in the one as in the other. */
static bool same_placeholders(const char *a, const char *b)
{
	const char *const texts[] = { a, b };

	for (size_t k = 0; k < 2; k++)
		for (const char *at = strchr(texts[k], '{'); at; at = strchr(at + 1, '{')) {
			char word[80];

			snprintf(word, sizeof(word), "%.*s", (int)strcspn(at, "}") + 1, at);
			if (!strstr(texts[1 - k], word))
				return false;
		}
	return true;
}

static void of_something(const struct words *w)
{
	const char *key;
	json_t *text;

	json_object_foreach(w->root, key, text)
	{
		const char *own = lint_text(w->look->manifest, key);

		if (*key == '$')
			continue;
		if (!*own)
			tell_key(w, key, "the manifest has nothing there to translate");
		else if (json_is_string(text) && !same_placeholders(own, json_string_value(text)))
			tell_key(w, key, "its {placeholders} are not the manifest's");
	}
}

static void wants(const struct words *w, const char *key)
{
	if (!*lint_text(json_object_get(w->root, key), ""))
		tell_key(w, key, "it is missing, or no text");
}

/* Each of a list's members that are for people's eyes. */
static void wants_list(const struct words *w, const char *list, const char *member)
{
	size_t n = json_array_size(lint_at(w->look->manifest, list));

	for (size_t i = 0; i < n; i++) {
		char key[160];

		snprintf(key, sizeof(key), "%s[%zu].%s", list, i, member);
		if (*lint_text(w->look->manifest, key))
			wants(w, key);
	}
}

static void look_at(const struct look *l, const char *where, const char *file)
{
	const struct package_file *f = package_file(l->package, file);
	CLEAN(json_decref) json_t *root = NULL;
	struct words w = { .look = l, .file = file };
	json_error_t at;

	if (!f) {
		lint_tell(l->out, where, "\"%.60s\" is not in the package", file);
		return;
	}
	w.root = root = json_loadb((const char *)f->bytes, f->n, JSON_REJECT_DUPLICATES, &at);
	if (!json_is_object(root)) {
		lint_tell(l->out, file, "line %d: %s", at.line,
			root ? "an object belongs here" : at.text);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(required); i++)
		wants(&w, required[i]);
	wants_list(&w, "staticTabs", "name");
	wants_list(&w, "bots[0].commandLists[0].commands", "title");
	wants_list(&w, "bots[0].commandLists[0].commands", "description");
	wants_list(&w, "activities.activityTypes", "description");
	wants_list(&w, "activities.activityTypes", "templateText");
	of_something(&w);
}

void lint_words(const struct look *l)
{
	const char *own = lint_text(l->manifest, "localizationInfo.defaultLanguageFile");
	json_t *more = lint_at(l->manifest, "localizationInfo.additionalLanguages"), *one;
	size_t i;

	if (*own)
		look_at(l, "manifest.json: localizationInfo.defaultLanguageFile", own);
	json_array_foreach(more, i, one)
	{
		char where[100];

		snprintf(where, sizeof(where),
			"manifest.json: localizationInfo.additionalLanguages[%zu].file", i);
		look_at(l, where, lint_text(one, "file"));
	}
}
