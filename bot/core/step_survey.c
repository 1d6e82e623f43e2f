/* One question to the caller, whose answer is a digit in the record. Who does not answer it goes
 * on. */
#include "bot/core/contact.h"
#include "bot/core/flow.h"
#include "bot/core/question.h"
#include "bot/core/step.h"

static void wrong(struct centre *c, struct contact *k, const struct plan_step *s)
{
	if (!question_again(c, k, s))
		flow_go_or_next(c, k, s->otherwise);
}

static void answer(struct centre *c, struct contact *k, const struct plan_step *s, char digit)
{
	int n = digit >= '0' && digit <= '9' ? digit - '0' : 0;

	if (!n || n < s->min || n > s->max) {
		wrong(c, k, s);
		return;
	}
	contact_stop_play(c, k);
	if (s->var < sizeof(k->record.survey))
		k->record.survey[s->var] = (uint8_t)n;
	flow_next(c, k);
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

extern const struct step step_survey;
const struct step step_survey = {
	.begin = begin, .play_ended = question_play_ended, .digit = answer, .due = wrong
};
