/* PATCH /subscriptions/{id}: a later end. Uses subscription_id, subscription->expires_unix_ms. */
#include "graph/wire/op_body.h"

#include "graph/wire/datetime.h"

enum err op_renew_subscription(const struct op_in *in, struct op_out *out, struct why *why)
{
	char expires[DATETIME_TEXT];
	json_t *body;
	enum err e = op_need(in->subscription_id, "subscription_id", OP_ID_MAX, why);

	if (e == OK && !in->subscription)
		return FAIL(why, E_MALFORMED, "subscription is missing");
	if (e == OK)
		e = op_path_of(out, "PATCH", "/v1.0/subscriptions", in->subscription_id, NULL, why);
	if (e != OK)
		return e;
	datetime_print(in->subscription->expires_unix_ms, expires);
	body = json_object();
	op_set_text(&body, "expirationDateTime", expires);
	return op_body(out, body, why);
}
