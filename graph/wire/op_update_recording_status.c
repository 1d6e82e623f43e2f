/*
 * POST /communications/calls/{id}/updateRecordingStatus: what a policy recording bot must tell
 * before it keeps any media. Uses call_id, client_context, recording_status.
 */
#include "graph/wire/op_body.h"

#include <string.h>

static bool status_is_known(const char *status)
{
	static const char *const known[] = { "notRecording", "recording", "failed" };

	for (size_t i = 0; status && i < ARRAY_LEN(known); i++)
		if (strcmp(status, known[i]) == 0)
			return true;
	return false;
}

enum err op_update_recording_status(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need_both(in->call_id, in->client_context, why);

	if (e == OK && !status_is_known(in->recording_status))
		e = FAIL(why, E_MALFORMED,
			"recording_status is none of notRecording, recording, failed");
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/updateRecordingStatus", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set_text(&body, "status", in->recording_status);
	op_set_text(&body, "clientContext", in->client_context);
	return op_body(out, body, why);
}
