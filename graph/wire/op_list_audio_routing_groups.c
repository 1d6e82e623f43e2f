/* GET /communications/calls/{id}/audioRoutingGroups. Uses call_id. */
#include "graph/wire/op_body.h"

enum err op_list_audio_routing_groups(const struct op_in *in, struct op_out *out, struct why *why)
{
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	return e == OK ? op_path(out, "GET", in->call_id, "/audioRoutingGroups", NULL, why) : e;
}
