/* POST /communications/calls/{id}/participants/{pid}/mute; only she herself can undo it.
 * Uses call_id, participant_id, client_context. */
#include "graph/wire/op_body.h"

enum err op_mute_participant(const struct op_in *in, struct op_out *out, struct why *why)
{
	return op_party_with_context(in, out, "/mute", NULL, why);
}
