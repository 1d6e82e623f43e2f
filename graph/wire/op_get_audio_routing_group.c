/* GET /communications/calls/{id}/audioRoutingGroups/{gid}. Uses call_id, group_id. */
#include "graph/wire/op_body.h"

enum err op_get_audio_routing_group(const struct op_in *in, struct op_out *out, struct why *why)
{
	return op_group_path(in, out, "GET", why);
}
