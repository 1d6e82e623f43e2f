#include "bot/core/agent.h"

#include "bot/core/pool.h"
#include "bot/core/staff.h"
#include "bot/core/touch.h"

#include <assert.h>

static struct serving *serving_at(const struct centre *c, uint32_t agent, uint32_t i)
{
	return &c->serving[c->agent[agent].first_serving + i];
}

static void expect_pools(const struct centre *c, uint32_t agent)
{
	for (uint32_t i = 0; i < c->agent[agent].n_servings; i++)
		pool_expect(c, serving_at(c, agent, i));
}

static void leave_pools(struct centre *c, uint32_t agent)
{
	expect_pools(c, agent);
	for (uint32_t i = 0; i < c->agent[agent].n_servings; i++)
		if (serving_at(c, agent, i)->pooled)
			pool_remove(c, serving_at(c, agent, i));
}

/* To be offered a caller before this step is over, or put into the pools. */
static void loosen(struct centre *c, uint32_t agent)
{
	struct agent *a = &c->agent[agent];

	leave_pools(c, agent);
	a->loose = true;
	if (a->listed)
		return;
	a->listed = true;
	a->next_loose = 0;
	*(c->first_loose ? &c->agent[c->last_loose].next_loose : &c->first_loose) = agent;
	c->last_loose = agent;
}

uint32_t agent_next_loose(struct centre *c)
{
	uint32_t agent;

	while ((agent = c->first_loose)) {
		c->first_loose = c->agent[agent].next_loose;
		c->agent[agent].listed = false;
		if (c->agent[agent].loose)
			break;
	}
	return agent;
}

void agent_place(struct centre *c, uint32_t agent)
{
	for (uint32_t i = 0; i < c->agent[agent].n_servings; i++)
		pool_place(c, agent, serving_at(c, agent, i));
}

/* Who became free anew gets her number only now, so that numbers and places are in one order. */
static void number(struct centre *c, uint32_t agent)
{
	if (c->agent[agent].idle_seq)
		return;
	c->agent[agent].idle_seq = ++c->last_idle;
	agent_place(c, agent);
}

void agent_settle(struct centre *c, uint32_t agent)
{
	struct agent *a = &c->agent[agent];

	a->loose = false;
	if (a->phase != AGENT_IDLE)
		return;
	number(c, agent);
	expect_pools(c, agent);
	for (uint32_t i = 0; i < a->n_servings; i++) {
		struct serving *s = serving_at(c, agent, i);

		if (s->open && !s->pooled)
			pool_add(c, agent, s);
	}
}

static void phase_set(struct centre *c, uint32_t agent, enum agent_phase phase)
{
	c->agent[agent].loose = false;
	if (phase == AGENT_IDLE)
		loosen(c, agent);
	else
		leave_pools(c, agent);
	c->agent[agent].phase = (uint8_t)phase;
	c->agent[agent].since_ms = c->now_ms;
	touch_agent(c, agent);
}

static void idle(struct centre *c, uint32_t agent)
{
	phase_set(c, agent, c->agent[agent].here ? AGENT_IDLE : AGENT_SIGNED_OUT);
}

/* Free for the shortest time of all. */
static void idle_anew(struct centre *c, uint32_t agent)
{
	c->agent[agent].idle_seq = 0;
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
	number(c, agent);
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
	struct agent *a = &c->agent[agent];

	a->n_handled++;
	a->n_shift++;
	if (a->phase == AGENT_TALKING)
		a->talk_ms += c->now_ms - a->since_ms;
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
	touch_agent(c, agent);
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

/* After what she is signed in to, her pause or her presence changed: where she may be offered
 * callers. */
static void open_anew(struct centre *c, uint32_t agent)
{
	bool more = false;

	touch_agent(c, agent);
	for (uint32_t i = 0; i < c->agent[agent].n_servings; i++) {
		struct serving *s = serving_at(c, agent, i);
		bool open = agent_staffing(c, agent, s) == STAFF_PRESENT;

		more |= open && !s->open;
		s->open = open;
		if (!open && s->pooled)
			pool_remove(c, s);
	}
	if (more && c->agent[agent].phase == AGENT_IDLE)
		loosen(c, agent);
}

void agent_sign(struct centre *c, uint32_t agent, uint32_t queue, bool in)
{
	struct agent *a = &c->agent[agent];
	bool more = false;

	staff_out(c, agent);
	for (uint32_t i = 0; i < a->n_servings; i++) {
		struct serving *s = serving_at(c, agent, i);

		if (s->signed_in == in || (queue && s->queue != queue))
			continue;
		s->signed_in = in;
		more |= in;
		a->n_signed_in += in ? 1u : -1u;
	}
	staff_in(c, agent);
	open_anew(c, agent);
	a->here = a->n_servings ? a->n_signed_in > 0 : in;
	if (!a->here)
		a->talk_ms = a->n_shift = 0;
	/* Who comes to one more queue is free there for the shortest time of all. */
	if (a->here && (a->phase == AGENT_SIGNED_OUT || (a->phase == AGENT_IDLE && more)))
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
	open_anew(c, agent);
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
	open_anew(c, agent);
	if (!back || a->phase != AGENT_IDLE)
		return;
	a->idle_seq = 0;
	loosen(c, agent);
}

struct serving *agent_serving(const struct centre *c, uint32_t agent, uint32_t queue)
{
	uint32_t from = 0, n = c->agent[agent].n_servings, to = n;

	/* They are in order of queues. */
	while (from < to) {
		uint32_t middle = (from + to) / 2;

		if (serving_at(c, agent, middle)->queue < queue)
			from = middle + 1;
		else
			to = middle;
	}
	if (from == n || serving_at(c, agent, from)->queue != queue)
		return NULL;
	return serving_at(c, agent, from);
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
