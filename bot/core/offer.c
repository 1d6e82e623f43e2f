#include "bot/core/offer.h"

#include "bot/core/agent.h"
#include "bot/core/contact.h"
#include "bot/core/queue.h"
#include "bot/core/ring.h"
#include "bot/core/strategy.h"

#include <assert.h>

void freed_add(struct freed *f, uint32_t agent)
{
	assert(f->n < PARTIES_MAX);
	if (agent)
		f->agent[f->n++] = agent;
}

/* Whom the strategy takes; in: the place. 0: nobody is to be had. */
static uint32_t best_for(const struct centre *c, const struct contact *k, struct serving *in)
{
	const struct plan_queue *p = queue_plan(c, k->queue);
	const struct strategy *strategy = strategy_at(p->strategy);
	struct turn turn = { c->queue[k->queue].last_rank, p->n_members };
	struct candidate best = { 0 };
	uint32_t found = 0;

	for (uint32_t rank = 0; rank < p->n_members; rank++) {
		uint32_t agent = c->plan->member[p->first_member + rank] + 1u;
		struct candidate it = { c->agent[agent].idle_seq, rank };

		if (!agent_may_serve(c, agent, agent_serving(c, agent, k->queue)))
			continue;
		if (!found || strategy->before(&it, &best, turn)) {
			best = it;
			found = agent;
			*in = *agent_serving(c, agent, k->queue);
		}
	}
	return found;
}

/* To the agent, and where all ring at once, to as many others. */
static void offer(struct centre *c, struct contact *k, uint32_t agent, struct serving in)
{
	queue_unready(c, k);
	contact_phase_set(c, k, PHASE_RINGING);
	for (uint32_t n = ring_at_once(c, k); agent && n; n--) {
		c->queue[k->queue].last_rank = in.rank + 1;
		ring_begin(c, k, agent);
		agent = n > 1 ? best_for(c, k, &in) : 0;
	}
}

void offer_contact(struct centre *c, struct contact *k)
{
	struct serving in = { 0 };
	uint32_t agent;

	if (!queue_is_ready(c, k))
		return;
	agent = best_for(c, k, &in);
	if (agent)
		offer(c, k, agent, in);
}

/* Who has waited longest over all queues that the agent is available for; in: the agent's place
 * there. */
static struct contact *oldest_for(const struct centre *c, uint32_t agent, struct serving *in)
{
	const struct agent *a = &c->agent[agent];
	struct contact *oldest = NULL;

	for (uint32_t i = 0; i < a->n_servings; i++) {
		const struct serving *s = &c->serving[a->first_serving + i];
		uint32_t head = c->queue[s->queue].ready.first;

		if (head && agent_may_serve(c, agent, s) &&
			(!oldest || queue_before(&c->contact[head], oldest))) {
			oldest = &c->contact[head];
			*in = *s;
		}
	}
	return oldest;
}

void offer_agent(struct centre *c, uint32_t agent)
{
	struct serving in = { 0 };
	struct contact *oldest;

	if (!agent || c->agent[agent].phase != AGENT_IDLE)
		return;
	oldest = oldest_for(c, agent, &in);
	if (oldest)
		offer(c, oldest, agent, in);
}

void offer_freed(struct centre *c, const struct freed *f)
{
	for (uint32_t i = 0; i < f->n; i++)
		offer_agent(c, f->agent[i]);
}

/* An agent is for whoever has waited longest, and only if that is k does the strategy look whether
 * another agent is the one for k. */
void offer_all(struct centre *c, struct contact *k, const struct freed *f)
{
	struct serving in = { 0 };

	for (uint32_t i = 0; i < f->n; i++)
		if (oldest_for(c, f->agent[i], &in) != k)
			offer_agent(c, f->agent[i]);
	offer_contact(c, k);
	offer_freed(c, f);
}

void offer_presence(struct centre *c, const struct event *ev)
{
	uint32_t agent = ev->attempt;

	if (!agent || agent > c->plan->n_agents || ev->value < 0 || ev->value >= PRESENCES)
		return;
	agent_presence(c, agent, (enum presence_class)ev->value);
	offer_agent(c, agent);
}
