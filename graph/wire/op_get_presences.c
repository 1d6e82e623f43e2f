/*
 * POST /communications/getPresencesByUserId: of 1-650 people at once.
 * Uses presence.ids, presence.n_ids.
 */
#include "graph/wire/op_body.h"
#include "graph/wire/presence.h"

enum err op_get_presences(const struct op_in *in, struct op_out *out, struct why *why)
{
	const struct op_presence *p = in->presence;
	size_t n = p ? p->n_ids : 0;
	json_t *ids, *body;
	enum err e = OK;

	if (n == 0 || n > PRESENCES_MAX)
		return FAIL(why, E_MALFORMED, "%zu presence ids; Graph takes 1 to %d", n,
			PRESENCES_MAX);
	for (size_t i = 0; i < n && e == OK; i++)
		e = op_need(p->ids[i], "a presence id", OP_ID_MAX, why);
	if (e == OK)
		e = op_path_of(
			out, "POST", "/v1.0/communications/getPresencesByUserId", NULL, NULL, why);
	if (e != OK)
		return e;
	ids = json_array();
	for (size_t i = 0; i < n && ids; i++)
		if (json_array_append_new(ids, json_string(p->ids[i])) != 0) {
			json_decref(ids);
			ids = NULL;
		}
	body = json_object();
	op_set(&body, "ids", ids);
	return op_body(out, body, why);
}
