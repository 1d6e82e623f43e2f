/*
 * POST /communications/calls: a call from the bot to one Teams user. The source is left
 * out: Graph takes the application of the token.
 * Uses callback_uri, tenant_id, user_id; user_name, media_blob or prompts may be given.
 */
#include "graph/wire/op_body.h"

enum err op_create_call(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need_callback(in, why);

	if (e == OK)
		e = op_need(in->tenant_id, "tenant_id", OP_ID_MAX, why);
	if (e == OK)
		e = op_need_user(in, why);
	if (e == OK)
		e = op_path(out, "POST", NULL, NULL, NULL, why);
	if (e != OK)
		return e;
	body = op_tagged("call");
	op_set_text(&body, "callbackUri", in->callback_uri);
	op_set(&body, "targets", op_list_of(op_invitation(in)));
	op_set(&body, "requestedModalities", op_modalities());
	op_set(&body, "mediaConfig", op_media_config(in));
	op_set_text(&body, "tenantId", in->tenant_id);
	return op_body(out, body, why);
}
