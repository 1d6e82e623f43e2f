/*
 * POST /subscriptions. Before Graph answers, it sends a handshake to both URLs, and waits 10 s for
 * each to be answered.
 * Uses subscription: all of it; lifecycle_url and, where content shall come along, certificate and
 * certificate_id may be left out.
 */
#include "graph/wire/op_body.h"

#include "graph/wire/datetime.h"

enum {
	CERTIFICATE_CHARS_MAX = 16 * 1024,
	CLIENT_STATE_CHARS_MAX = 128,
	RESOURCE_CHARS_MAX = 32768
};

static enum err need(const struct op_subscription *s, struct why *why)
{
	enum err e = op_need(s->resource, "resource", RESOURCE_CHARS_MAX, why);

	if (e == OK)
		e = op_need(s->change_type, "change_type", OP_ID_MAX, why);
	if (e == OK)
		e = op_need(s->url, "url", OP_URI_BYTES_MAX, why);
	if (e == OK)
		e = op_may(s->lifecycle_url, "lifecycle_url", OP_URI_BYTES_MAX, why);
	if (e == OK)
		e = op_need(s->client_state, "client_state", CLIENT_STATE_CHARS_MAX, why);
	if (e == OK && !s->certificate != !s->certificate_id)
		return FAIL(why, E_MALFORMED, "certificate and certificate_id want each other");
	if (e == OK)
		e = op_may(s->certificate, "certificate", CERTIFICATE_CHARS_MAX, why);
	return e == OK ? op_may(s->certificate_id, "certificate_id", OP_ID_MAX, why) : e;
}

enum err op_create_subscription(const struct op_in *in, struct op_out *out, struct why *why)
{
	const struct op_subscription *s = in->subscription;
	char expires[DATETIME_TEXT];
	json_t *body;
	enum err e;

	if (!s)
		return FAIL(why, E_MALFORMED, "subscription is missing");
	e = need(s, why);
	if (e == OK)
		e = op_path_of(out, "POST", "/v1.0/subscriptions", NULL, NULL, why);
	if (e != OK)
		return e;
	datetime_print(s->expires_unix_ms, expires);
	body = json_object();
	op_set_text(&body, "changeType", s->change_type);
	op_set_text(&body, "notificationUrl", s->url);
	op_set_text(&body, "lifecycleNotificationUrl", s->lifecycle_url);
	op_set_text(&body, "resource", s->resource);
	op_set_text(&body, "expirationDateTime", expires);
	op_set_text(&body, "clientState", s->client_state);
	if (s->certificate) {
		op_set(&body, "includeResourceData", json_true());
		op_set_text(&body, "encryptionCertificate", s->certificate);
		op_set_text(&body, "encryptionCertificateId", s->certificate_id);
	}
	return op_body(out, body, why);
}
