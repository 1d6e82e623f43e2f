#include "graph/wire/change.h"

#include "graph/wire/datetime.h"
#include "graph/wire/note_read.h"

#include <string.h>

enum { ID_BYTES_MAX = 128, TYPE_BYTES_MAX = 96 };

static const struct word changes[] = {
	{ "created", CHANGE_CREATED },
	{ "updated", CHANGE_UPDATED },
	{ "deleted", CHANGE_DELETED },
};

static const struct word events[] = {
	{ "reauthorizationRequired", LIFECYCLE_REAUTHORIZE },
	{ "subscriptionRemoved", LIFECYCLE_REMOVED },
	{ "missed", LIFECYCLE_MISSED },
};

/* The decoded text of a string token, in the room; decoding never makes it longer. */
static enum err keep_token(
	struct reader *r, struct changes *out, uint32_t at, size_t bytes_max, const char **to)
{
	size_t size = r->tape.token[at].size;
	char *room = out->room + out->room_used;

	r->wrong = at;
	if (size >= sizeof(out->room) - out->room_used)
		return FAIL(
			r->why, E_LIMIT, "more than %d bytes of text in one body", CHANGES_ROOM);
	tape_string(&r->tape, at, room, size + 1);
	size = strlen(room);
	if (size > bytes_max)
		return FAIL(r->why, E_LIMIT, "a text is longer than %zu bytes", bytes_max);
	out->room_used += size + 1;
	*to = room;
	return OK;
}

static enum err keep(struct reader *r, struct changes *out, uint32_t object, const char *name,
	size_t bytes_max, const char **to)
{
	uint32_t at;
	enum err e = read_member(r, object, name, TAPE_STRING, &at);

	*to = "";
	return e == OK && at ? keep_token(r, out, at, bytes_max, to) : e;
}

static enum err read_expiry(struct reader *r, uint32_t item, struct change *c)
{
	char text[64] = "";
	enum err e = read_text(r, item, "subscriptionExpirationDateTime", text, sizeof(text));

	(void)datetime_read(text, &c->expires_unix_ms);
	return e;
}

static enum err read_words(struct reader *r, uint32_t item, struct change *c)
{
	int change = CHANGE_NONE, event = LIFECYCLE_NONE;
	enum err e = read_word(
		r, item, "changeType", changes, ARRAY_LEN(changes), CHANGE_NONE, &change);

	if (e == OK)
		e = read_word(r, item, "lifecycleEvent", events, ARRAY_LEN(events), LIFECYCLE_OTHER,
			&event);
	c->change = (enum note_change)change;
	c->lifecycle = (enum lifecycle)event;
	return e;
}

static enum err read_data(struct reader *r, struct changes *out, uint32_t item, struct change *c)
{
	char tag[TYPE_BYTES_MAX] = "";
	uint32_t data;
	size_t n;
	enum err e = read_member(r, item, "resourceData", TAPE_OBJECT, &data);

	if (e != OK || !data)
		return e;
	e = read_tag(r, data, tag, sizeof(tag));
	n = strlen(tag) + 1;
	if (e == OK && n > sizeof(out->room) - out->room_used)
		return FAIL(
			r->why, E_LIMIT, "more than %d bytes of text in one body", CHANGES_ROOM);
	if (e != OK)
		return e;
	c->data_type = memcpy(out->room + out->room_used, tag, n);
	out->room_used += n;
	return keep(r, out, data, "id", ID_BYTES_MAX, &c->data_id);
}

/* Half of it can be neither verified nor opened, so all of it must be there. */
static enum err read_encrypted(
	struct reader *r, struct changes *out, uint32_t item, struct change *c)
{
	struct encrypted *x = &c->encrypted;
	const struct {
		const char *name;
		const char **to;
		size_t bytes_max;
	} part[] = {
		{ "data", &x->data, CHANGES_ROOM },
		{ "dataSignature", &x->signature, ID_BYTES_MAX },
		{ "dataKey", &x->key, 1024 },
		{ "encryptionCertificateId", &x->certificate_id, ID_BYTES_MAX },
		{ "encryptionCertificateThumbprint", &x->thumbprint, ID_BYTES_MAX },
	};
	uint32_t object;
	enum err e = read_member(r, item, "encryptedContent", TAPE_OBJECT, &object);

	c->is_encrypted = e == OK && object;
	for (size_t i = 0; c->is_encrypted && e == OK && i < ARRAY_LEN(part); i++) {
		e = keep(r, out, object, part[i].name, part[i].bytes_max, part[i].to);
		if (e == OK && !**part[i].to) {
			r->wrong = object;
			e = FAIL(r->why, E_MALFORMED, "encryptedContent has no %s", part[i].name);
		}
	}
	return e;
}

static enum err read_item(struct reader *r, struct changes *out, uint32_t item, struct change *c)
{
	enum err e = read_guid(r, item, "subscriptionId", &c->subscription_id);

	if (e == OK)
		e = read_guid(r, item, "tenantId", &c->tenant_id);
	if (e == OK)
		e = read_words(r, item, c);
	if (e == OK)
		e = read_expiry(r, item, c);
	if (e == OK)
		e = keep(r, out, item, "clientState", CHANGE_STATE_MAX - 1, &c->client_state);
	if (e == OK)
		e = keep(r, out, item, "resource", CHANGE_RESOURCE_MAX - 1, &c->resource);
	if (e == OK)
		e = read_data(r, out, item, c);
	return e == OK ? read_encrypted(r, out, item, c) : e;
}

static enum err read_items(struct reader *r, struct changes *out)
{
	const struct tape_token *token = r->tape.token;
	uint32_t array;
	enum err e = read_member(r, 0, "value", TAPE_ARRAY, &array);

	if (e == OK && !array)
		return FAIL(r->why, E_MALFORMED, "a change notification without a value");
	if (e != OK)
		return e;
	for (uint32_t i = array + 1; e == OK && i < token[array].next; i = token[i].next) {
		r->wrong = i;
		if (token[i].kind != TAPE_OBJECT)
			return read_wrong(r, i, tape_kind_text(TAPE_OBJECT));
		if (out->n == CHANGES_MAX)
			return FAIL(r->why, E_LIMIT,
				"more than %d change notifications in one body", CHANGES_MAX);
		out->item[out->n] = (struct change){ .client_state = "",
			.resource = "",
			.data_type = "",
			.data_id = "",
			.encrypted = { "", "", "", "", "" } };
		e = read_item(r, out, i, &out->item[out->n++]);
	}
	return e;
}

static enum err read_tokens(struct reader *r, struct changes *out)
{
	const struct tape_token *token = r->tape.token;
	uint32_t array;
	enum err e = read_member(r, 0, "validationTokens", TAPE_ARRAY, &array);

	if (e != OK || !array)
		return e;
	for (uint32_t i = array + 1; e == OK && i < token[array].next; i = token[i].next) {
		r->wrong = i;
		if (token[i].kind != TAPE_STRING)
			return read_wrong(r, i, tape_kind_text(TAPE_STRING));
		if (out->n_tokens == CHANGE_TOKENS_MAX)
			return FAIL(r->why, E_LIMIT, "more than %d validationTokens in one body",
				CHANGE_TOKENS_MAX);
		e = keep_token(r, out, i, CHANGES_ROOM, &out->token[out->n_tokens]);
		out->n_tokens += e == OK;
	}
	return e;
}

enum err changes_decode(const char *body, size_t body_bytes, struct changes *out, struct why *why)
{
	struct reader r;
	enum err e;

	r.why = why;
	r.wrong = 0;
	out->n = out->n_tokens = out->room_used = 0;
	out->line = out->column = 0;
	e = tape_read(&r.tape, body, body_bytes, why);
	if (e != OK) {
		out->line = r.tape.line;
		out->column = r.tape.column;
		return e;
	}
	if (r.tape.token[0].kind != TAPE_OBJECT)
		e = read_wrong(&r, 0, tape_kind_text(TAPE_OBJECT));
	if (e == OK)
		e = read_items(&r, out);
	if (e == OK)
		e = read_tokens(&r, out);
	if (e != OK)
		tape_place(&r.tape, r.wrong, &out->line, &out->column);
	return e;
}

/* "…/ID" or "…('ID')". */
static const char *last_of_path(const char *resource, size_t *n)
{
	const char *at = strrchr(resource, '/');

	at = at ? at + 1 : resource;
	if (strchr(at, '(') && strlen(at) > 4 && !strcmp(at + strlen(at) - 2, "')")) {
		at = strchr(at, '(') + 1;
		at += *at == '\'';
		*n = strlen(at) > 2 ? strlen(at) - 2 : 0;
	} else {
		*n = strcspn(at, "?");
	}
	return at;
}

bool change_entity_id(const struct change *c, char out[NOTE_ID_MAX])
{
	const char *at = c->data_id;
	size_t n = strlen(at);

	if (n == 0)
		at = last_of_path(c->resource, &n);
	if (n == 0 || n >= NOTE_ID_MAX)
		return false;
	memcpy(out, at, n);
	out[n] = '\0';
	return true;
}
