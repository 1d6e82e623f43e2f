/*
 * POST /communications/calls/{id}/sendDtmfTones; global cloud only. Its operation ends as
 * completed even on error: completionReason tells.
 * Uses call_id, client_context, tones; tone_gap_ms may be given.
 */
#include "graph/wire/op_body.h"

enum { TONES_MAX = 128, GAP_MAX_MS = 60000 }; /* ours: Graph names no limits */

enum err op_send_dtmf_tones(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = op_need_both(in->call_id, in->client_context, why);

	if (e == OK)
		e = op_need_tones(in->tones, "tones", TONES_MAX, true, why);
	if (e == OK && in->tone_gap_ms > GAP_MAX_MS)
		e = FAIL(why, E_MALFORMED, "tone_gap_ms is %u, more than %d", in->tone_gap_ms,
			GAP_MAX_MS);
	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/sendDtmfTones", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set(&body, "tones", op_tone_names(in->tones));
	if (in->tone_gap_ms > 0)
		op_set(&body, "delayBetweenTonesMs", json_integer(in->tone_gap_ms));
	op_set_text(&body, "clientContext", in->client_context);
	return op_body(out, body, why);
}
