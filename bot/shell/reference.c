#include "bot/shell/reference.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"
#include "bot/shell/config.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

enum { PATH_MAX_BYTES = 300 };

struct page {
	json_t *root;
	FILE *out;
};

/* "menu" of "#/$defs/menu"; NULL: no reference. */
static const char *ref_of(json_t *schema)
{
	const char *ref = json_string_value(json_object_get(schema, "$ref"));

	return ref ? ref + strlen("#/$defs/") : NULL;
}

static json_t *resolved(const struct page *p, json_t *schema)
{
	const char *ref = ref_of(schema);

	return ref ? json_object_get(json_object_get(p->root, "$defs"), ref) : schema;
}

/* A member's own word goes before that of what it refers to. */
static json_t *said(const struct page *p, json_t *schema, const char *what)
{
	json_t *own = json_object_get(schema, what);

	return own ? own : json_object_get(resolved(p, schema), what);
}

static const char *text_said(const struct page *p, json_t *schema, const char *what)
{
	const char *text = json_string_value(said(p, schema, what));

	return text ? text : "";
}

/* Whether it lists members itself. */
static bool lists_members(json_t *schema)
{
	return json_object_size(json_object_get(schema, "properties")) > 0 ||
	       json_object_size(json_object_get(schema, "patternProperties")) > 0;
}

/* Whether there is a section on it. */
static bool has_members(const struct page *p, json_t *schema)
{
	json_t *of = resolved(p, schema), *names = json_object_get(of, "additionalProperties");

	return lists_members(of) || (json_is_object(names) && has_members(p, names)) ||
	       (json_object_get(of, "items") && has_members(p, json_object_get(of, "items")));
}

static void print_range(json_t *of, FILE *out)
{
	json_t *least = json_object_get(of, "minimum"), *most = json_object_get(of, "maximum");

	if (least && most)
		fprintf(out, " %g to %g", json_number_value(least), json_number_value(most));
}

static void print_words(json_t *words, FILE *out)
{
	json_t *word;
	size_t i;

	json_array_foreach(words, i, word)
		fprintf(out, "%s`\"%s\"`", i ? ", " : ": ", json_string_value(word));
}

static void print_type(const struct page *p, json_t *schema)
{
	json_t *of = resolved(p, schema), *type = json_object_get(of, "type"), *one;
	size_t i;

	if (json_is_string(type))
		fprintf(p->out, "%s", json_string_value(type));
	json_array_foreach(type, i, one)
		fprintf(p->out, "%s%s", i ? " or " : "", json_string_value(one));
	print_range(of, p->out);
	print_words(json_object_get(of, "enum"), p->out);
	if (json_object_get(of, "items")) {
		fprintf(p->out, " of ");
		print_type(p, json_object_get(of, "items"));
	}
	if (ref_of(schema) && has_members(p, schema))
		fprintf(p->out, ", see [%s](#%s)", ref_of(schema), ref_of(schema));
}

static bool is_required(json_t *of, const char *name)
{
	json_t *word;
	size_t i;

	json_array_foreach(json_object_get(of, "required"), i,
		word) if (strcmp(json_string_value(word), name) == 0) return true;
	return false;
}

static void print_default(const struct page *p, json_t *of, const char *name, json_t *member)
{
	json_t *preset = said(p, member, "default");
	char *text = preset ? json_dumps(preset, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

	if (text)
		fprintf(p->out, "`%s`", text);
	else
		fprintf(p->out, "%s", is_required(of, name) ? "required" : "");
	free(text);
}

static void print_row(const struct page *p, json_t *of, const char *name, json_t *member)
{
	fprintf(p->out, "| `%s` | ", name);
	print_type(p, member);
	fprintf(p->out, " | ");
	print_default(p, of, name, member);
	fprintf(p->out, " | %s |\n", text_said(p, member, "description"));
}

static void print_section(const struct page *p, const char *path, json_t *schema);

/* What lies below, if it is written here and not elsewhere. */
static void print_below(const struct page *p, const char *path, json_t *schema)
{
	json_t *items = json_object_get(schema, "items");
	json_t *names = json_object_get(schema, "additionalProperties");
	char below[PATH_MAX_BYTES];

	if (ref_of(schema))
		return;
	if (lists_members(schema))
		print_section(p, path, schema);
	if (items) {
		snprintf(below, sizeof(below), "%s[]", path);
		print_below(p, below, items);
	}
	if (json_is_object(names)) {
		snprintf(below, sizeof(below), "%s.NAME", path);
		print_below(p, below, names);
	}
}

static void print_section(const struct page *p, const char *path, json_t *schema)
{
	json_t *members = json_object_get(schema, "properties");
	json_t *patterns = json_object_get(schema, "patternProperties"), *member;
	const char *name;
	char below[PATH_MAX_BYTES];

	fprintf(p->out, "\n## %s\n\n%s\n\n", path, text_said(p, schema, "description"));
	fprintf(p->out, "| member | type | default | |\n|---|---|---|---|\n");
	json_object_foreach(members, name, member) print_row(p, schema, name, member);
	json_object_foreach(patterns, name, member) print_row(p, schema, name, member);
	json_object_foreach(members, name, member)
	{
		snprintf(below, sizeof(below), "%s%s%s", schema == p->root ? "" : path,
			schema == p->root ? "" : ".", name);
		print_below(p, below, member);
	}
}

void reference_print(FILE *out)
{
	size_t bytes;
	const char *text = config_schema(&bytes), *name;
	CLEAN(json_decref) json_t *root = json_loadb(text, bytes, 0, NULL);
	struct page p = { .root = root, .out = out };
	json_t *of;

	if (!root)
		abort(); /* built in: a bug, found by the first test that runs */
	fprintf(out, "# Every member of the configuration\n\n"
		     "Out of the JSON Schema, by `foyer reference`. Seconds may have fractions.\n");
	print_section(&p, "the file", root);
	json_object_foreach(json_object_get(root, "$defs"), name, of) print_below(&p, name, of);
}
