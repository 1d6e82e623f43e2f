#include "graph/wire/connector.h"

#include "bot/base/text.h"
#include "graph/wire/note_read.h"
#include "graph/wire/op_body.h"

#include <string.h>

enum { ID_MAX = 255, URL_MAX = 191 };

static enum err url_of(
	const struct connector_in *in, struct connector_out *out, bool one, struct why *why)
{
	struct text url = TEXT(out->url);
	size_t n = strlen(in->service_url);

	text_add_bytes(&url, in->service_url, n - (in->service_url[n - 1] == '/'));
	text_add(&url, "/v3/conversations");
	if (in->kind != CONNECTOR_OPEN) {
		op_add_segment(&url, in->conversation_id);
		text_add(&url, "/activities");
	}
	if (one)
		op_add_segment(&url, in->activity_id);
	if (url.cut)
		return FAIL(why, E_MALFORMED, "an id is too long for a URL");
	return OK;
}

static json_t *member(const char *id)
{
	json_t *m = json_object();

	op_set_text(&m, "id", id);
	return m;
}

static enum err write_open(
	const struct connector_in *in, struct connector_out *out, struct why *why)
{
	json_t *body, *data, *tenant;
	struct op_out op;
	enum err e = op_need(in->bot_id, "bot_id", ID_MAX, why);

	if (e == OK)
		e = op_need(in->user_id, "user_id", ID_MAX, why);
	if (e == OK)
		e = op_need(in->tenant_id, "tenant_id", ID_MAX, why);
	if (e != OK)
		return e;
	body = json_object();
	data = json_object();
	tenant = member(in->tenant_id);
	op_set(&data, "tenant", tenant);
	op_set(&body, "bot", member(in->bot_id));
	op_set(&body, "members", op_list_of(member(in->user_id)));
	op_set_text(&body, "tenantId", in->tenant_id);
	op_set(&body, "isGroup", json_false());
	op_set(&body, "channelData", data);
	e = op_body(&op, body, why);
	out->body = op.body;
	return e;
}

static enum err write_message(
	const struct connector_in *in, struct connector_out *out, struct why *why)
{
	if (!in->message)
		return FAIL(why, E_MALFORMED, "message is missing");
	out->body = strdup(in->message);
	return out->body ? OK : FAIL(why, E_SYSTEM, "no memory for a message");
}

enum err connector_write(const struct connector_in *in, struct connector_out *out, struct why *why)
{
	static const char *const methods[CONNECTOR_KINDS] = { "POST", "POST", "PUT" };
	bool one = in->kind == CONNECTOR_UPDATE;
	enum err e = op_need(in->service_url, "service_url", URL_MAX, why);

	out->body = NULL;
	out->method = methods[in->kind];
	if (e == OK && in->kind != CONNECTOR_OPEN)
		e = op_need(in->conversation_id, "conversation_id", ID_MAX, why);
	if (e == OK && one)
		e = op_need(in->activity_id, "activity_id", ID_MAX, why);
	if (e == OK)
		e = url_of(in, out, one, why);
	if (e != OK)
		return e;
	return in->kind == CONNECTOR_OPEN ? write_open(in, out, why) : write_message(in, out, why);
}

static enum err read_reply(struct reader *r, struct connector_reply *out)
{
	uint32_t error;
	enum err e;

	if (r->tape.token[0].kind != TAPE_OBJECT)
		return read_wrong(r, 0, tape_kind_text(TAPE_OBJECT));
	e = read_id(r, 0, "id", out->id, sizeof(out->id));
	if (e == OK)
		e = read_id(r, 0, "serviceUrl", out->service_url, sizeof(out->service_url));
	if (e == OK)
		e = read_member(r, 0, "error", TAPE_OBJECT, &error);
	if (e != OK || !error)
		return e;
	e = read_text(r, error, "code", out->code, sizeof(out->code));
	if (e == OK)
		e = read_text(r, error, "message", out->message, sizeof(out->message));
	text_mask_digits(out->message);
	return e;
}

/* An answer read in part is better than none: the HTTP status has said what matters. */
void connector_reply_decode(const char *body, size_t body_bytes, struct connector_reply *out)
{
	struct reader r;

	memset(out, 0, sizeof(*out));
	r.why = NULL;
	r.wrong = 0;
	if (body_bytes > 0 && tape_read(&r.tape, body, body_bytes, NULL) == OK)
		(void)!read_reply(&r, out);
}
