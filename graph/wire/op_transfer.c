/*
 * POST /communications/calls/{id}/transfer. Uses call_id, one target, and transferee.
 *
 *	blind          the target; a phone only from a call on an instance that holds a number
 *	to voicemail   the target is a user with voicemail set
 *	consultative   call_id is the second call, the target the first call's caller, and its
 *	               replaces_call_id the first call
 *	out of a group transferee is who goes, with its participant_id
 *
 * clientContext is in the docs' examples and not in Graph's types: left out, since the end is
 * told by the call's states.
 */
#include "graph/wire/op_body.h"

static enum err check(const struct op_in *in, struct why *why)
{
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need_targets(in, 1, why);
	if (e == OK && in->targets[0].voicemail && in->targets[0].kind != OP_PARTY_USER)
		e = FAIL(why, E_MALFORMED, "a target with voicemail is no user");
	if (e == OK && in->transferee)
		e = op_need_party(in->transferee, "transferee", why);
	if (e == OK && in->transferee)
		e = op_need(in->transferee->participant_id, "transferee's participant_id",
			OP_ID_MAX, why);
	return e;
}

enum err op_transfer(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = check(in, why);

	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/transfer", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set(&body, "transferTarget", op_invitation(&in->targets[0]));
	if (in->transferee)
		op_set(&body, "transferee", op_participant(in->transferee));
	return op_body(out, body, why);
}
