/*
 * POST /communications/calls/{id}/participants/{pid}/startHoldMusic: one party at a time hears
 * Graph's music or the one prompt, and nobody else.
 * Uses call_id, participant_id, client_context; one prompt may be given.
 */
#include "graph/wire/op_body.h"

enum err op_start_hold_music(const struct op_in *in, struct op_out *out, struct why *why)
{
	enum err e = OK;

	if (in->n_prompts > 1)
		e = FAIL(why, E_MALFORMED, "%zu prompts; startHoldMusic takes one", in->n_prompts);
	if (e == OK)
		e = op_need_prompts(in, why);
	return e == OK ? op_party_with_context(in, out, "/startHoldMusic",
				 in->n_prompts ? &in->prompts[0] : NULL, why)
		       : e;
}
