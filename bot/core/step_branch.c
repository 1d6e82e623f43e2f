/* One way or the next step, by what is known of the caller. */
#include "bot/core/flow.h"
#include "bot/core/step.h"

static bool is_so(const struct contact *k, const struct plan_step *s)
{
	int32_t is = s->var < PLAN_VARS ? k->var[s->var] : 0;

	switch ((enum branch_op)s->op) {
	case BRANCH_IS:
		return is == s->value;
	case BRANCH_IS_NOT:
		return is != s->value;
	case BRANCH_BELOW:
		return is < s->value;
	case BRANCH_ABOVE:
		return is > s->value;
	case BRANCH_LANGUAGE:
		return k->record.language == s->value;
	}
	return false;
}

static bool begin(struct centre *c, struct contact *k, const struct plan_step *s)
{
	if (!is_so(k, s))
		return true;
	flow_go(c, k, s->key[0]);
	return false;
}

extern const struct step step_branch;
const struct step step_branch = { .begin = begin };
