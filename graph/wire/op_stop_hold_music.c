/* POST /communications/calls/{id}/participants/{pid}/stopHoldMusic. Uses call_id, participant_id,
 * client_context. */
#include "graph/wire/op_body.h"

enum err op_stop_hold_music(const struct op_in *in, struct op_out *out, struct why *why)
{
	return op_party_with_context(in, out, "/stopHoldMusic", NULL, why);
}
