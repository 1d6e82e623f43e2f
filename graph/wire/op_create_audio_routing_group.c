/* POST /communications/calls/{id}/audioRoutingGroups; the id in the answer counts.
 * Uses call_id, group_id, group. */
#include "graph/wire/op_body.h"

enum err op_create_audio_routing_group(const struct op_in *in, struct op_out *out, struct why *why)
{
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need(in->group_id, "group_id", OP_ID_MAX, why);
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/audioRoutingGroups", NULL, why);
	return e == OK ? op_group_body(in, out, in->group_id, why) : e;
}
