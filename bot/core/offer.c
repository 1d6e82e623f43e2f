#include "bot/core/offer.h"

#include "bot/core/agent.h"
#include "bot/core/contact.h"
#include "bot/core/pool.h"
#include "bot/core/queue.h"
#include "bot/core/ring.h"

#include <assert.h>

void freed_add(struct freed *f, uint32_t agent)
{
	assert(f->n < PARTIES_MAX);
	if (agent)
		f->agent[f->n++] = agent;
}

static uint32_t agent_of(const struct centre *c, const struct serving *s)
{
	return c->plan->member[queue_plan(c, s->queue)->first_member + s->rank] + 1u;
}

/* Memory is slow, and of those who wait nobody has been looked at for long. */
static void expect(const struct centre *c, const struct contact *k)
{
	const char *at = (const char *)k;

	__builtin_prefetch(&c->timers.timer[contact_slot(c, k)]);
	__builtin_prefetch(at);
	__builtin_prefetch(at + 64);
	__builtin_prefetch(at + 128);
}

/* To her, and to n - 1 others as they come. */
static void offer(struct centre *c, struct contact *k, struct serving *s, uint32_t n)
{
	expect(c, k);
	queue_unready(c, k);
	contact_phase_set(c, k, PHASE_RINGING);
	for (; s && n; n--) {
		if (agent_of(c, s) == k->knows)
			k->knows = 0; /* once is enough */
		pool_turn(c, s);
		ring_begin(c, k, agent_of(c, s));
		s = n > 1 ? pool_first(c, k->queue, k->class) : NULL;
	}
}

void offer_contact(struct centre *c, struct contact *k)
{
	struct serving *s;

	if (!queue_is_ready(c, k))
		return;
	if (k->sticky) {
		s = agent_serving(c, k->knows, k->queue);
		if (s->pooled)
			offer(c, k, s, 1);
	} else if (!queue_plan(c, k->queue)->by_hand) {
		s = pool_first(c, k->queue, k->class);
		if (s)
			offer(c, k, s, ring_at_once(c, k));
	}
}

/* The caller who is to have an agent, and by which of her queues. */
struct match {
	int64_t key; /* less is first; */
	uint64_t tie;
	uint32_t slot; /* 0: nobody */
	struct serving *s;
};

static bool is_better(int64_t key, uint64_t tie, const struct match *m)
{
	if (!m->slot)
		return true;
	return key != m->key ? key < m->key : tie < m->tie;
}

/* Of each of her queues, the first of each class that she may serve. */
static void match_heads(struct centre *c, const struct agent *a, struct match *m)
{
	for (uint32_t i = 0; i < a->n_servings; i++) {
		struct serving *s = &c->serving[a->first_serving + i];
		const struct front *f = &c->front[s->queue];
		uint64_t classes = s->open ? f->all & s->classes : 0;

		for (; classes; classes &= classes - 1) {
			const struct head *h =
				&c->head[f->first_head + (uint32_t)__builtin_ctzll(classes)];

			if (is_better(h->key, h->tie, m))
				*m = (struct match){ h->key, h->tie, h->slot, s };
		}
	}
}

/* Those who wait for nobody but her. */
static void match_fans(struct centre *c, uint32_t agent, struct match *m)
{
	const struct agent *a = &c->agent[agent];
	uint64_t open = 0;
	uint32_t slot;

	for (uint32_t i = 0; i < a->n_servings; i++) {
		const struct serving *s = &c->serving[a->first_serving + i];

		if (s->open)
			open |= queue_fan_bit(c, agent, s);
	}
	slot = tree_first(c->fan, a->fans, open);
	if (slot && is_better(c->fan[slot].key, c->fan[slot].tie, m))
		*m = (struct match){ c->fan[slot].key, c->fan[slot].tie, slot,
			agent_serving(c, agent, c->contact[slot].queue) };
}

struct contact *offer_first(struct centre *c, uint32_t agent, struct serving **in)
{
	const struct agent *a = &c->agent[agent];
	struct match m = { .slot = 0 };

	match_heads(c, a, &m);
	if (a->fans)
		match_fans(c, agent, &m);
	*in = m.s;
	return m.slot && m.s->open ? &c->contact[m.slot] : NULL;
}

void offer_agent(struct centre *c, uint32_t agent)
{
	struct serving *in;
	struct contact *k;

	if (!agent || c->agent[agent].phase != AGENT_IDLE)
		return;
	k = offer_first(c, agent, &in);
	if (k)
		offer(c, k, in, k->sticky ? 1 : ring_at_once(c, k));
	else
		agent_settle(c, agent);
}

void offer_freed(struct centre *c, const struct freed *f)
{
	/* All are to be had before the first one is offered: they may ring for the same caller. */
	for (uint32_t i = 0; f->n > 1 && i < f->n; i++)
		agent_settle(c, f->agent[i]);
	for (uint32_t i = 0; i < f->n; i++)
		offer_agent(c, f->agent[i]);
}

/* An agent is for whoever is first, and only if that is k does the strategy look whether another
 * agent is the one for k. */
void offer_all(struct centre *c, struct contact *k, const struct freed *f)
{
	struct serving *in;

	for (uint32_t i = 0; i < f->n; i++)
		if (offer_first(c, f->agent[i], &in) == k)
			agent_settle(c, f->agent[i]);
		else
			offer_agent(c, f->agent[i]);
	offer_contact(c, k);
	offer_freed(c, f);
}

void offer_loose(struct centre *c)
{
	uint32_t agent;

	/* Bounded: who is not offered a caller is settled, and what is offered frees nobody. */
	while ((agent = agent_next_loose(c)))
		offer_agent(c, agent);
}

/* Whom others ring for too; who has no call is called back once she is picked. */
static bool may_be_picked(const struct contact *k)
{
	if (!k->queue || k->transfer)
		return false;
	if (k->call_back)
		return k->phase == PHASE_CALL_BACK && k->ready;
	return k->phase == PHASE_WAITING || k->phase == PHASE_RINGING;
}

enum refusal offer_pick(struct centre *c, struct contact *k, uint32_t agent)
{
	struct freed f = { .n = 0 };
	struct serving *s;

	if (!may_be_picked(k))
		return REFUSED_NOT_WAITING;
	s = agent_serving(c, agent, k->queue);
	if (!s)
		return REFUSED_NOT_MEMBER;
	if (c->agent[agent].phase != AGENT_IDLE)
		return REFUSED_AGENT_BUSY;
	if (k->phase == PHASE_RINGING)
		ring_undo(c, k, &f);
	contact_due(c, k, DUE_RING, NEVER); /* if she rests, no longer */
	offer(c, k, s, 1);
	offer_freed(c, &f);
	return REFUSED_NOT;
}

void offer_presence(struct centre *c, const struct event *ev)
{
	uint32_t agent = ev->attempt;

	if (!agent || agent > c->plan->n_agents || ev->value < 0 || ev->value >= PRESENCES)
		return;
	agent_presence(c, agent, (enum presence_class)ev->value);
	offer_agent(c, agent);
}
