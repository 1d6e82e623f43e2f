#include "graph/wire/join.h"

#include "graph/wire/op_body.h"

#include <assert.h>
#include <string.h>

static enum err check(enum join_answer answer, const char *text, struct why *why)
{
	if (answer == JOIN_ACCEPT)
		return OK;
	if (answer == JOIN_REJECT && !op_reason_is_known(text))
		return FAIL(why, E_MALFORMED, "reason is none of none, busy, forbidden");
	if (answer == JOIN_INVITE_NEW && (!text || strncmp(text, "https://", 8) != 0))
		return FAIL(why, E_MALFORMED, "the new bot's address does not begin with https://");
	return op_need(text, "the answer's text", OP_URI_BYTES_MAX, why);
}

enum err join_write(enum join_answer answer, const char *text, char **out, struct why *why)
{
	static const char *const types[] = { "acceptJoinResponse", "rejectJoinResponse",
		"inviteNewBotResponse" };
	struct op_out body = { .body = NULL };
	json_t *root;
	enum err e = check(answer, text, why);

	assert((unsigned)answer < ARRAY_LEN(types));
	*out = NULL;
	if (e != OK)
		return e;
	root = op_tagged(types[answer]);
	if (answer == JOIN_REJECT)
		op_set_text(&root, "reason", text);
	if (answer == JOIN_INVITE_NEW)
		op_set_text(&root, "inviteUri", text);
	e = op_body(&body, root, why);
	*out = body.body;
	return e;
}
