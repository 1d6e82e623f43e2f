/* Every member of the schema is described, says what happens without it, and is on the page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/shell/config.h"
#include "bot/shell/reference.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct look {
	json_t *root;
	const char *page;
	size_t n, bad;
};

static const char *text_of(json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static json_t *resolve(const struct look *l, json_t *o)
{
	const char *ref = text_of(o, "$ref");

	return ref ? json_object_get(json_object_get(l->root, "$defs"), ref + 8) : o;
}

static bool is_required(json_t *of, const char *name)
{
	json_t *word;
	size_t i;

	json_array_foreach(json_object_get(of, "required"), i, word)
	{
		if (strcmp(json_string_value(word), name) == 0)
			return true;
	}
	return false;
}

static void complain(struct look *l, const char *path, const char *name, const char *what)
{
	printf("# %s: %s: %s\n", path, name, what);
	l->bad++;
}

static void look_at_member(
	struct look *l, json_t *of, const char *path, const char *name, json_t *member)
{
	const char *description = text_of(member, "description");
	bool preset = json_object_get(member, "default") ||
		      json_object_get(resolve(l, member), "default");
	char row[200];

	l->n++;
	if (!description)
		description = text_of(resolve(l, member), "description");
	if (!description || strlen(description) < 4) {
		complain(l, path, name, "is not described");
		return;
	}
	if (!is_required(of, name) && !preset && !strstr(description, "Absent: "))
		complain(l, path, name, "does not say what holds without it");
	snprintf(row, sizeof(row), "| `%s` | ", name);
	if (!strstr(l->page, row) || !strstr(l->page, description))
		complain(l, path, name, "is not on the page");
}

static void look_at(struct look *l, json_t *schema, const char *path)
{
	static const char *const members[] = { "properties", "patternProperties" };
	static const char *const inner[] = { "items", "additionalProperties" };
	const char *name;
	json_t *v;

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		json_object_foreach(json_object_get(schema, members[i]), name, v)
		{
			char below[300];

			snprintf(below, sizeof(below), "%s.%s", path, name);
			look_at_member(l, schema, path, name, v);
			look_at(l, v, below);
		}
	for (size_t i = 0; i < ARRAY_LEN(inner); i++)
		if (json_is_object(v = json_object_get(schema, inner[i])))
			look_at(l, v, path);
}

static void every_member_is_described_and_on_the_page(void **state)
{
	char *page = NULL;
	size_t page_bytes, bytes;
	FILE *out = open_memstream(&page, &page_bytes);
	const char *text = config_schema(&bytes), *name;
	struct look l = { .root = json_loadb(text, bytes, 0, NULL) };
	json_t *of;

	(void)state;
	reference_print(out);
	fclose(out);
	l.page = page;
	look_at(&l, l.root, "");
	json_object_foreach(json_object_get(l.root, "$defs"), name, of) look_at(&l, of, name);
	assert_int_equal(l.bad, 0);
	assert_in_range(l.n, 200, 1000); /* it did look */
	json_decref(l.root);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member_is_described_and_on_the_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
