/*
 * POST /communications/calls/{id}/redirect, instead of answering: 1-25 parties, of which the first
 * to pick up wins. What becomes of the call is not told afterwards.
 * Uses call_id, callback_uri, targets; ring_s may be given.
 */
#include "graph/wire/op_body.h"

enum { TARGETS_MAX = 25, RING_MIN_S = 15, RING_MAX_S = 90 };

enum err op_redirect(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need_callback(in, why);
	if (e == OK)
		e = op_need_targets(in, TARGETS_MAX, why);
	if (e == OK && in->ring_s > 0 && (in->ring_s < RING_MIN_S || in->ring_s > RING_MAX_S))
		e = FAIL(why, E_MALFORMED, "ring_s is %u; Graph takes %d to %d", in->ring_s,
			RING_MIN_S, RING_MAX_S);
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/redirect", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set(&body, "targets", op_invitations(in));
	if (in->ring_s > 0)
		op_set(&body, "timeout", json_integer(in->ring_s));
	op_set_text(&body, "callbackUri", in->callback_uri);
	return op_body(out, body, why);
}
