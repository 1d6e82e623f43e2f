#include "graph/sim/body.h"

#include "bot/base/text.h"

#include <string.h>

static bool tag_fits(const char *tag, const struct body_shape *shape)
{
	for (size_t i = 0; i < ARRAY_LEN(shape->tag) && shape->tag[i]; i++)
		if (text_same_nocase(tag, shape->tag[i]))
			return true;
	return !shape->tag[0];
}

static enum err tag_check(
	json_t *json, const char *where, const struct body_shape *shape, struct why *why)
{
	json_t *tag = json_object_get(json, "@odata.type");

	if (!tag && shape->tag_need)
		return FAIL(why, E_MALFORMED, "%s: @odata.type is missing; want %s", where,
			shape->tag[0]);
	if (tag && (!json_is_string(tag) || !tag_fits(json_string_value(tag), shape)))
		return FAIL(why, E_MALFORMED, "%s: @odata.type is not %s", where, shape->tag[0]);
	return OK;
}

static enum err list_check(
	json_t *json, const char *where, const struct body_member *m, struct why *why)
{
	if (!json_is_array(json))
		return FAIL(why, E_MALFORMED, "%s: want a list", where);
	if (m->need && json_array_size(json) == 0)
		return FAIL(why, E_MALFORMED, "%s: want at least one element", where);
	if (m->max && json_array_size(json) > m->max)
		return FAIL(why, E_MALFORMED, "%s: more than %zu elements", where, m->max);
	for (size_t i = 0; i < json_array_size(json); i++) {
		json_t *one = json_array_get(json, i);
		char at[160];
		struct text t = TEXT(at);
		enum err e = OK;

		text_add(&t, "%s[%zu]", where, i);
		if (m->kind == BODY_OBJECTS)
			e = body_check(one, at, m->shape, why);
		else if (!json_is_string(one))
			e = FAIL(why, E_MALFORMED, "%s: want a string", at);
		if (e != OK)
			return e;
	}
	return OK;
}

static enum err member_check(
	json_t *json, const char *where, const struct body_member *m, struct why *why)
{
	if (json_is_null(json) && !m->need)
		return OK;
	switch (m->kind) {
	case BODY_TEXT:
		if (!json_is_string(json) || (m->need && !json_string_length(json)))
			return FAIL(why, E_MALFORMED, "%s: want a string", where);
		if (m->max && json_string_length(json) > m->max)
			return FAIL(
				why, E_MALFORMED, "%s: longer than %zu characters", where, m->max);
		return OK;
	case BODY_INT:
		if (!json_is_integer(json) || json_integer_value(json) < 0 ||
			(m->max && (size_t)json_integer_value(json) > m->max))
			return FAIL(
				why, E_MALFORMED, "%s: want a whole number in its range", where);
		return OK;
	case BODY_FLAG:
		return json_is_boolean(json) ? OK
					     : FAIL(why, E_MALFORMED, "%s: want a boolean", where);
	case BODY_OBJECT:
		return body_check(json, where, m->shape, why);
	case BODY_OBJECTS:
	case BODY_TEXTS:
		return list_check(json, where, m, why);
	case BODY_ANY:
		return OK;
	}
	return OK;
}

static const struct body_member *member_of(const struct body_shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->n; i++)
		if (strcmp(shape->member[i].name, name) == 0)
			return &shape->member[i];
	return NULL;
}

enum err body_check(
	json_t *json, const char *where, const struct body_shape *shape, struct why *why)
{
	const char *name;
	json_t *value;
	enum err e;

	if (!json_is_object(json))
		return FAIL(why, E_MALFORMED, "%s: want an object", where);
	e = tag_check(json, where, shape, why);
	for (size_t i = 0; e == OK && i < shape->n; i++)
		if (shape->member[i].need && !json_object_get(json, shape->member[i].name))
			e = FAIL(why, E_MALFORMED, "%s: %s is missing", where,
				shape->member[i].name);
	if (e != OK)
		return e;
	json_object_foreach(json, name, value)
	{
		const struct body_member *m = member_of(shape, name);
		char at[160];
		struct text t = TEXT(at);

		if (strcmp(name, "@odata.type") == 0)
			continue;
		if (!m)
			return FAIL(why, E_MALFORMED,
				"%s: the property '%.40s' does not exist on it", where, name);
		text_add(&t, "%s.%s", where, name);
		e = member_check(value, at, m, why);
		if (e != OK)
			return e;
	}
	return OK;
}
