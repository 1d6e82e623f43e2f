#include "auth/jose/members.h"

#include <stdbool.h>
#include <string.h>

/* Fifteen digits fit into every integer here. */
enum { DIGITS_MAX = 15 };

struct cursor {
	const char *at, *end;
};

static bool take(struct cursor *c, char wanted)
{
	if (c->at == c->end || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

/* Printable ASCII without an escape. */
static bool take_text(struct cursor *c, const char **text, size_t *bytes)
{
	if (!take(c, '"'))
		return false;
	*text = c->at;
	while (c->at < c->end && *c->at >= ' ' && *c->at < 0x7f && *c->at != '"' && *c->at != '\\')
		c->at++;
	*bytes = (size_t)(c->at - *text);
	return take(c, '"');
}

static bool take_whole(struct cursor *c, json_int_t *whole)
{
	const char *from = c->at;

	*whole = 0;
	while (c->at < c->end && *c->at >= '0' && *c->at <= '9' && c->at - from <= DIGITS_MAX)
		*whole = *whole * 10 + (*c->at++ - '0');
	return c->at > from && c->at - from <= DIGITS_MAX && (*from != '0' || c->at - from == 1);
}

static const struct member *find(const struct members *m, const char *name, size_t bytes)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->item[i].name_bytes == bytes && !memcmp(m->item[i].name, name, bytes))
			return &m->item[i];
	return NULL;
}

static bool take_member(struct cursor *c, struct members *out)
{
	struct member *m = &out->item[out->n];

	if (out->n == MEMBERS_MAX || !take_text(c, &m->name, &m->name_bytes) || !take(c, ':') ||
		find(out, m->name, m->name_bytes))
		return false;
	m->kind = c->at < c->end && *c->at == '"' ? MEMBER_TEXT : MEMBER_WHOLE;
	out->n++;
	return m->kind == MEMBER_TEXT ? take_text(c, &m->text, &m->bytes)
				      : take_whole(c, &m->whole);
}

/* False: not that plain, nothing is known of it. */
static bool read_in_place(const char *bytes, size_t n, struct members *out)
{
	struct cursor c = { bytes, bytes + n };

	if (!take(&c, '{') || !take_member(&c, out))
		return false;
	while (take(&c, ','))
		if (!take_member(&c, out))
			return false;
	return take(&c, '}') && c.at == c.end;
}

static void add_parsed(struct members *out, const char *name, const json_t *value)
{
	struct member *m = &out->item[out->n++];

	*m = (struct member){ .name = name, .name_bytes = strlen(name), .kind = MEMBER_OTHER };
	if (json_is_string(value)) {
		m->kind = MEMBER_TEXT;
		m->text = json_string_value(value);
		m->bytes = json_string_length(value);
	} else if (json_is_integer(value)) {
		m->kind = MEMBER_WHOLE;
		m->whole = json_integer_value(value);
	} else if (json_is_array(value)) {
		m->kind = MEMBER_LIST;
		m->list = value;
	}
}

enum err members_read(const char *bytes, size_t n, struct members *out, struct why *why)
{
	const char *name;
	json_t *value;
	enum err e;

	out->n = 0;
	out->root = NULL;
	if (read_in_place(bytes, n, out))
		return OK;
	out->n = 0;
	e = jose_json(bytes, n, &out->root, why);
	if (e != OK)
		return e;
	if (json_object_size(out->root) > MEMBERS_MAX)
		return FAIL(why, E_MALFORMED, "more than %d members", MEMBERS_MAX);
	json_object_foreach(out->root, name, value)
	{
		add_parsed(out, name, value);
	}
	return OK;
}

void members_fini(struct members *m)
{
	json_decref(m->root);
	m->root = NULL;
	m->n = 0;
}

const struct member *members_find(const struct members *m, const char *name)
{
	return find(m, name, strlen(name));
}
