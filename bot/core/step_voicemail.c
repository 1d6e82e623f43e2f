/*
 * The caller leaves a message: a greeting, which any key cuts short, then a recording until
 * silence, a key, or its longest. Most callers end it by hanging up, so whether something was
 * recorded may be told after the call is gone.
 */
#include "bot/core/contact.h"
#include "bot/core/flow.h"
#include "bot/core/step.h"

static void record(struct centre *c, struct contact *k, const struct plan_step *s)
{
	uint64_t longest = (uint64_t)s->length_ms + s->timeout_ms + c->plan->play_ms_max;
	struct effect *fx = effect_emit(c, FX_RECORD, k, flow_task(c, k, longest));

	fx->value = s->index;
	fx->length_ms = s->length_ms;
	fx->silence_ms = s->timeout_ms;
}

static bool begin(struct centre *c, struct contact *k, const struct plan_step *s)
{
	k->n_typed = 0;
	if (s->prompt)
		contact_play(c, k, s->prompt);
	else
		record(c, k, s);
	return false;
}

static void digit(struct centre *c, struct contact *k, const struct plan_step *s, char key)
{
	(void)key;
	if (k->task)
		return; /* It ends the recording, which is told by itself. */
	contact_stop_play(c, k);
	record(c, k, s);
}

static void lost(struct centre *c, struct contact *k, const struct plan_step *s)
{
	if (s->otherwise.kind == TARGET_NONE)
		contact_close(c, k, OUTCOME_FAILED, 0);
	else
		flow_go(c, k, s->otherwise);
}

static enum outcome ended(const struct event *ev)
{
	return ev->kind == EV_RECORDED && ev->value == RECORD_DONE ? OUTCOME_VOICEMAIL
								   : OUTCOME_NONE;
}

static void told(
	struct centre *c, struct contact *k, const struct plan_step *s, const struct event *ev)
{
	if (ended(ev))
		contact_close(c, k, OUTCOME_VOICEMAIL, s->done_prompt);
	else if (ev->value == RECORD_EMPTY)
		flow_go(c, k, s->otherwise);
	else
		lost(c, k, s);
}

extern const struct step step_voicemail;
const struct step step_voicemail = { .begin = begin,
	.play_ended = record,
	.digit = digit,
	.told = told,
	.lost = lost,
	.ended = ended };
