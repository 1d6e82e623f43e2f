#include "bot/core/question.h"

#include "bot/core/contact.h"

enum { STAGE_QUESTION, STAGE_WRONG };

void question_listen(struct centre *c, struct contact *k, const struct plan_step *s)
{
	uint32_t ms = s->timeout_ms < MENU_MS_MIN ? MENU_MS_MIN : s->timeout_ms;

	contact_due(c, k, DUE_STAGE, c->now_ms + ms);
}

void question_ask(struct centre *c, struct contact *k, const struct plan_step *s)
{
	k->step_stage = STAGE_QUESTION;
	if (s->prompt)
		contact_play(c, k, s->prompt);
	else
		question_listen(c, k, s);
}

void question_play_ended(struct centre *c, struct contact *k, const struct plan_step *s)
{
	if (k->step_stage == STAGE_WRONG)
		question_ask(c, k, s);
	else
		question_listen(c, k, s);
}

bool question_again(struct centre *c, struct contact *k, const struct plan_step *s)
{
	contact_stop_play(c, k);
	k->n_typed = 0; /* what was typed ahead was meant for another question */
	if (k->tries >= s->retries)
		return false;
	k->tries++;
	if (s->wrong_prompt) {
		k->step_stage = STAGE_WRONG;
		contact_play(c, k, s->wrong_prompt);
	} else {
		question_ask(c, k, s);
	}
	return true;
}
