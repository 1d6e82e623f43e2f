#include "graph/sim/fields.h"

#include "bot/base/guid.h"
#include "bot/base/text.h"

#include <math.h>
#include <string.h>

static enum err unknown(
	struct reader *r, const char *where, const char *name, const struct field *fields, size_t n)
{
	char have[256];
	struct text t = TEXT(have);

	for (size_t i = 0; i < n; i++)
		text_add(&t, "%s%s", i ? ", " : "", fields[i].name);
	return FAIL(r->why, E_MALFORMED, "%s: %s: \"%.40s\" is unknown (have: %s)", r->file, where,
		name, have);
}

static enum err number(
	struct reader *r, const char *where, const struct field *f, json_t *json, double *out)
{
	if (!json_is_number(json) || !isfinite(json_number_value(json)) ||
		json_number_value(json) < f->min || json_number_value(json) > f->max)
		return FAIL(r->why, E_MALFORMED, "%s: %s.%s: want a number from %g to %g%s",
			r->file, where, f->name, f->min, f->max,
			f->kind == FIELD_SECONDS ? " (seconds)" : "");
	*out = json_number_value(json);
	return OK;
}

static enum err whole(
	struct reader *r, const char *where, const struct field *f, json_t *json, uint64_t *out)
{
	if (!json_is_integer(json) || (double)json_integer_value(json) < f->min ||
		(double)json_integer_value(json) > f->max)
		return FAIL(r->why, E_MALFORMED, "%s: %s.%s: want a whole number from %g to %g",
			r->file, where, f->name, f->min, f->max);
	*out = (uint64_t)json_integer_value(json);
	return OK;
}

static enum err text_of_json(
	struct reader *r, const char *where, const struct field *f, json_t *json, char *out)
{
	struct guid g;

	if (!json_is_string(json))
		return FAIL(r->why, E_MALFORMED, "%s: %s.%s: want a text in quotes", r->file, where,
			f->name);
	if (f->kind == FIELD_GUID) {
		if (guid_parse(json_string_value(json), json_string_length(json), &g) != OK)
			return FAIL(r->why, E_MALFORMED,
				"%s: %s.%s: want a GUID like 11111111-2222-3333-4444-555555555555",
				r->file, where, f->name);
		guid_print(g, out);
		return OK;
	}
	if (text_copy(out, f->size, json_string_value(json)) != OK)
		return FAIL(r->why, E_MALFORMED, "%s: %s.%s: longer than %zu bytes", r->file, where,
			f->name, f->size - 1);
	return OK;
}

static enum err field_read(
	struct reader *r, const char *where, const struct field *f, json_t *json, void *out)
{
	char *at = (char *)out + f->offset;
	double d = 0;
	uint64_t u = 0;
	enum err e;
	char inner[128];
	struct text t = TEXT(inner);

	switch (f->kind) {
	case FIELD_TEXT:
	case FIELD_GUID:
		return text_of_json(r, where, f, json, at);
	case FIELD_SECONDS:
		e = number(r, where, f, json, &d);
		if (e == OK)
			*(uint64_t *)(void *)at = (uint64_t)llround(d * 1000.0);
		return e;
	case FIELD_NUMBER:
		return number(r, where, f, json, (double *)(void *)at);
	case FIELD_COUNT:
		e = whole(r, where, f, json, &u);
		if (e == OK)
			*(uint32_t *)(void *)at = (uint32_t)u;
		return e;
	case FIELD_SEED:
		return whole(r, where, f, json, (uint64_t *)(void *)at);
	case FIELD_FLAG:
		if (!json_is_boolean(json))
			return FAIL(r->why, E_MALFORMED, "%s: %s.%s: want true or false", r->file,
				where, f->name);
		*(bool *)(void *)at = json_is_true(json);
		return OK;
	case FIELD_OTHER:
		text_add(&t, "%s.%s", where, f->name);
		return f->read(r, inner, json, out);
	}
	return OK;
}

enum err fields_read(struct reader *r, const char *where, json_t *json, const struct field *fields,
	size_t n, void *out)
{
	const char *name;
	json_t *value;

	if (!json_is_object(json))
		return FAIL(
			r->why, E_MALFORMED, "%s: %s: want an object in braces", r->file, where);
	json_object_foreach(json, name, value)
	{
		size_t i = 0;

		while (i < n && strcmp(fields[i].name, name) != 0)
			i++;
		if (i == n)
			return unknown(r, where, name, fields, n);
	}
	/* In the table's order, so that a member may lean on those above it. */
	for (size_t i = 0; i < n; i++) {
		enum err e;

		value = json_object_get(json, fields[i].name);
		if (!value && fields[i].need)
			return FAIL(r->why, E_MALFORMED, "%s: %s: \"%s\" is missing", r->file,
				where, fields[i].name);
		if (!value)
			continue;
		e = field_read(r, where, &fields[i], value, out);
		if (e != OK)
			return e;
	}
	return OK;
}
