/*
 * POST /communications/calls/{id}/cancelMediaProcessing: what plays or waits to play ends as
 * failed, 400/8508. Tones stay subscribed. Uses call_id, client_context.
 */
#include "graph/wire/op_body.h"

enum err op_cancel_media_processing(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need(in->client_context, "client_context", OP_CONTEXT_CHARS_MAX, why);
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/cancelMediaProcessing", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set_text(&body, "clientContext", in->client_context);
	return op_body(out, body, why);
}
