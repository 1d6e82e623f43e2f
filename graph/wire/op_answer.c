/*
 * POST /communications/calls/{id}/answer, within 15 s of the incoming notification (5 s for a
 * recording bot).
 * Uses call_id, callback_uri; options, capacity, media_blob or prompts (to fetch ahead) may be
 * given.
 */
#include "graph/wire/op_body.h"

enum { CAPACITY_MAX = INT32_MAX };

enum err op_answer(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need_callback(in, why);
	if (e == OK && in->capacity > CAPACITY_MAX)
		e = FAIL(why, E_MALFORMED, "capacity is more than %d", CAPACITY_MAX);
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/answer", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set_text(&body, "callbackUri", in->callback_uri);
	op_set(&body, "acceptedModalities", op_modalities());
	op_set(&body, "mediaConfig", op_media_config(in));
	if (in->options)
		op_set(&body, "callOptions", op_call_options(in->options, "incomingCallOptions"));
	if (in->capacity > 0)
		op_set(&body, "participantCapacity", json_integer(in->capacity));
	return op_body(out, body, why);
}
