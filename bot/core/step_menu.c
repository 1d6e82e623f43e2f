/*
 * A question answered by one digit: at any time during its prompt, or within the
 * silence after it. A wrong digit or none repeats the question, a few times.
 */
#include "bot/core/contact.h"
#include "bot/core/flow.h"
#include "bot/core/question.h"
#include "bot/core/step.h"

static struct plan_target target_of(const struct plan_step *s, char digit)
{
	static const char keys[PLAN_KEYS + 1] = "0123456789*#";

	for (size_t i = 0; i < PLAN_KEYS; i++)
		if (keys[i] == digit)
			return s->key[i];
	return (struct plan_target){ .kind = TARGET_NONE };
}

static void wrong(struct centre *c, struct contact *k, const struct plan_step *s)
{
	if (!question_again(c, k, s))
		flow_go(c, k, s->otherwise);
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
		question_ask(c, k, s);
	return false;
}

extern const struct step step_menu;
const struct step step_menu = {
	.begin = begin, .play_ended = question_play_ended, .digit = answer, .due = wrong
};
