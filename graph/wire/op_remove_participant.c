/* DELETE /communications/calls/{id}/participants/{pid}: removes a party, or cancels its invitation.
 * Uses call_id, participant_id. */
#include "graph/wire/op_body.h"

enum err op_remove_participant(const struct op_in *in, struct op_out *out, struct why *why)
{
	return op_party_path(in, out, "DELETE", "", why);
}
