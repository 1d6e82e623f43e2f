#include "bot/core/agent.h"

#include <assert.h>

static struct agent *phase_set(struct centre *c, uint32_t agent, enum agent_phase phase)
{
	struct agent *a = &c->agent[agent];

	a->phase = (uint8_t)phase;
	a->since_ms = c->now_ms;
	return a;
}

static void free_anew(struct centre *c, uint32_t agent)
{
	phase_set(c, agent, AGENT_IDLE)->idle_seq = ++c->last_idle;
}

void agent_release(struct centre *c, uint32_t agent)
{
	assert(c->agent[agent].phase == AGENT_RINGING);
	phase_set(c, agent, AGENT_IDLE)->contact = 0;
}

void agent_ring(struct centre *c, uint32_t agent, struct contact *k)
{
	assert(c->agent[agent].phase == AGENT_IDLE && !c->agent[agent].contact);
	phase_set(c, agent, AGENT_RINGING)->contact = contact_slot(c, k);
}

void agent_talk(struct centre *c, uint32_t agent)
{
	assert(c->agent[agent].phase == AGENT_RINGING);
	phase_set(c, agent, AGENT_TALKING);
}

static void rest(struct centre *c, uint32_t agent, enum agent_phase phase, uint32_t ms)
{
	phase_set(c, agent, phase)->contact = 0;
	timer_set(&c->timers, agent_node(c, agent), c->now_ms + ms);
}

void agent_wrap_up(struct centre *c, uint32_t agent, uint32_t ms)
{
	c->agent[agent].n_handled++;
	c->agent[agent].contact = 0;
	if (ms)
		rest(c, agent, AGENT_WRAP_UP, ms);
	else
		free_anew(c, agent);
}

void agent_back_off(struct centre *c, uint32_t agent, uint32_t ms)
{
	rest(c, agent, AGENT_BACK_OFF, ms < BACK_OFF_MS_MIN ? BACK_OFF_MS_MIN : ms);
}

static bool is_available(const struct plan_queue *p, uint8_t presence)
{
	return !p->available || (p->available >> presence & 1) != 0;
}

bool agent_is_available(const struct centre *c, uint32_t agent, uint32_t queue)
{
	return is_available(queue_plan(c, queue), c->agent[agent].presence);
}

/* Who comes back from elsewhere has not rested here: she is free for the shortest time. */
void agent_presence(struct centre *c, uint32_t agent, enum presence_class p)
{
	struct agent *a = &c->agent[agent];
	bool back = false;

	for (uint32_t i = 0; i < a->n_servings; i++) {
		const struct plan_queue *q = queue_plan(c, c->serving[a->first_serving + i].queue);

		back |= is_available(q, (uint8_t)p) && !is_available(q, a->presence);
	}
	a->presence = (uint8_t)p;
	if (back && a->phase == AGENT_IDLE)
		a->idle_seq = ++c->last_idle;
}

void agent_due(struct centre *c, uint32_t agent)
{
	enum agent_phase phase = c->agent[agent].phase;

	timer_set(&c->timers, agent_node(c, agent), NEVER);
	if (phase == AGENT_WRAP_UP || phase == AGENT_BACK_OFF)
		free_anew(c, agent);
}
