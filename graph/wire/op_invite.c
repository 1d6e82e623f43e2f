/*
 * POST /communications/calls/{id}/participants/invite: one Teams user; a call of two becomes a
 * group call by it, and stays one.
 * Uses call_id, client_context, user_id; user_name may be given.
 */
#include "graph/wire/op_body.h"

enum err op_invite(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need(in->client_context, "client_context", OP_CONTEXT_CHARS_MAX, why);
	if (e == OK)
		e = op_need_user(in, why);
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/participants/invite", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set(&body, "participants", op_list_of(op_invitation(in)));
	op_set_text(&body, "clientContext", in->client_context);
	return op_body(out, body, why);
}
