#include "graph/wire/reply.h"

#include "graph/wire/note_read.h"

#include <string.h>

enum { INNER_ERRORS_MAX = 4 };

enum reply_class reply_class(int http_status)
{
	if (http_status >= 200 && http_status < 300)
		return REPLY_OK;
	switch (http_status) {
	case 401:
		return REPLY_AUTH;
	case 403:
		return REPLY_FORBIDDEN;
	case 404:
	case 410:
		return REPLY_GONE;
	case 409:
		return REPLY_CONFLICT;
	case 429:
		return REPLY_THROTTLED;
	case 408:
		return REPLY_TRANSIENT;
	}
	return http_status >= 500 && http_status < 600 ? REPLY_TRANSIENT : REPLY_REFUSED;
}

/* Calling writes decimal strings, Graph at large writes words; a bare number is taken as well. */
static enum err read_error_code(struct reader *r, uint32_t error, char *out, size_t out_size)
{
	uint32_t at = tape_member(&r->tape, error, "code");
	const struct tape_token *code = &r->tape.token[at];
	struct text t;

	if (at == 0 || code->kind != TAPE_NUMBER)
		return read_text(r, error, "code", out, out_size);
	t = text_of(out, out_size);
	text_add_bytes(&t, r->tape.text + code->at, code->size);
	return OK;
}

/* The reference spells it both ways, and one may stand in another. */
static enum err read_inner(struct reader *r, uint32_t error, uint32_t *inner)
{
	enum err e = read_member(r, error, "innerError", TAPE_OBJECT, inner);

	if (e == OK && !*inner)
		e = read_member(r, error, "innererror", TAPE_OBJECT, inner);
	return e;
}

static enum err read_error(struct reader *r, struct reply *out)
{
	uint32_t error;
	enum err e = read_member(r, 0, "error", TAPE_OBJECT, &error);

	if (e != OK || !error)
		return e;
	e = read_error_code(r, error, out->code, sizeof(out->code));
	if (e == OK)
		e = read_text(r, error, "message", out->message, sizeof(out->message));
	text_mask_digits(out->message);
	for (int i = 0; i < INNER_ERRORS_MAX && e == OK; i++) {
		e = read_inner(r, error, &error);
		if (e != OK || !error)
			break;
		e = read_error_code(r, error, out->inner_code, sizeof(out->inner_code));
		if (e == OK && !out->request_id[0])
			e = read_text(
				r, error, "request-id", out->request_id, sizeof(out->request_id));
	}
	return e;
}

static enum err read_first_participant(struct reader *r, struct reply *out)
{
	uint32_t array;
	enum err e = read_member(r, 0, "participants", TAPE_ARRAY, &array);

	if (e != OK || !array || r->tape.token[array].size == 0 ||
		r->tape.token[array + 1].kind != TAPE_OBJECT)
		return e;
	return read_id(
		r, array + 1, "participantId", out->participant_id, sizeof(out->participant_id));
}

static enum err read_an_operation(struct reader *r, struct reply *out)
{
	enum err e = read_id(r, 0, "id", out->op_id, sizeof(out->op_id));

	if (e == OK)
		e = read_status(r, 0, &out->status);
	if (e == OK)
		e = read_id(
			r, 0, "clientContext", out->client_context, sizeof(out->client_context));
	return e == OK ? read_first_participant(r, out) : e;
}

static enum err read_a_call(struct reader *r, struct reply *out)
{
	enum err e = read_guid(r, 0, "id", &out->call_id);

	if (e == OK)
		e = read_state(r, 0, &out->state);
	if (e == OK)
		e = read_guid(r, 0, "callChainId", &out->chain_id);
	if (e == OK)
		e = read_id(r, 0, "myParticipantId", out->my_participant_id,
			sizeof(out->my_participant_id));
	return e == OK ? read_audio(r, 0, &out->audio) : e;
}

static enum err read_group(struct reader *r, uint32_t object, struct reply *out)
{
	if (out->n_groups == REPLY_GROUPS_MAX)
		return FAIL(r->why, E_LIMIT, "more than %d audio routing groups", REPLY_GROUPS_MAX);
	return read_id(r, object, "id", out->group_id[out->n_groups++], NOTE_ID_MAX);
}

static enum err read_one_party(struct reader *r, struct reply *out)
{
	out->n_parties = 1;
	return read_participant(r, 0, &out->party[0]);
}

enum entity { ENTITY_CALL, ENTITY_OPERATION, ENTITY_PARTICIPANT, ENTITY_GROUP };

/* Untagged answers are told apart by what only one of them has. */
static enum entity entity_of(const struct reader *r, uint32_t object, const char *tag)
{
	static const struct {
		const char *member;
		enum entity is;
	} signs[] = { { "routingMode", ENTITY_GROUP }, { "info", ENTITY_PARTICIPANT },
		{ "status", ENTITY_OPERATION }, { "clientContext", ENTITY_OPERATION } };
	size_t n = strlen(tag);

	if (n > 9 && text_same_nocase(tag + n - 9, "Operation"))
		return ENTITY_OPERATION;
	if (text_same_nocase(tag, "audioRoutingGroup"))
		return ENTITY_GROUP;
	if (text_same_nocase(tag, "participant"))
		return ENTITY_PARTICIPANT;
	for (size_t i = 0; i < ARRAY_LEN(signs) && !tag[0]; i++)
		if (tape_member(&r->tape, object, signs[i].member))
			return signs[i].is;
	return ENTITY_CALL;
}

static enum err read_entity(struct reader *r, struct reply *out)
{
	char tag[64] = "";
	enum err e = read_tag(r, 0, tag, sizeof(tag));

	if (e != OK)
		return e;
	switch (entity_of(r, 0, tag)) {
	case ENTITY_GROUP:
		return read_group(r, 0, out);
	case ENTITY_PARTICIPANT:
		return read_one_party(r, out);
	case ENTITY_OPERATION:
		e = read_an_operation(r, out);
		break;
	case ENTITY_CALL:
		e = read_a_call(r, out);
		break;
	}
	return e == OK ? read_result(r, 0, &out->result) : e;
}

/* A link that does not fit leads nowhere: there is more, and no way to it. */
static enum err read_next(struct reader *r, struct reply *out)
{
	char link[REPLY_PAGE_MAX + 256];
	const char *host, *path;
	uint32_t at;
	enum err e = read_member(r, 0, "@odata.nextLink", TAPE_STRING, &at);

	if (e != OK || !at)
		return e;
	if (!tape_string(&r->tape, at, link, sizeof(link))) {
		out->parties_cut = true;
		return OK;
	}
	host = strstr(link, "://");
	path = strchr(host ? host + 3 : link, '/');
	if (!path || text_copy(out->next_page, sizeof(out->next_page), path) != OK) {
		out->next_page[0] = '\0';
		out->parties_cut = link[0] != '\0';
	}
	return OK;
}

static enum err read_collection(struct reader *r, uint32_t array, struct reply *out)
{
	const struct tape_token *token = r->tape.token;
	char tag[64] = "";
	enum err e = read_next(r, out);

	if (e == OK && token[array].size > 0 && token[array + 1].kind == TAPE_OBJECT)
		e = read_tag(r, array + 1, tag, sizeof(tag));
	if (e != OK)
		return e;
	if (token[array].size == 0 || token[array + 1].kind != TAPE_OBJECT ||
		entity_of(r, array + 1, tag) != ENTITY_GROUP) {
		e = read_roster(r, array, out->party, &out->n_parties);
		out->parties_cut |= e == E_LIMIT;
		out->is_collection = e == OK || e == E_LIMIT;
		return e;
	}
	for (uint32_t i = array + 1; i < token[array].next && e == OK; i = token[i].next)
		if (token[i].kind == TAPE_OBJECT)
			e = read_group(r, i, out);
	out->is_collection = e == OK;
	return e;
}

static enum err read_reply(struct reader *r, struct reply *out)
{
	uint32_t value;
	enum err e;

	if (r->tape.token[0].kind != TAPE_OBJECT)
		return read_wrong(r, 0, tape_kind_text(TAPE_OBJECT));
	if (out->kind != REPLY_OK)
		return read_error(r, out);
	e = read_member(r, 0, "value", TAPE_ARRAY, &value);
	if (e != OK)
		return e;
	return value ? read_collection(r, value, out) : read_entity(r, out);
}

/* An answer read in part is better than none: the class has already said what matters. */
void reply_decode(int http_status, const char *body, size_t body_bytes, struct reply *out)
{
	struct reader r;

	memset(out, 0, sizeof(*out));
	out->kind = reply_class(http_status);
	r.why = NULL;
	r.wrong = 0;
	if (body_bytes > 0 && tape_read(&r.tape, body, body_bytes, NULL) == OK)
		(void)!read_reply(&r, out);
}
