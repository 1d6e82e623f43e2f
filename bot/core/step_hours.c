/* Open now? The next step; else elsewhere, and on a holiday perhaps elsewhere still. */
#include "bot/core/flow.h"
#include "bot/core/hours.h"
#include "bot/core/step.h"

#include <assert.h>

static bool begin(struct centre *c, struct contact *k, const struct plan_step *s)
{
	enum hours hours;

	assert(s->index < c->plan->n_calendars);
	hours = hours_at(&c->plan->calendar[s->index], c->now_ms);
	if (hours == HOURS_OPEN)
		return true;
	if (hours == HOURS_HOLIDAY && s->key[1].kind != TARGET_NONE)
		flow_go(c, k, s->key[1]);
	else
		flow_go(c, k, s->key[0]);
	return false;
}

extern const struct step step_hours;
const struct step step_hours = { .begin = begin };
