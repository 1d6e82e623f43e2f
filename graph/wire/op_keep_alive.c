/* POST /communications/calls/{id}/keepAlive, at least every 45 minutes. Uses call_id. No body. */
#include "graph/wire/op_body.h"

enum err op_keep_alive(const struct op_in *in, struct op_out *out, struct why *why)
{
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	return e == OK ? op_path(out, "POST", in->call_id, "/keepAlive", NULL, why) : e;
}
