/* POST /communications/calls/{id}/unmute: the bot itself, of a group call; there is no unmute of
 * others. Uses call_id, client_context. */
#include "graph/wire/op_body.h"

enum err op_unmute(const struct op_in *in, struct op_out *out, struct why *why)
{
	return op_with_context(in, out, "/unmute", why);
}
