/*
 * POST /communications/calls/{id}/playPrompt: one operation, its prompts one after another.
 * Uses call_id, client_context, prompts.
 */
#include "graph/wire/op_body.h"

static json_t *prompt(const struct op_prompt *p)
{
	json_t *one = op_tagged("mediaPrompt");

	op_set(&one, "mediaInfo", op_media_info(p));
	return one;
}

static json_t *prompts(const struct op_in *in)
{
	json_t *list = json_array();

	for (size_t i = 0; i < in->n_prompts && list; i++) {
		if (json_array_append_new(list, prompt(&in->prompts[i])) != 0) {
			json_decref(list);
			list = NULL;
		}
	}
	return list;
}

enum err op_play_prompt(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need(in->client_context, "client_context", OP_CONTEXT_CHARS_MAX, why);
	if (e == OK && in->n_prompts == 0)
		e = FAIL(why, E_MALFORMED, "prompts are missing");
	if (e == OK)
		e = op_need_prompts(in, why);
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/playPrompt", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set(&body, "prompts", prompts(in));
	op_set_text(&body, "clientContext", in->client_context);
	return op_body(out, body, why);
}
