/*
 * POST /users/{id}/presence/clearPresence: our session says nothing any more; 404 where there is
 * none. Uses user_id, presence.session_id.
 */
#include "graph/wire/op_body.h"

enum err op_clear_presence(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need(in->user_id, "user_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need(in->presence ? in->presence->session_id : NULL, "session_id", OP_ID_MAX,
			why);
	if (e == OK)
		e = op_path_of(
			out, "POST", "/v1.0/users", in->user_id, "/presence/clearPresence", why);
	if (e != OK)
		return e;
	body = json_object();
	op_set_text(&body, "sessionId", in->presence->session_id);
	return op_body(out, body, why);
}
