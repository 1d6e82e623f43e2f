/*
 * The caller keeps her place and hangs up. What she hears first is for before that: who hangs up
 * meanwhile has left; at done_prompt the place is kept already.
 */
#include "bot/core/call_back.h"
#include "bot/core/contact.h"
#include "bot/core/flow.h"
#include "bot/core/step.h"

static bool begin(struct centre *c, struct contact *k, const struct plan_step *s)
{
	if (!call_back_is_possible(c, k)) {
		if (s->otherwise.kind == TARGET_NONE)
			return true;
		flow_go(c, k, s->otherwise);
	} else if (s->prompt) {
		contact_play(c, k, s->prompt);
	} else {
		call_back_keep(c, k, s->done_prompt);
	}
	return false;
}

static void play_ended(struct centre *c, struct contact *k, const struct plan_step *s)
{
	/* A new plan may have changed its mind. */
	if (call_back_is_possible(c, k))
		call_back_keep(c, k, s->done_prompt);
	else
		flow_go_or_next(c, k, s->otherwise);
}

extern const struct step step_call_back;
const struct step step_call_back = { .begin = begin, .play_ended = play_ended };
