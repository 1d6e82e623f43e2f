#include "bot/core/flow.h"

#include "bot/core/contact.h"
#include "bot/core/queue.h"
#include "bot/core/step.h"

#include <assert.h>
#include <string.h>

enum {
	JUMPS_MAX = 64,        /* in one moment: more is a circle */
	STAGE_PARKED = 255,    /* the step is not begun yet: no room for its effects */
	ANSWER_LATE_MS = 10000 /* a task's answer, after the call is gone */
};

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

/* What does not fit into this event's effects is done in the next. */
static bool park(struct centre *c, struct contact *k)
{
	if (c->out->n + EFFECTS_AT_ONCE <= EFFECTS_MAX)
		return false;
	k->step_stage = STAGE_PARKED;
	contact_due(c, k, DUE_STAGE, c->now_ms);
	return true;
}

static void run(struct centre *c, struct contact *k)
{
	const struct plan_step *s;

	/* Bounded by the flow's length: a step that jumps runs the other flow itself. */
	for (; (s = step_of(c, k)); k->step++) {
		if (park(c, k))
			return;
		k->tries = 0;
		k->step_stage = 0;
		if (!table[s->kind]->begin(c, k, s))
			return;
	}
	contact_close(c, k, OUTCOME_SELF_SERVED, 0);
}

void flow_begin(struct centre *c, struct contact *k, uint32_t flow)
{
	if (k->phase != PHASE_FLOW)
		contact_phase_set(c, k, PHASE_FLOW);
	k->flow = flow;
	k->step = 0;
	run(c, k);
}

static bool goes_in_circles(const struct centre *c, struct contact *k)
{
	uint32_t now = (uint32_t)c->now_ms;

	if (k->jumped_ms != now)
		k->n_jumps = 0;
	k->jumped_ms = now;
	return k->n_jumps++ >= JUMPS_MAX;
}

void flow_go(struct centre *c, struct contact *k, struct plan_target target)
{
	if (goes_in_circles(c, k)) {
		contact_close(c, k, OUTCOME_FAILED, 0);
		return;
	}
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

void flow_go_or_next(struct centre *c, struct contact *k, struct plan_target target)
{
	if (target.kind == TARGET_NONE)
		flow_next(c, k);
	else
		flow_go(c, k, target);
}

static void lost(struct centre *c, struct contact *k, const struct plan_step *s)
{
	k->task = 0;
	if (s && table[s->kind]->lost)
		table[s->kind]->lost(c, k, s);
}

void flow_again(struct centre *c, struct contact *k)
{
	const struct plan_step *s = step_of(c, k);

	if (k->task && !k->task_doubtful)
		return; /* begun since then */
	k->play = 0;
	if (s && k->task && table[s->kind]->once) {
		lost(c, k, s);
		return;
	}
	k->task = 0;
	k->step_stage = 0;
	if (!s)
		flow_begin(c, k, k->flow);
	else if (table[s->kind]->begin(c, k, s))
		flow_next(c, k);
}

bool flow_survey(struct centre *c, struct contact *k, enum outcome outcome)
{
	struct plan_target survey = { .kind = TARGET_NONE };

	if (k->queue)
		survey = queue_plan(c, k->queue)->survey;
	if (survey.kind != TARGET_FLOW)
		return false;
	k->settled = (uint8_t)outcome;
	k->queue = 0;
	flow_begin(c, k, survey.index);
	return true;
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
	bool wanted = s && table[s->kind]->digit && k->step_stage != STAGE_PARKED;

	if (wanted && k->ignored == digit)
		k->ignored = 0;
	else if (wanted) {
		k->ignored = 0;
		table[s->kind]->digit(c, k, s, digit);
	} else if (k->n_typed < TYPED_MAX) {
		k->typed[k->n_typed++] = digit;
	}
}

void flow_due(struct centre *c, struct contact *k)
{
	const struct plan_step *s = step_of(c, k);

	if (!s)
		flow_begin(c, k, k->flow);
	else if (k->step_stage == STAGE_PARKED)
		run(c, k);
	else if (k->task)
		lost(c, k, s);
	else if (k->play) /* It never ended, as far as anybody told us. */
		flow_play_ended(c, k);
	else if (table[s->kind]->due)
		table[s->kind]->due(c, k, s);
}

/* The caller left while the step was at it. */
static void told_too_late(struct centre *c, struct contact *k, enum outcome outcome)
{
	k->task = 0;
	if (outcome && !k->settled)
		k->record.outcome = (uint8_t)outcome;
	if (outcome == OUTCOME_TRANSFERRED)
		k->record.estimated = true;
	if (k->call_gone)
		contact_gone(c, k, END_BY_US);
}

/* A flow that did not wait for the answer, or no longer, may still look at it. */
static void keep_answer(struct contact *k, const struct event *ev)
{
	for (size_t i = 0; i < LOOKUPS_MAX; i++)
		if (k->lookup[i] && k->lookup[i] == ev->attempt) {
			k->lookup[i] = 0;
			if (k->lookup_var[i] < PLAN_VARS)
				k->var[k->lookup_var[i]] = ev->value;
		}
}

void flow_told(struct centre *c, struct contact *k, const struct event *ev)
{
	const struct plan_step *s;

	if (ev->kind == EV_LOOKED_UP)
		keep_answer(k, ev);
	if (!k->task || ev->attempt != k->task)
		return;
	s = step_of(c, k);
	if (k->phase == PHASE_CLOSING) {
		told_too_late(c, k,
			s && table[s->kind]->ended ? table[s->kind]->ended(ev) : OUTCOME_NONE);
		return;
	}
	k->task = 0;
	if (s && table[s->kind]->told)
		table[s->kind]->told(c, k, s, ev);
}

void flow_task_failed(struct centre *c, struct contact *k, enum effect_end end)
{
	const struct plan_step *s = step_of(c, k);

	if (k->phase == PHASE_CLOSING)
		told_too_late(c, k, OUTCOME_NONE);
	else if (end != EFFECT_TIMEOUT || !s || !table[s->kind]->may_be_done)
		lost(c, k, s);
}

bool flow_ends_later(struct centre *c, struct contact *k, enum outcome unless)
{
	const struct plan_step *s = k->task && !k->call_gone ? step_of(c, k) : NULL;

	if (!s || !table[s->kind]->ended)
		return false;
	k->call_gone = true;
	k->play = k->hang_up = k->probe = 0;
	k->record.outcome = (uint8_t)unless;
	if (!k->record.ended_ms)
		k->record.ended_ms = c->now_ms;
	if (k->phase != PHASE_CLOSING)
		contact_closing(c, k);
	contact_due(c, k, DUE_PROBE, NEVER);
	contact_due(c, k, DUE_STAGE, c->now_ms + ANSWER_LATE_MS);
	return true;
}

void flow_doubt(struct contact *k)
{
	k->task_doubtful = k->task != 0;
}

char flow_typed(struct contact *k)
{
	char digit = 0;

	while (k->n_typed && !digit) {
		digit = k->typed[0];
		memmove(k->typed, k->typed + 1, --k->n_typed);
		if (digit == k->ignored)
			digit = 0;
		k->ignored = 0;
	}
	return digit;
}

uint32_t flow_task(struct centre *c, struct contact *k, uint64_t ms)
{
	k->task = attempt_next(c);
	k->task_doubtful = false;
	contact_due(c, k, DUE_STAGE, c->now_ms + ms);
	return k->task;
}
