/* DELETE /communications/calls/{id}/participants/{pid}: removes a party, or cancels its invitation.
 * Uses call_id, participant_id. */
#include "graph/wire/op_body.h"

enum err op_remove_participant(const struct op_in *in, struct op_out *out, struct why *why)
{
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need(in->participant_id, "participant_id", OP_ID_MAX, why);
	return e == OK ? op_path(out, "DELETE", in->call_id, "/participants", in->participant_id,
				 why)
		       : e;
}
