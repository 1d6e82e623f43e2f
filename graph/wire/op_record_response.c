/*
 * POST /communications/calls/{id}/recordResponse: plays a prompt, perhaps beeps, records. It ends
 * with a recording that is fetched with its own token (note.h), and soon.
 * Uses call_id, client_context, record; one prompt may be given.
 */
#include "graph/wire/op_body.h"

enum { SECONDS_MAX = 120, STOP_TONES_MAX = 16 };

static enum err check_seconds(unsigned seconds, const char *name, struct why *why)
{
	if (seconds > SECONDS_MAX)
		return FAIL(why, E_MALFORMED, "record's %s is %u; Graph takes 1 to %d", name,
			seconds, SECONDS_MAX);
	return OK;
}

static enum err check(const struct op_in *in, struct why *why)
{
	const struct op_record *r = in->record;
	enum err e = op_need_both(in->call_id, in->client_context, why);

	if (e == OK && in->n_prompts > 1)
		e = FAIL(why, E_MALFORMED, "%zu prompts; recordResponse takes one", in->n_prompts);
	if (e == OK)
		e = op_need_prompts(in, why);
	if (e == OK && !r)
		e = FAIL(why, E_MALFORMED, "record is missing");
	if (e == OK)
		e = check_seconds(r->initial_silence_s, "initial_silence_s", why);
	if (e == OK)
		e = check_seconds(r->max_silence_s, "max_silence_s", why);
	if (e == OK)
		e = check_seconds(r->max_record_s, "max_record_s", why);
	if (e == OK && r->stop_tones)
		e = op_need_tones(r->stop_tones, "record's stop_tones", STOP_TONES_MAX, false, why);
	return e;
}

static void set_seconds(json_t **body, const char *name, unsigned seconds)
{
	if (seconds > 0)
		op_set(body, name, json_integer(seconds));
}

enum err op_record_response(const struct op_in *in, struct op_out *out, struct why *why)
{
	const struct op_record *r = in->record;
	json_t *body;
	enum err e = check(in, why);

	if (e == OK)
		e = op_path(out, "POST", in->call_id, "/recordResponse", NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	if (in->n_prompts > 0)
		op_set(&body, "prompts", op_prompts(in));
	op_set(&body, "bargeInAllowed", json_boolean(r->barge_in));
	set_seconds(&body, "initialSilenceTimeoutInSeconds", r->initial_silence_s);
	set_seconds(&body, "maxSilenceTimeoutInSeconds", r->max_silence_s);
	set_seconds(&body, "maxRecordDurationInSeconds", r->max_record_s);
	op_set(&body, "playBeep", json_boolean(r->beep));
	if (r->stop_tones)
		op_set(&body, "stopTones", op_stop_tones(r->stop_tones));
	op_set_text(&body, "clientContext", in->client_context);
	return op_body(out, body, why);
}
