/*
 * POST /communications/calls/{id}/subscribeToTone: once a call; digits then come as updates of it.
 * Uses call_id, client_context.
 */
#include "graph/wire/op_body.h"

enum err op_subscribe_to_tone(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need(in->client_context, "client_context", OP_CONTEXT_CHARS_MAX, why);
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/subscribeToTone", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set_text(&body, "clientContext", in->client_context);
	return op_body(out, body, why);
}
