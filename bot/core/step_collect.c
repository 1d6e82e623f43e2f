/*
 * A number of several digits: at any time during the prompt, each digit within the silence after
 * the one before. It ends with the terminator, with the most digits it may have, or with silence
 * once it has enough; too few, or another key, is wrong.
 *
 * Who is used to finish with the terminator presses it also after the last possible digit: that
 * press belongs to this number and not to the next question.
 */
#include "bot/core/contact.h"
#include "bot/core/flow.h"
#include "bot/core/question.h"
#include "bot/core/step.h"

#include <string.h>

static int32_t number_of(const char *digits)
{
	int64_t n = 0;

	for (; *digits && n <= INT32_MAX; digits++)
		n = n * 10 + (*digits - '0');
	return n > INT32_MAX ? INT32_MAX : (int32_t)n;
}

static uint8_t most(const struct plan_step *s)
{
	return s->max && s->max < PLAN_DIGITS_MAX ? s->max : PLAN_DIGITS_MAX;
}

static void forget(struct contact *k)
{
	memset(k->digits, 0, sizeof(k->digits));
}

static void wrong(struct centre *c, struct contact *k, const struct plan_step *s)
{
	forget(k);
	if (!question_again(c, k, s))
		flow_go(c, k, s->otherwise);
}

static void taken(struct centre *c, struct contact *k, const struct plan_step *s)
{
	contact_stop_play(c, k);
	if (s->var < PLAN_VARS)
		k->var[s->var] = number_of(k->digits);
	flow_next(c, k);
}

static void finish(struct centre *c, struct contact *k, const struct plan_step *s)
{
	if (strlen(k->digits) < s->min)
		wrong(c, k, s);
	else
		taken(c, k, s);
}

static void digit(struct centre *c, struct contact *k, const struct plan_step *s, char key)
{
	size_t n = strlen(k->digits);

	if (s->terminator && key == s->terminator) {
		finish(c, k, s);
	} else if (key < '0' || key > '9') {
		wrong(c, k, s);
	} else {
		contact_stop_play(c, k);
		k->digits[n++] = key;
		question_listen(c, k, s);
		if (n < most(s))
			return;
		k->ignored = s->terminator;
		taken(c, k, s);
	}
}

/* What was typed ahead is taken before anything is asked. */
static bool begin(struct centre *c, struct contact *k, const struct plan_step *s)
{
	uint32_t flow = k->flow, step = k->step;
	char key = flow_typed(k);

	forget(k);
	if (!key)
		question_ask(c, k, s);
	for (; key; key = flow_typed(k)) {
		digit(c, k, s, key);
		if (k->phase != PHASE_FLOW || k->flow != flow || k->step != step || k->tries)
			return false;
	}
	return false;
}

extern const struct step step_collect;
const struct step step_collect = {
	.begin = begin, .play_ended = question_play_ended, .digit = digit, .due = finish
};
