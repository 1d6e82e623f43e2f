#include "bot/core/staff.h"

#include "bot/core/agent.h"
#include "bot/core/exit.h"
#include "bot/core/queue.h"
#include "bot/core/touch.h"

static void count(struct centre *c, uint32_t agent, uint32_t by)
{
	const struct agent *a = &c->agent[agent];

	for (uint32_t i = 0; i < a->n_servings; i++) {
		const struct serving *s = &c->serving[a->first_serving + i];

		touch_queue(c, s->queue);
		for (enum staffing l = agent_staffing(c, agent, s); l > STAFF_NONE; l--)
			c->queue[s->queue].n_staff[l] += by;
	}
}

bool staff_suffices(const struct centre *c, uint32_t queue, uint8_t needs)
{
	return needs == STAFF_NONE || c->queue[queue].n_staff[needs] > 0;
}

/* Whether somebody waits there, and ought not to. Who is to be called back has time. */
static bool is_deserted(const struct centre *c, uint32_t queue)
{
	return c->queue[queue].n_waiting > c->queue[queue].n_away &&
	       !staff_suffices(c, queue, queue_plan(c, queue)->stay_needs);
}

/* Who waits is let go by the queue's timer: there may be more of them than one step can serve. */
static void look(struct centre *c, uint32_t queue)
{
	if (is_deserted(c, queue))
		timer_set(&c->timers, queue_node(c, queue), c->now_ms);
}

void staff_out(struct centre *c, uint32_t agent)
{
	count(c, agent, -1u);
}

void staff_in(struct centre *c, uint32_t agent)
{
	const struct agent *a = &c->agent[agent];

	count(c, agent, 1);
	for (uint32_t i = 0; i < a->n_servings; i++)
		look(c, c->serving[a->first_serving + i].queue);
}

void staff_count(struct centre *c)
{
	for (uint32_t id = 1; id <= c->plan->n_queues; id++)
		for (int l = 0; l <= STAFF_PRESENT; l++)
			c->queue[id].n_staff[l] = 0;
	for (uint32_t id = 1; id <= c->plan->n_agents; id++)
		count(c, id, 1);
	for (uint32_t id = 1; id <= c->plan->n_queues; id++)
		look(c, id);
}

void staff_due(struct centre *c, uint32_t queue)
{
	struct contact *k = queue_first(c, queue);

	timer_set(&c->timers, queue_node(c, queue), NEVER);
	if (!is_deserted(c, queue))
		return;
	/* Who is on the way to an agent cannot be called back, and is looked at when that fails. */
	while (k && (k->transfer || k->call_back))
		k = queue_after(c, k);
	if (!k)
		return;
	exit_take(c, k, EXIT_NO_AGENTS);
	timer_set(&c->timers, queue_node(c, queue), c->now_ms);
}
