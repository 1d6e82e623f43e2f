#include "graph/wire/subscription.h"

#include "graph/wire/datetime.h"
#include "graph/wire/note_read.h"

#include <string.h>

/* Half of it is none: these are compared, and shown to nobody. */
static enum err read_whole(
	struct reader *r, uint32_t object, const char *name, char *out, size_t out_size)
{
	uint32_t at;
	enum err e = read_member(r, object, name, TAPE_STRING, &at);

	out[0] = '\0';
	if (e == OK && at && !tape_string(&r->tape, at, out, out_size))
		out[0] = '\0';
	return e;
}

static enum err read_subscription(struct reader *r, uint32_t object, struct subscription *out)
{
	char expires[64] = "";
	enum err e = read_guid(r, object, "id", &out->id);

	if (e == OK)
		e = read_text(r, object, "expirationDateTime", expires, sizeof(expires));
	(void)datetime_read(expires, &out->expires_unix_ms);
	if (e == OK)
		e = read_whole(r, object, "resource", out->resource, sizeof(out->resource));
	if (e == OK)
		e = read_whole(r, object, "changeType", out->change_type, sizeof(out->change_type));
	if (e == OK)
		e = read_whole(r, object, "notificationUrl", out->url, sizeof(out->url));
	return e == OK ? read_whole(r, object, "encryptionCertificateId", out->certificate_id,
				 sizeof(out->certificate_id))
		       : e;
}

static enum err read_body(struct reader *r, const char *body, size_t n, struct why *why)
{
	enum err e;

	r->why = why;
	r->wrong = 0;
	e = tape_read(&r->tape, body, n, why);
	if (e == OK && r->tape.token[0].kind != TAPE_OBJECT)
		e = read_wrong(r, 0, tape_kind_text(TAPE_OBJECT));
	return e;
}

enum err subscription_decode(
	const char *body, size_t body_bytes, struct subscription *out, struct why *why)
{
	struct reader r;
	enum err e = read_body(&r, body, body_bytes, why);

	*out = (struct subscription){ .resource = "" };
	if (e == OK)
		e = read_subscription(&r, 0, out);
	if (e == OK && guid_is_none(out->id))
		e = FAIL(why, E_MALFORMED, "a subscription without an id that is a GUID");
	return e;
}

static enum err read_next(struct reader *r, struct subscriptions *out)
{
	return read_id(r, 0, "@odata.nextLink", out->next_link, sizeof(out->next_link));
}

enum err subscriptions_decode(
	const char *body, size_t body_bytes, struct subscriptions *out, struct why *why)
{
	struct reader r;
	uint32_t array = 0;
	enum err e = read_body(&r, body, body_bytes, why);

	out->n = 0;
	out->next_link[0] = '\0';
	if (e == OK)
		e = read_member(&r, 0, "value", TAPE_ARRAY, &array);
	if (e == OK && !array)
		e = FAIL(why, E_MALFORMED, "a list of subscriptions without a value");
	if (e != OK)
		return e;
	for (uint32_t i = array + 1; i < r.tape.token[array].next; i = r.tape.token[i].next) {
		if (r.tape.token[i].kind != TAPE_OBJECT)
			return read_wrong(&r, i, tape_kind_text(TAPE_OBJECT));
		if (out->n == SUBSCRIPTIONS_MAX)
			return FAIL(why, E_LIMIT, "more than %d subscriptions on one page",
				SUBSCRIPTIONS_MAX);
		out->item[out->n] = (struct subscription){ .resource = "" };
		e = read_subscription(&r, i, &out->item[out->n++]);
		if (e != OK)
			return e;
	}
	return read_next(&r, out);
}
