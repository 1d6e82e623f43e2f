/*
 * A question answered by one digit: at any time during its prompt, or within the
 * silence after it. A wrong digit or none repeats the question, a few times.
 *
 * A prompt that failed is treated as heard: who knows the menu can still answer.
 */
#include "bot/core/contact.h"
#include "bot/core/flow.h"
#include "bot/core/step.h"

#include <string.h>

enum { STAGE_QUESTION, STAGE_WRONG };

static struct plan_target target_of(const struct plan_step *s, char digit)
{
	static const char keys[PLAN_KEYS + 1] = "0123456789*#";

	for (size_t i = 0; i < PLAN_KEYS; i++)
		if (keys[i] == digit)
			return s->key[i];
	return (struct plan_target){ .kind = TARGET_NONE };
}

static void listen(struct centre *c, struct contact *k, const struct plan_step *s)
{
	uint32_t ms = s->timeout_ms < MENU_MS_MIN ? MENU_MS_MIN : s->timeout_ms;

	contact_due(c, k, DUE_STAGE, c->now_ms + ms);
}

static void ask(struct centre *c, struct contact *k, const struct plan_step *s)
{
	k->step_stage = STAGE_QUESTION;
	if (s->prompt)
		contact_play(c, k, s->prompt);
	else
		listen(c, k, s);
}

static void wrong(struct centre *c, struct contact *k, const struct plan_step *s)
{
	contact_stop_play(c, k);
	k->n_typed = 0; /* what was typed ahead was meant for another question */
	if (k->tries >= s->retries) {
		flow_go(c, k, s->otherwise);
		return;
	}
	k->tries++;
	if (!s->wrong_prompt) {
		ask(c, k, s);
		return;
	}
	k->step_stage = STAGE_WRONG;
	contact_play(c, k, s->wrong_prompt);
}

static void answer(struct centre *c, struct contact *k, const struct plan_step *s, char digit)
{
	struct plan_target target = target_of(s, digit);

	if (target.kind == TARGET_NONE) {
		wrong(c, k, s);
		return;
	}
	contact_stop_play(c, k);
	flow_go(c, k, target);
}

static bool begin(struct centre *c, struct contact *k, const struct plan_step *s)
{
	char digit = flow_typed(k);

	if (digit)
		answer(c, k, s, digit);
	else
		ask(c, k, s);
	return false;
}

static void play_ended(struct centre *c, struct contact *k, const struct plan_step *s)
{
	if (k->step_stage == STAGE_WRONG)
		ask(c, k, s);
	else
		listen(c, k, s);
}

extern const struct step step_menu;
const struct step step_menu = {
	.begin = begin, .play_ended = play_ended, .digit = answer, .due = wrong
};
