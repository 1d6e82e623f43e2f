#include "bot/shell/schema.h"

#include "bot/base/text.h"

#include <assert.h>
#include <regex.h>
#include <string.h>

enum { PATTERNS_MAX = 128 };

/* Compiled once, as thousands of agents have the same; known by the schema's own text. */
struct pattern {
	const char *text;
	regex_t re;
};

struct look {
	json_t *root;
	struct faults *faults;
	struct pattern *pattern;
	size_t *n_patterns;
};

static void check(const struct look *l, json_t *schema, json_t *value, const char *pointer);

static json_t *resolve(json_t *root, json_t *schema)
{
	const char *ref = json_string_value(json_object_get(schema, "$ref"));

	if (!ref)
		return schema;
	assert(strncmp(ref, "#/$defs/", 8) == 0);
	schema = json_object_get(json_object_get(root, "$defs"), ref + 8);
	assert(schema);
	return schema;
}

static const char *type_name(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return "object";
	case JSON_ARRAY:
		return "array";
	case JSON_STRING:
		return "string";
	case JSON_INTEGER:
		return "integer";
	case JSON_REAL:
		return "number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "boolean";
	default:
		return "null";
	}
}

static bool is_of_type(const char *want, const json_t *v)
{
	double d = json_number_value(v);

	if (strcmp(want, "integer") == 0 && json_is_real(v))
		return d > -1e15 && d < 1e15 && d == (double)(long long)d; /* 5.0 is one */
	return strcmp(want, type_name(v)) == 0 ||
	       (strcmp(want, "number") == 0 && json_is_integer(v));
}

/* type is one word, or a list of them. */
static bool type_fits(json_t *type, const json_t *v)
{
	json_t *one;
	size_t i;

	if (json_is_string(type))
		return is_of_type(json_string_value(type), v);
	json_array_foreach(type, i, one) if (is_of_type(json_string_value(one), v)) return true;
	return json_array_size(type) == 0;
}

static void add_type_names(json_t *type, struct text *out)
{
	json_t *one;
	size_t i;

	if (json_is_string(type))
		text_add(out, "%s %s", strchr("aeio", json_string_value(type)[0]) ? "an" : "a",
			json_string_value(type));
	json_array_foreach(type, i, one)
	{
		text_add(out, "%s", i ? " or " : "");
		add_type_names(one, out);
	}
}

static bool matches(const struct look *l, const char *pattern, const char *text)
{
	size_t i = 0;

	while (i < *l->n_patterns && l->pattern[i].text != pattern)
		i++;
	if (i == *l->n_patterns) {
		int bad = regcomp(&l->pattern[i].re, pattern, REG_EXTENDED | REG_NOSUB);

		assert(!bad && i < PATTERNS_MAX);
		l->pattern[(*l->n_patterns)++].text = pattern;
	}
	return regexec(&l->pattern[i].re, text, 0, NULL, 0) == 0;
}

/* In characters, as JSON Schema counts; jansson lets only UTF-8 in. */
static size_t length_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

/* "a, b or c", from an array of strings or the keys of an object. */
static void list_words(json_t *words, struct text *out)
{
	const char *key;
	json_t *word;
	size_t i;

	if (json_is_array(words)) {
		json_array_foreach(words, i, word)
			text_add(out, "%s%s", i ? ", " : "", json_string_value(word));
		return;
	}
	json_object_foreach(words, key, word) text_add(out, "%s%s", out->used ? ", " : "", key);
}

static void check_string(const struct look *l, json_t *schema, json_t *value, const char *pointer)
{
	const char *text = json_string_value(value);
	const char *pattern = json_string_value(json_object_get(schema, "pattern"));
	const char *says = json_string_value(json_object_get(schema, "description"));
	json_t *least = json_object_get(schema, "minLength"),
	       *most = json_object_get(schema, "maxLength");

	if (pattern && !matches(l, pattern, text))
		fault_add(l->faults, pointer, false, "\"%.60s\" does not fit: %s", text,
			says ? says : pattern);
	else if (least && length_of(text) < (size_t)json_integer_value(least))
		fault_add(l->faults, pointer, false, "must not be empty");
	else if (most && length_of(text) > (size_t)json_integer_value(most))
		fault_add(l->faults, pointer, false, "longer than the limit of %lld characters",
			(long long)json_integer_value(most));
}

static void check_number(const struct look *l, json_t *schema, json_t *value, const char *pointer)
{
	json_t *least = json_object_get(schema, "minimum"),
	       *most = json_object_get(schema, "maximum");
	double v = json_number_value(value);

	if ((least && v < json_number_value(least)) || (most && v > json_number_value(most)))
		fault_add(l->faults, pointer, false, "%g is out of range: %g to %g would be right",
			v, json_number_value(least), json_number_value(most));
}

static void check_word(const struct look *l, json_t *schema, json_t *value, const char *pointer)
{
	json_t *words = json_object_get(schema, "enum"), *word;
	char have[300];
	struct text t = TEXT(have);
	size_t i;

	json_array_foreach(words, i, word) if (json_equal(word, value)) return;
	list_words(words, &t);
	fault_add(l->faults, pointer, false, "%s%s%s is unknown (have: %s)",
		json_is_string(value) ? "\"" : "",
		json_is_string(value) ? json_string_value(value) : type_name(value),
		json_is_string(value) ? "\"" : "", have);
}

/* The schema of one member: by name, by pattern, or additionalProperties; NULL: the member is not
 * allowed. */
static json_t *member_schema(const struct look *l, json_t *schema, const char *name)
{
	json_t *found = json_object_get(json_object_get(schema, "properties"), name);
	const char *pattern;
	json_t *of;

	if (found)
		return found;
	json_object_foreach(json_object_get(schema, "patternProperties"), pattern,
		of) if (matches(l, pattern, name)) return of;
	return json_object_get(schema, "additionalProperties");
}

static void check_member_name(
	const struct look *l, json_t *schema, const char *name, const char *pointer)
{
	json_t *names = json_object_get(schema, "propertyNames");
	const char *pattern = json_string_value(json_object_get(names, "pattern"));

	if (pattern && !matches(l, pattern, name))
		fault_add(l->faults, pointer, true, "the name \"%.60s\" does not fit: %s", name,
			json_string_value(json_object_get(names, "description")));
}

static void check_object(const struct look *l, json_t *schema, json_t *value, const char *pointer)
{
	json_t *least = json_object_get(schema, "minProperties");
	json_t *most = json_object_get(schema, "maxProperties");
	json_t *member, *of;
	const char *name;
	size_t i;

	json_array_foreach(json_object_get(schema, "required"), i,
		member) if (!json_object_get(value, json_string_value(member))) fault_add(l->faults,
		pointer, false, "\"%s\" is missing", json_string_value(member));
	if (least && json_object_size(value) < (size_t)json_integer_value(least))
		fault_add(l->faults, pointer, false, "at least %lld member(s) needed",
			(long long)json_integer_value(least));
	if (most && json_object_size(value) > (size_t)json_integer_value(most))
		fault_add(l->faults, pointer, false, "at most %lld members allowed",
			(long long)json_integer_value(most));
	json_object_foreach(value, name, member)
	{
		char at[POINTER_MAX];

		pointer_add(at, pointer, name);
		check_member_name(l, schema, name, at);
		of = member_schema(l, schema, name);
		if (json_is_false(of)) {
			char have[300];
			struct text t = TEXT(have);

			list_words(json_object_get(schema, "properties"), &t);
			fault_add(l->faults, at, true, "\"%.60s\" is unknown here (have: %s)", name,
				have);
		} else if (json_is_object(of)) {
			check(l, of, member, at);
		}
	}
}

static void check_array(const struct look *l, json_t *schema, json_t *value, const char *pointer)
{
	json_t *least = json_object_get(schema, "minItems"),
	       *most = json_object_get(schema, "maxItems");
	json_t *items = json_object_get(schema, "items"), *item;
	size_t i;

	if (least && json_array_size(value) < (size_t)json_integer_value(least))
		fault_add(l->faults, pointer, false, "at least %lld needed",
			(long long)json_integer_value(least));
	if (most && json_array_size(value) > (size_t)json_integer_value(most))
		fault_add(l->faults, pointer, false, "at most %lld allowed",
			(long long)json_integer_value(most));
	json_array_foreach(value, i, item)
	{
		char index[24], at[POINTER_MAX];

		snprintf(index, sizeof(index), "%zu", i);
		pointer_add(at, pointer, index);
		if (items)
			check(l, items, item, at);
	}
}

static void check(const struct look *l, json_t *schema, json_t *value, const char *pointer)
{
	json_t *type;

	schema = resolve(l->root, schema);
	type = json_object_get(schema, "type");
	if (!type_fits(type, value)) {
		char have[100];
		struct text t = TEXT(have);

		add_type_names(type, &t);
		fault_add(l->faults, pointer, false, "%s belongs here, not %s", have,
			type_name(value));
		return;
	}
	if (json_object_get(schema, "enum"))
		check_word(l, schema, value, pointer);
	if (json_is_string(value))
		check_string(l, schema, value, pointer);
	else if (json_is_number(value))
		check_number(l, schema, value, pointer);
	else if (json_is_object(value))
		check_object(l, schema, value, pointer);
	else if (json_is_array(value))
		check_array(l, schema, value, pointer);
}

static void patterns_free(const struct look *l)
{
	for (size_t i = 0; i < *l->n_patterns; i++)
		regfree(&l->pattern[i].re);
}

void schema_check(json_t *schema, json_t *instance, struct faults *faults)
{
	struct pattern pattern[PATTERNS_MAX];
	size_t n = 0;
	struct look l = { .root = schema, .faults = faults, .pattern = pattern, .n_patterns = &n };

	check(&l, schema, instance, "");
	patterns_free(&l);
}

static void fill(const struct look *l, json_t *schema, json_t *value)
{
	const char *name;
	json_t *of, *item;
	size_t i;

	schema = resolve(l->root, schema);
	json_object_foreach(json_object_get(schema, "properties"), name, of)
	{
		json_t *preset = json_object_get(of, "default");

		if (!preset)
			preset = json_object_get(resolve(l->root, of), "default");
		if (preset && json_is_object(value) && !json_object_get(value, name))
			json_object_set_new(value, name, json_deep_copy(preset));
	}
	if (json_is_object(value))
		json_object_foreach(
			value, name, item) if (json_is_object(of = member_schema(l, schema, name)))
			fill(l, of, item);
	if (json_is_array(value) && json_object_get(schema, "items"))
		json_array_foreach(value, i, item) fill(l, json_object_get(schema, "items"), item);
}

void schema_fill(json_t *schema, json_t *instance)
{
	struct pattern pattern[PATTERNS_MAX];
	size_t n = 0;
	struct look l = { .root = schema, .pattern = pattern, .n_patterns = &n };

	fill(&l, schema, instance);
	patterns_free(&l);
}

static bool known_keyword(const char *word)
{
	static const char *const words[] = { "$schema", "$id", "$defs", "$ref", "title",
		"description", "default", "examples", "type", "enum", "pattern", "minimum",
		"maximum", "minLength", "maxLength", "properties", "patternProperties",
		"additionalProperties", "propertyNames", "required", "minProperties",
		"maxProperties", "items", "minItems", "maxItems" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static bool known_members(json_t *schemas, struct why *why)
{
	const char *name;
	json_t *of;

	json_object_foreach(schemas, name,
		of) if (json_is_object(of) && !schema_is_known(of, why)) return false;
	return true;
}

bool schema_is_known(json_t *schema, struct why *why)
{
	const char *word;
	json_t *v;

	json_object_foreach(schema, word, v) if (!known_keyword(word))
	{
		(void)FAIL(why, E_MALFORMED, "JSON Schema keyword \"%s\" is not read here", word);
		return false;
	}
	if (json_is_object(v = json_object_get(schema, "items")) && !schema_is_known(v, why))
		return false;
	if (json_is_object(v = json_object_get(schema, "additionalProperties")) &&
		!schema_is_known(v, why))
		return false;
	return known_members(json_object_get(schema, "properties"), why) &&
	       known_members(json_object_get(schema, "patternProperties"), why) &&
	       known_members(json_object_get(schema, "$defs"), why);
}
