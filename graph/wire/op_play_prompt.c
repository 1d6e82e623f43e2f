/*
 * POST /communications/calls/{id}/playPrompt: one operation, its prompts one after another.
 * Uses call_id, client_context, prompts.
 */
#include "graph/wire/op_body.h"

enum err op_play_prompt(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need_both(in->call_id, in->client_context, why);

	if (e == OK && in->n_prompts == 0)
		e = FAIL(why, E_MALFORMED, "prompts are missing");
	if (e == OK)
		e = op_need_prompts(in, why);
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/playPrompt", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set(&body, "prompts", op_prompts(in));
	op_set_text(&body, "clientContext", in->client_context);
	return op_body(out, body, why);
}
