/*
 * POST /communications/calls/{id}/reject, instead of answering.
 * Uses call_id, reason (in lower case, whatever the docs' tables say), callback_uri.
 */
#include "graph/wire/op_body.h"

#include <string.h>

bool op_reason_is_known(const char *reason)
{
	static const char *const known[] = { "none", "busy", "forbidden" };

	for (size_t i = 0; reason && i < ARRAY_LEN(known); i++)
		if (strcmp(reason, known[i]) == 0)
			return true;
	return false;
}

enum err op_reject(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need_callback(in, why);
	if (e == OK && !op_reason_is_known(in->reason))
		e = FAIL(why, E_MALFORMED, "reason is none of none, busy, forbidden");
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/reject", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set_text(&body, "reason", in->reason);
	op_set_text(&body, "callbackUri", in->callback_uri);
	return op_body(out, body, why);
}
