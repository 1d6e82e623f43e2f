/* What the bot records, and the tones it sends. */
#include "graph/sim/verb.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

enum { TIMER_S_DEFAULT = 5, TONE_MS = 100, TONE_GAP_MS_DEFAULT = 100 };

/* false: refused. */
static bool seconds_read(json_t *body, const char *name, uint32_t *ms, struct reply *r)
{
	json_t *one = json_object_get(body, name);
	json_int_t s = json_is_integer(one) ? json_integer_value(one) : TIMER_S_DEFAULT;

	if (s < 1)
		refuse(r, 400, "BadRequest", "%s is 1 to 120 seconds.", name);
	*ms = (uint32_t)(s * 1000);
	return r->status == 0;
}

static bool stops_read(json_t *list, char out[17], struct reply *r)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		const char *text = json_string_value(one);

		if (strlen(text) != 1 || !strchr("0123456789*#abcdABCD", text[0])) {
			refuse(r, 400, "BadRequest", "stopTones[%zu] is no key of a telephone.", i);
			return false;
		}
		out[i] = text[0];
	}
	return true;
}

static bool record_read(json_t *body, struct sim_record *out, struct reply *r)
{
	json_t *beep = json_object_get(body, "playBeep");

	*out = (struct sim_record){ .beep = !json_is_false(beep) };
	return seconds_read(body, "initialSilenceTimeoutInSeconds", &out->initial_ms, r) &&
	       seconds_read(body, "maxSilenceTimeoutInSeconds", &out->silence_ms, r) &&
	       seconds_read(body, "maxRecordDurationInSeconds", &out->longest_ms, r) &&
	       stops_read(json_object_get(body, "stopTones"), out->stop, r);
}

void verb_record(struct sim *s, const struct ask *a, struct reply *r)
{
	json_t *prompt = json_array_get(json_object_get(a->body, "prompts"), 0);
	json_t *info = json_object_get(prompt, "mediaInfo");
	struct sim_record how;
	struct sim_out *o;
	struct op *op;
	bool first;

	if (!record_read(a->body, &how, r) || !media_ready(a->call, r))
		return;
	if (info && strncmp(text_at(info, "uri"), "https://", 8) != 0) {
		refuse(r, 400, "BadRequest", "prompts[0].mediaInfo.uri is not an https URL.");
		return;
	}
	/* Graph call-record: it jumps the queue, and what is queued or plays is cancelled. */
	if (json_is_true(json_object_get(a->body, "bargeInAllowed")) && op_playing(a->call))
		out_add(s, SIM_PLAY_STOP, a->call->key);
	first = !op_playing(a->call);
	op = op_asked(s, a, OP_RECORD, r);
	if (!op)
		return;
	op->sound = info ? sound_of(text_at(info, "uri")) : 0;
	o = out_add(s, SIM_RECORD, a->call->key);
	o->key = op->key;
	o->record = how;
	o->json = json_array();
	if (info)
		json_array_append(o->json, info);
	r->status = 200;
	r->body = op_json(op, NULL, "running");
	location_set(r, a->call, op->id);
	if (first)
		op_play_started(s, a->call);
}

static const char *const tone_names[] = { "tone0", "tone1", "tone2", "tone3", "tone4", "tone5",
	"tone6", "tone7", "tone8", "tone9", "star", "pound", "a", "b", "c", "d", "flash" };

/* '\0': there is no such tone. A flash has no digit; it is written '!'. */
static char digit_of(const char *tone)
{
	for (size_t i = 0; i < ARRAY_LEN(tone_names); i++)
		if (text_same_nocase(tone, tone_names[i]))
			return "0123456789*#abcd!"[i];
	return '\0';
}

/* The end of all that was sent stays. */
static void dtmf_book(struct book *b, char digit)
{
	size_t n = strlen(b->dtmf);

	if (n == sizeof(b->dtmf) - 1)
		memmove(b->dtmf, b->dtmf + 1, n--);
	b->dtmf[n] = digit;
	b->dtmf[n + 1] = '\0';
}

void verb_send_tones(struct sim *s, const struct ask *a, struct reply *r)
{
	json_t *list = json_object_get(a->body, "tones"), *one;
	json_t *gap = json_object_get(a->body, "delayBetweenTonesMs");
	uint64_t gap_ms = json_is_integer(gap) ? (uint64_t)json_integer_value(gap)
					       : TONE_GAP_MS_DEFAULT;
	struct op *op;
	size_t i;

	json_array_foreach(list, i, one) if (!digit_of(json_string_value(one)))
	{
		refuse(r, 400, "BadRequest", "tones[%zu] is not the name of a tone.", i);
		return;
	}
	op = media_ready(a->call, r) ? op_asked(s, a, OP_DTMF, r) : NULL;
	if (!op)
		return;
	json_array_foreach(list, i, one) dtmf_book(a->call->book, digit_of(json_string_value(one)));
	timer_set(s, json_array_size(list) * (TONE_MS + gap_ms), TIMER_OP, a->call->key, op->key);
	r->status = 200;
	r->body = op_json(op, NULL, "running");
	location_set(r, a->call, op->id);
}

void verb_recording_status(struct sim *s, const struct ask *a, struct reply *r)
{
	static const char *const known[] = { "notRecording", "recording", "failed" };
	const char *status = text_at(a->body, "status");
	struct book *b = a->call->book;

	if (!a->call->policy) {
		refuse(r, 400, "BadRequest", "Only for recording by policy.");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (text_same_nocase(status, known[i])) {
			snprintf(b->recording_status, sizeof(b->recording_status), "%s", known[i]);
			done_at_once(s, a, r, "#microsoft.graph.updateRecordingStatusOperation");
			note_roster(s, a->call);
			return;
		}
	refuse(r, 400, "BadRequest", "status is notRecording, recording or failed.");
}

/* Screens and video: nothing a service-hosted call has, and a relay's has none here. */
void verb_app_hosted_only(struct sim *s, const struct ask *a, struct reply *r)
{
	(void)s;
	refuse(r, 400, "BadRequest",
		a->call->relay ? "The call has no video."
			       : "The call's media is hosted by the service.");
}
