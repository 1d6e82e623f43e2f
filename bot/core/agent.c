#include "bot/core/agent.h"

#include "bot/core/staff.h"

#include <assert.h>

static void phase_set(struct centre *c, uint32_t agent, enum agent_phase phase)
{
	c->agent[agent].phase = (uint8_t)phase;
	c->agent[agent].since_ms = c->now_ms;
}

static void idle(struct centre *c, uint32_t agent)
{
	phase_set(c, agent, c->agent[agent].here ? AGENT_IDLE : AGENT_SIGNED_OUT);
}

/* Free for the shortest time of all. */
static void idle_anew(struct centre *c, uint32_t agent)
{
	c->agent[agent].idle_seq = ++c->last_idle;
	idle(c, agent);
}

bool agent_is_free(const struct centre *c, uint32_t agent)
{
	enum agent_phase phase = c->agent[agent].phase;

	return phase == AGENT_IDLE || phase == AGENT_SIGNED_OUT;
}

void agent_ring(struct centre *c, uint32_t agent)
{
	assert(agent_is_free(c, agent));
	phase_set(c, agent, AGENT_RINGING);
}

void agent_release(struct centre *c, uint32_t agent)
{
	assert(c->agent[agent].phase == AGENT_RINGING && !c->agent[agent].attempt);
	idle(c, agent);
}

void agent_talk(struct centre *c, uint32_t agent)
{
	assert(c->agent[agent].phase == AGENT_RINGING);
	phase_set(c, agent, AGENT_TALKING);
}

static void rest(struct centre *c, uint32_t agent, enum agent_phase phase, uint32_t ms)
{
	phase_set(c, agent, phase);
	timer_set(&c->timers, agent_node(c, agent), c->now_ms + ms);
}

void agent_wrap_up(struct centre *c, uint32_t agent, uint32_t ms)
{
	c->agent[agent].n_handled++;
	agent_helped(c, agent, ms);
}

void agent_helped(struct centre *c, uint32_t agent, uint32_t ms)
{
	assert(!c->agent[agent].attempt);
	c->agent[agent].more = false;
	if (ms)
		rest(c, agent, AGENT_WRAP_UP, ms);
	else
		idle_anew(c, agent);
}

bool agent_wrap_up_more(struct centre *c, uint32_t agent)
{
	struct agent *a = &c->agent[agent];
	uint32_t node = agent_node(c, agent);
	uint32_t ms = a->talked_in ? queue_plan(c, a->talked_in)->wrap_up_more_ms : 0;

	if (a->phase != AGENT_WRAP_UP || a->more || !ms)
		return false;
	a->more = true;
	timer_set(&c->timers, node, timer_due(&c->timers, node) + ms);
	return true;
}

void agent_back_off(struct centre *c, uint32_t agent, uint32_t ms)
{
	assert(!c->agent[agent].attempt);
	rest(c, agent, AGENT_BACK_OFF, ms < BACK_OFF_MS_MIN ? BACK_OFF_MS_MIN : ms);
}

void agent_free(struct centre *c, uint32_t agent)
{
	enum agent_phase phase = c->agent[agent].phase;

	if (phase != AGENT_WRAP_UP && phase != AGENT_BACK_OFF)
		return;
	timer_set(&c->timers, agent_node(c, agent), NEVER);
	idle_anew(c, agent);
}

void agent_due(struct centre *c, uint32_t agent)
{
	timer_set(&c->timers, agent_node(c, agent), NEVER);
	agent_free(c, agent);
}

void agent_sign(struct centre *c, uint32_t agent, uint32_t queue, bool in)
{
	struct agent *a = &c->agent[agent];

	staff_out(c, agent);
	for (uint32_t i = 0; i < a->n_servings; i++) {
		struct serving *s = &c->serving[a->first_serving + i];

		if (s->signed_in == in || (queue && s->queue != queue))
			continue;
		s->signed_in = in;
		a->n_signed_in += in ? 1u : -1u;
	}
	staff_in(c, agent);
	a->here = a->n_servings ? a->n_signed_in > 0 : in;
	if (a->phase == AGENT_SIGNED_OUT && a->here)
		idle_anew(c, agent);
	else if (a->phase == AGENT_IDLE && !a->here)
		phase_set(c, agent, AGENT_SIGNED_OUT);
}

bool agent_is_signed_in(const struct centre *c, uint32_t agent, uint32_t queue)
{
	const struct serving *s = agent_serving(c, agent, queue);

	return s && s->signed_in;
}

/* Who comes back from elsewhere has not rested here. */
void agent_pause(struct centre *c, uint32_t agent, uint32_t reason)
{
	struct agent *a = &c->agent[agent];
	bool back = a->paused && !reason;

	staff_out(c, agent);
	a->paused = (uint16_t)reason;
	staff_in(c, agent);
	if (back && a->phase == AGENT_IDLE)
		idle_anew(c, agent);
}

static bool fits(const struct plan_queue *p, uint8_t presence)
{
	return !p->available || (p->available >> presence & 1) != 0;
}

void agent_presence(struct centre *c, uint32_t agent, enum presence_class p)
{
	struct agent *a = &c->agent[agent];
	bool back = false;

	for (uint32_t i = 0; i < a->n_servings; i++) {
		const struct plan_queue *q = queue_plan(c, c->serving[a->first_serving + i].queue);

		back |= fits(q, (uint8_t)p) && !fits(q, a->presence);
	}
	staff_out(c, agent);
	a->presence = (uint8_t)p;
	staff_in(c, agent);
	if (back && a->phase == AGENT_IDLE)
		a->idle_seq = ++c->last_idle;
}

const struct serving *agent_serving(const struct centre *c, uint32_t agent, uint32_t queue)
{
	const struct agent *a = &c->agent[agent];

	for (uint32_t i = 0; i < a->n_servings; i++)
		if (c->serving[a->first_serving + i].queue == queue)
			return &c->serving[a->first_serving + i];
	return NULL;
}

enum staffing agent_staffing(const struct centre *c, uint32_t agent, const struct serving *s)
{
	if (!s->signed_in)
		return STAFF_NONE;
	if (c->agent[agent].paused)
		return STAFF_SIGNED_IN;
	return fits(queue_plan(c, s->queue), c->agent[agent].presence) ? STAFF_PRESENT
								       : STAFF_ACTIVE;
}

bool agent_may_serve(const struct centre *c, uint32_t agent, const struct serving *s)
{
	const struct agent *a = &c->agent[agent];

	return a->phase == AGENT_IDLE && agent_staffing(c, agent, s) == STAFF_PRESENT;
}
