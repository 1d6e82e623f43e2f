/*
 * POST /communications/calls/{id}/participants/invite: 1-5 parties; a call of two becomes a
 * group call by it, and stays one. replaces_call_id fetches the first party out of another call.
 * Uses call_id, client_context, targets.
 */
#include "graph/wire/op_body.h"

enum { TARGETS_MAX = 5 };

enum err op_invite(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need_both(in->call_id, in->client_context, why);

	if (e == OK)
		e = op_need_targets(in, TARGETS_MAX, why);
	for (size_t i = 1; i < in->n_targets && e == OK; i++)
		if (in->targets[i].replaces_call_id)
			e = FAIL(why, E_MALFORMED, "replaces_call_id is not the first target's");
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/participants/invite", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set(&body, "participants", op_invitations(in));
	op_set_text(&body, "clientContext", in->client_context);
	return op_body(out, body, why);
}
