/*
 * POST /communications/calls/{id}/transfer: blind, to a Teams user of the caller's tenant.
 * Uses call_id, user_id; user_name may be given.
 *
 * replacesCallId would make it a consultative transfer. clientContext is in the docs'
 * examples and not in Graph's types: left out, since the end is told by the call's states.
 */
#include "graph/wire/op_body.h"

enum err op_transfer(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need_user(in, why);
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/transfer", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set(&body, "transferTarget", op_invitation(in));
	return op_body(out, body, why);
}
