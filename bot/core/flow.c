#include "bot/core/flow.h"

#include "bot/core/contact.h"
#include "bot/core/queue.h"
#include "bot/core/step.h"

#include <assert.h>
#include <string.h>

#define STEP(kind, name) extern const struct step step_##name;
#include "bot/core/steps.def"
#undef STEP

#define STEP(kind, name) [kind] = &step_##name,
static const struct step *const table[] = {
#include "bot/core/steps.def"
};
#undef STEP

static const struct plan_step *step_of(const struct centre *c, const struct contact *k)
{
	const struct plan_flow *flow = &c->plan->flow[k->flow];

	return k->step < flow->n_steps ? &c->plan->step[flow->first_step + k->step] : NULL;
}

static void run(struct centre *c, struct contact *k)
{
	const struct plan_step *s;

	/* Bounded by the flow's length: only a step that has waited jumps. */
	for (; (s = step_of(c, k)); k->step++) {
		k->tries = 0;
		k->step_stage = 0;
		if (!table[s->kind]->begin(c, k, s))
			return;
	}
	contact_close(c, k, OUTCOME_SELF_SERVED, 0);
}

void flow_begin(struct centre *c, struct contact *k, uint32_t flow)
{
	k->flow = flow;
	k->step = 0;
	run(c, k);
}

void flow_go(struct centre *c, struct contact *k, struct plan_target target)
{
	switch ((enum plan_target_kind)target.kind) {
	case TARGET_FLOW:
		flow_begin(c, k, target.index);
		break;
	case TARGET_QUEUE:
		queue_enter(c, k, target.index + 1u);
		break;
	case TARGET_NONE:
	case TARGET_HANG_UP:
		contact_close(c, k, OUTCOME_SELF_SERVED, 0);
		break;
	}
}

void flow_next(struct centre *c, struct contact *k)
{
	k->step++;
	run(c, k);
}

void flow_again(struct centre *c, struct contact *k)
{
	const struct plan_step *s = step_of(c, k);

	k->play = 0;
	k->step_stage = 0;
	if (!s)
		flow_begin(c, k, k->flow);
	else if (table[s->kind]->begin(c, k, s))
		flow_next(c, k);
}

void flow_play_ended(struct centre *c, struct contact *k)
{
	const struct plan_step *s = step_of(c, k);

	k->play = 0;
	if (s && table[s->kind]->play_ended)
		table[s->kind]->play_ended(c, k, s);
}

void flow_digit(struct centre *c, struct contact *k, char digit)
{
	const struct plan_step *s = step_of(c, k);

	if (s && table[s->kind]->digit)
		table[s->kind]->digit(c, k, s, digit);
	else if (k->n_typed < TYPED_MAX)
		k->typed[k->n_typed++] = digit;
}

void flow_due(struct centre *c, struct contact *k)
{
	const struct plan_step *s = step_of(c, k);

	if (!s)
		flow_begin(c, k, k->flow);
	else if (k->play) /* It never ended, as far as anybody told us. */
		flow_play_ended(c, k);
	else if (table[s->kind]->due)
		table[s->kind]->due(c, k, s);
}

char flow_typed(struct contact *k)
{
	char digit = k->typed[0];

	if (!k->n_typed)
		return 0;
	memmove(k->typed, k->typed + 1, --k->n_typed);
	return digit;
}
