#include "bot/shell/ways.h"

struct plan_target step_way(const struct plan_step *s, size_t i)
{
	if (i < PLAN_KEYS)
		return s->key[i];
	if (i == PLAN_KEYS)
		return s->otherwise;
	return (struct plan_target){ s->kind == STEP_QUEUE ? TARGET_QUEUE : TARGET_NONE, s->queue };
}

struct plan_target queue_way(const struct plan_queue *q, size_t i)
{
	const struct plan_target exits[] = { q->timeout, q->full, q->no_agents, q->closed.target,
		q->survey };

	return i < PLAN_KEYS ? q->leave[i] : exits[i - PLAN_KEYS];
}
