/* PATCH /communications/calls/{id}/audioRoutingGroups/{gid}: the whole group as it shall be.
 * Uses call_id, group_id, group. */
#include "graph/wire/op_body.h"

enum err op_update_audio_routing_group(const struct op_in *in, struct op_out *out, struct why *why)
{
	enum err e = op_group_path(in, out, "PATCH", why);

	return e == OK ? op_group_body(in, out, NULL, why) : e;
}
