/* A prompt, heard to its end. Digits meanwhile are kept for the menu that follows. */
#include "bot/core/contact.h"
#include "bot/core/flow.h"
#include "bot/core/step.h"

static bool begin(struct centre *c, struct contact *k, const struct plan_step *s)
{
	if (!s->prompt)
		return true;
	contact_play(c, k, s->prompt);
	return false;
}

static void play_ended(struct centre *c, struct contact *k, const struct plan_step *s)
{
	(void)s;
	flow_next(c, k);
}

extern const struct step step_play;
const struct step step_play = { .begin = begin, .play_ended = play_ended };
