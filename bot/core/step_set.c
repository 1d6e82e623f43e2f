/* Something about the caller is so from now on. */
#include "bot/core/step.h"

static bool begin(struct centre *c, struct contact *k, const struct plan_step *s)
{
	switch ((enum set_what)s->op) {
	case SET_PRIORITY:
		if (s->value >= 1 && s->value <= PLAN_PRIORITIES)
			k->record.priority = (uint8_t)s->value;
		break;
	case SET_NEED:
		if (s->index <= c->plan->n_needs)
			k->need = (uint8_t)s->index;
		break;
	case SET_LANGUAGE:
		if (s->value >= 0 && s->value < PLAN_LANGUAGES_MAX)
			k->record.language = (uint8_t)s->value;
		break;
	case SET_AGREED:
		if (s->value == AGREED || s->value == REFUSED_TO_AGREE)
			k->agreed = (uint8_t)s->value;
		break;
	case SET_VAR:
		if (s->var < PLAN_VARS)
			k->var[s->var] = s->value;
		break;
	}
	return true;
}

extern const struct step step_set;
const struct step step_set = { .begin = begin };
