#ifndef TESTS_GRAPH_CSDL_VALUE_H
#define TESTS_GRAPH_CSDL_VALUE_H

/* The judge of tests/graph/csdl.h: one value and all that is in it, against one type. */

#include "bot/base/err.h"
#include "bot/base/text.h"
#include "tests/graph/csdl_tables.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CSDL_FAULTS_MAX = 8192 };

static json_t *csdl_types, *csdl_enums, *csdl_actions;

/* Collected, so that one run tells all. */
static char csdl_faults[CSDL_FAULTS_MAX];
static struct text csdl_told;
static unsigned csdl_judged;

struct csdl_place {
	const char *file;
	enum csdl_kind kind;
};

/* How often each type was met, by name; NULL: nobody counts. */
static json_t *csdl_met;

static bool csdl_is_named(const char *type, const char *member, const char *entry)
{
	const char *dot = strrchr(type, '.');
	char name[128];

	snprintf(name, sizeof(name), "%s.%s", dot ? dot + 1 : type, member);
	return strcmp(name, entry) == 0;
}

static bool csdl_is_excepted(const struct csdl_place *j, const char *type, const char *member)
{
	for (size_t i = 0; i < ARRAY_LEN(csdl_exceptions); i++)
		if ((csdl_exceptions[i].who & j->kind) &&
			csdl_is_named(type, member, csdl_exceptions[i].member)) {
			csdl_exceptions_used[i] |= j->kind;
			return true;
		}
	return false;
}

static void csdl_fault(
	const struct csdl_place *j, const char *type, const char *member, const char *what)
{
	text_add(&csdl_told, "%s: %s.%s: %s\n", j->file, type, member, what);
}

static const char *csdl_base(const char *type)
{
	return json_string_value(json_object_get(json_object_get(csdl_types, type), "base"));
}

/* The type of a member, of the type's own or of those it derives from; NULL: undeclared. */
static const char *csdl_declared(const struct csdl_place *j, const char *type, const char *member)
{
	static const char *const where[] = { "properties", "navigation", "beta_only_properties" };

	for (const char *t = type; t; t = csdl_base(t)) {
		const json_t *of = json_object_get(csdl_types, t), *p = NULL;

		for (size_t i = 0; i < ARRAY_LEN(where) - !(j->kind & CSDL_SAID) && !p; i++)
			p = json_object_get(json_object_get(of, where[i]), member);
		if (p) /* beta's may be named without their type */
			return json_string_value(json_object_get(p, "type")) ?: "Edm.Untyped";
		for (size_t i = 0; i < ARRAY_LEN(csdl_dynamic); i++)
			if ((csdl_dynamic[i].who & j->kind) &&
				csdl_is_named(t, member, csdl_dynamic[i].member)) {
				csdl_dynamic_used[i] |= j->kind;
				return csdl_dynamic[i].type;
			}
	}
	return NULL;
}

static bool csdl_derives(const char *type, const char *from)
{
	for (; type; type = csdl_base(type))
		if (strcmp(type, from) == 0)
			return true;
	return false;
}

/* Or a stub: what it has is not in the file. */
static bool csdl_is_open(const char *type)
{
	for (; type; type = csdl_base(type)) {
		const json_t *of = json_object_get(csdl_types, type);

		if (json_is_true(json_object_get(of, "open")) ||
			json_is_true(json_object_get(of, "stub")))
			return true;
	}
	return false;
}

/* A tag's type as the file spells it, or NULL. Graph's own come as #Microsoft.Graph.Call too. */
static const char *csdl_tagged(const struct csdl_place *j, const char *tag)
{
	const char *name;
	json_t *of;

	if (!tag || tag[0] != '#')
		return NULL;
	json_object_foreach(csdl_types, name, of)
	{
		if (j->kind & CSDL_SAID ? strcasecmp(name, tag + 1) == 0
					: strcmp(name, tag + 1) == 0)
			return name;
	}
	for (size_t i = 0; (j->kind & CSDL_SAID) && i < ARRAY_LEN(csdl_aliases); i++)
		if (strcasecmp(tag, csdl_aliases[i].tag) == 0) {
			csdl_aliases_used[i] = true;
			return csdl_aliases[i].type;
		}
	return NULL;
}

/* The tag's type when it is known and fits, else the declared one. */
static const char *csdl_type_of(const struct csdl_place *j, const json_t *object, const char *type)
{
	const char *tag = json_string_value(json_object_get(object, "@odata.type"));
	const char *named = csdl_tagged(j, tag);

	if (!tag) {
		if (j->kind != CSDL_FIXTURE &&
			json_is_true(
				json_object_get(json_object_get(csdl_types, type), "abstract")))
			csdl_fault(j, type, "@odata.type", "missing, and the type is abstract");
		return type;
	}
	/* What changed is of a family of its own: resourceData is open, and names no heirs. */
	if (!named)
		csdl_fault(j, type, "@odata.type", tag);
	else if (csdl_derives(named, type))
		return named;
	else if (strcmp(type, "microsoft.graph.resourceData") != 0)
		csdl_fault(j, type, "@odata.type", "of another family");
	return type;
}

static void csdl_value(const struct csdl_place *j, const json_t *value, const char *wanted,
	const char *type, const char *member);

static void csdl_missing(const struct csdl_place *j, const json_t *object, const char *type);

static void csdl_count(const char *type)
{
	if (csdl_met)
		json_object_set_new(csdl_met, type,
			json_integer(json_integer_value(json_object_get(csdl_met, type)) + 1));
}

static void csdl_object(const struct csdl_place *j, const json_t *object, const char *type)
{
	const char *name;
	json_t *value;

	type = csdl_type_of(j, object, type);
	csdl_judged++;
	csdl_count(type);
	if (j->kind & CSDL_SAID)
		csdl_missing(j, object, type);
	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		const char *wanted = csdl_declared(j, type, name);

		if (strchr(name, '@'))
			continue; /* an annotation, of the object or of a member */
		if (!wanted &&
			(j->kind == CSDL_REQUEST || ((j->kind & CSDL_SAID) && !csdl_is_open(type))))
			csdl_fault(j, type, name, "unknown");
		if (wanted && json_is_null(value) && j->kind == CSDL_REQUEST)
			csdl_fault(j, type, name, "null");
		if (wanted && !json_is_null(value))
			csdl_value(j, value, wanted, type, name);
	}
}

static void csdl_missing(const struct csdl_place *j, const json_t *object, const char *type)
{
	const char *name;
	json_t *p;

	for (const char *t = type; t; t = csdl_base(t)) {
		json_t *all = json_object_get(json_object_get(csdl_types, t), "properties");

		json_object_foreach(all, name, p)
		{
			const json_t *has = json_object_get(object, name);

			/* A null in a request is a fault of its own. */
			if (json_is_false(json_object_get(p, "nullable")) &&
				(!has || (json_is_null(has) && j->kind != CSDL_REQUEST)) &&
				!csdl_is_excepted(j, type, name) && !csdl_is_excepted(j, t, name))
				csdl_fault(j, type, name, "missing, and may not be null");
		}
	}
}

static bool csdl_enum_has(const char *wanted, const char *word, bool exact)
{
	const char *name;
	json_t *number, *members = json_object_get(json_object_get(csdl_enums, wanted), "members");
	size_t i;

	/* operationStatus is declared in Pascal and travels in camel; capitals occur in logs. */
	json_object_foreach(members, name, number)
	{
		if (exact ? strcmp(name, word) == 0 : strcasecmp(name, word) == 0)
			return true;
	}
	members = json_object_get(json_object_get(csdl_enums, wanted), "beta_only_members");
	json_array_foreach(members, i, number)
	{
		if (!exact && strcasecmp(json_string_value(number), word) == 0)
			return true;
	}
	return false;
}

static bool csdl_primitive_fits(const json_t *value, const char *wanted)
{
	const char *text = json_string_value(value);

	if (strcmp(wanted, "Edm.Untyped") == 0)
		return true;
	if (strcmp(wanted, "Edm.Boolean") == 0)
		return json_is_boolean(value);
	if (strcmp(wanted, "Edm.Int32") == 0 || strcmp(wanted, "Edm.Int64") == 0)
		return json_is_integer(value);
	if (strcmp(wanted, "Edm.Single") == 0 || strcmp(wanted, "Edm.Double") == 0 ||
		strcmp(wanted, "Edm.Decimal") == 0)
		return json_is_number(value);
	if (text && strcmp(wanted, "Edm.Duration") == 0)
		return text[0] == 'P';
	if (text && strcmp(wanted, "Edm.DateTimeOffset") == 0)
		return strlen(text) >= 20 && text[10] == 'T';
	return text != NULL;
}

static void csdl_value(const struct csdl_place *j, const json_t *value, const char *wanted,
	const char *type, const char *member)
{
	char inner[128];

	if (sscanf(wanted, "Collection(%127[^)])", inner) == 1) {
		json_t *one;
		size_t i;

		if (!json_is_array(value))
			csdl_fault(j, type, member, "not an array");
		json_array_foreach((json_t *)(uintptr_t)value, i, one)
			csdl_value(j, one, inner, type, member);
	} else if (strncmp(wanted, "Edm.", 4) == 0) {
		if (!csdl_primitive_fits(value, wanted) &&
			!(json_is_string(value) && csdl_is_excepted(j, type, member)))
			csdl_fault(j, type, member, wanted);
	} else if (json_object_get(csdl_enums, wanted)) {
		if (!json_is_string(value) ||
			!csdl_enum_has(wanted, json_string_value(value), j->kind == CSDL_REQUEST))
			csdl_fault(j, type, member, "no member of its enum");
	} else if (!json_object_get(csdl_types, wanted)) {
		csdl_fault(j, type, member, "of a type that is not in the file");
	} else if (!json_is_object(value)) {
		csdl_fault(j, type, member, "not an object");
	} else {
		csdl_object(j, value, wanted);
		if (j->kind == CSDL_REQUEST)
			csdl_missing(j, value, csdl_type_of(j, value, wanted));
	}
}

#endif
