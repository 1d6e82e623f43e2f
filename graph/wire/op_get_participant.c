/* GET /communications/calls/{id}/participants/{pid}. Uses call_id, participant_id. */
#include "graph/wire/op_body.h"

enum err op_get_participant(const struct op_in *in, struct op_out *out, struct why *why)
{
	return op_party_path(in, out, "GET", "", why);
}
