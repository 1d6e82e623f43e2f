/* POST /communications/calls/{id}/mute: the bot itself, of a group call. Uses call_id,
 * client_context. */
#include "graph/wire/op_body.h"

enum err op_mute(const struct op_in *in, struct op_out *out, struct why *why)
{
	return op_with_context(in, out, "/mute", why);
}
