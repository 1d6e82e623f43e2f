/*
 * POST /communications/calls/{id}/subscribeToTone: once a call; digits then come as updates of it.
 * Uses call_id, client_context.
 */
#include "graph/wire/op_body.h"

enum err op_subscribe_to_tone(const struct op_in *in, struct op_out *out, struct why *why)
{
	return op_with_context(in, out, "/subscribeToTone", why);
}
