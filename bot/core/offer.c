#include "bot/core/offer.h"

#include "bot/core/agent.h"
#include "bot/core/contact.h"
#include "bot/core/queue.h"
#include "bot/core/strategy.h"

#include <assert.h>

/* How a ring went that did not lead to a conversation. */
enum fate {
	FATE_BLAMED,  /* the agent did not take it: back-off */
	FATE_FAILED,  /* Graph did not do it: the contact rests */
	FATE_CRASHED, /* nobody knows: as if it had not been */
};

static struct effect *emit_ring(struct centre *c, enum effect_kind kind, const struct contact *k)
{
	struct effect *fx = effect_emit(c, kind, k, k->ring);

	fx->agent = (uint16_t)k->agent;
	fx->queue = (uint16_t)k->queue;
	return fx;
}

static uint64_t ring_until_ms(const struct centre *c, uint32_t ms)
{
	return c->now_ms + (ms < RING_MS_MIN ? RING_MS_MIN : ms);
}

static void ring_now(struct centre *c, struct contact *k)
{
	const struct plan_queue *p = queue_plan(c, k->queue);

	k->transfer = p->hand_off == HAND_OFF_TRANSFER;
	k->asked = false;
	k->doubtful = false;
	emit_ring(c, FX_RING, k);
	contact_due(c, k, DUE_RING,
		k->transfer ? c->now_ms + c->plan->transfer_ms_max : ring_until_ms(c, p->ring_ms));
}

/* Nothing rings yet, so all is as with a ring that can be withdrawn. */
static void ask(struct centre *c, struct contact *k)
{
	k->transfer = false;
	k->asked = true;
	k->doubtful = false;
	emit_ring(c, FX_ASK, k);
	contact_due(c, k, DUE_RING, ring_until_ms(c, queue_plan(c, k->queue)->accept_ms));
}

static void offer(struct centre *c, struct contact *k, const struct serving *s, uint32_t agent)
{
	queue_unready(c, k);
	c->queue[k->queue].last_rank = s->rank + 1;
	k->agent = agent;
	k->ring = attempt_next(c);
	k->record.n_offers++;
	contact_phase_set(c, k, PHASE_RINGING);
	agent_ring(c, agent, k);
	if (queue_plan(c, k->queue)->accept_ms)
		ask(c, k);
	else
		ring_now(c, k);
}

void offer_contact(struct centre *c, struct contact *k)
{
	const struct plan_queue *p;
	const struct strategy *strategy;
	struct candidate best = { 0 };
	uint32_t found = 0;
	struct turn turn;

	if (!queue_is_ready(c, k))
		return;
	p = queue_plan(c, k->queue);
	strategy = strategy_at(p->strategy);
	turn = (struct turn){ c->queue[k->queue].last_rank, p->n_members };
	for (uint32_t rank = 0; rank < p->n_members; rank++) {
		uint32_t agent = c->plan->member[p->first_member + rank] + 1u;
		struct candidate it = { c->agent[agent].idle_seq, rank };

		if (c->agent[agent].phase != AGENT_IDLE || !agent_is_available(c, agent, k->queue))
			continue;
		if (!found || strategy->before(&it, &best, turn)) {
			best = it;
			found = agent;
		}
	}
	if (found)
		offer(c, k, &(struct serving){ k->queue, best.rank }, found);
}

/* Who has waited longest over all queues that the agent is available for; in: the agent's place
 * there. */
static struct contact *oldest_for(const struct centre *c, uint32_t agent, const struct serving **in)
{
	const struct agent *a = &c->agent[agent];
	struct contact *oldest = NULL;

	for (uint32_t i = 0; i < a->n_servings; i++) {
		const struct serving *s = &c->serving[a->first_serving + i];
		uint32_t head = c->queue[s->queue].ready.first;

		if (head && agent_is_available(c, agent, s->queue) &&
			(!oldest || queue_before(&c->contact[head], oldest))) {
			oldest = &c->contact[head];
			*in = s;
		}
	}
	return oldest;
}

void offer_agent(struct centre *c, uint32_t agent)
{
	const struct serving *in = NULL;
	struct contact *oldest;

	if (!agent || c->agent[agent].phase != AGENT_IDLE)
		return;
	oldest = oldest_for(c, agent, &in);
	if (oldest)
		offer(c, oldest, in, agent);
}

/* Both are free again at once. The agent is for whoever has waited longest, and only if that is k
 * does the strategy look whether another agent is the one for k. */
static void offer_both(struct centre *c, struct contact *k, uint32_t agent)
{
	const struct serving *in = NULL;

	if (agent && oldest_for(c, agent, &in) != k)
		offer_agent(c, agent);
	offer_contact(c, k);
	offer_agent(c, agent);
}

/* The ring is no longer in force; k waits again, not yet ready. Returns the agent. */
static uint32_t ring_over(struct centre *c, struct contact *k, enum fate fate)
{
	uint32_t agent = k->agent;

	if (agent && fate == FATE_BLAMED)
		agent_back_off(c, agent, k->queue ? queue_plan(c, k->queue)->back_off_ms : 0);
	else if (agent)
		agent_release(c, agent);
	k->agent = 0;
	k->ring = 0;
	k->ring_failures = fate == FATE_FAILED ? (uint16_t)(k->ring_failures + 1) : 0;
	contact_due(c, k, DUE_RING, NEVER);
	contact_phase_set(c, k, PHASE_WAITING);
	return agent;
}

static void rest(struct centre *c, struct contact *k)
{
	uint32_t doublings = k->ring_failures - 1u;

	if (doublings > RETRY_DOUBLINGS_MAX)
		doublings = RETRY_DOUBLINGS_MAX;
	contact_due(c, k, DUE_RING, c->now_ms + ((uint64_t)RETRY_MS << doublings));
}

/* k waits again in its old place, and whoever can be offered something is. */
static void wait_again(struct centre *c, struct contact *k, uint32_t agent, bool silent)
{
	k->transfer = false;
	if (!k->queue) {
		offer_agent(c, agent);
		return;
	}
	if (queue_waited_out(c, k)) {
		queue_time_out(c, k);
		offer_agent(c, agent);
		return;
	}
	if (silent)
		queue_hold(c, k);
	if (k->ring_failures)
		rest(c, k);
	else
		queue_ready(c, k);
	offer_both(c, k, agent);
}

static void ring_ended(struct centre *c, struct contact *k, enum fate fate)
{
	bool silent = k->transfer; /* Graph may have cancelled the music for it. */

	wait_again(c, k, ring_over(c, k, fate), silent);
}

/* The conversation is over for the agent. Returns the agent. */
static uint32_t talk_over(struct centre *c, struct contact *k)
{
	uint32_t agent = k->agent;

	if (agent)
		agent_wrap_up(c, agent, k->queue ? queue_plan(c, k->queue)->wrap_up_ms : 0);
	k->agent = 0;
	k->ring = 0;
	return agent;
}

uint32_t offer_detach(struct centre *c, struct contact *k)
{
	uint32_t agent = k->agent;

	queue_leave(c, k);
	if (k->phase == PHASE_RINGING) {
		if (!k->transfer)
			emit_ring(c, FX_WITHDRAW, k);
		if (agent)
			agent_release(c, agent);
	} else if (k->phase == PHASE_TALKING && k->ring) {
		emit_ring(c, FX_DROP_AGENT, k);
		talk_over(c, k);
	}
	k->agent = 0;
	k->ring = 0;
	k->transfer = false;
	contact_due(c, k, DUE_RING, NEVER);
	contact_due(c, k, DUE_WAIT, NEVER);
	return agent;
}

static void connected(struct centre *c, struct contact *k)
{
	queue_leave(c, k);
	k->play = 0;
	k->transfer = false;
	k->doubtful = false;
	k->ring_failures = 0;
	k->record.connected_ms = c->now_ms;
	k->record.agent = (uint16_t)k->agent;
	contact_phase_set(c, k, PHASE_TALKING);
	if (k->agent)
		agent_talk(c, k->agent);
	contact_due(c, k, DUE_RING, NEVER);
	contact_due(c, k, DUE_WAIT, NEVER);
	contact_due(c, k, DUE_STAGE, c->now_ms + c->plan->talk_ms_max);
}

void offer_connect(struct centre *c, struct contact *k)
{
	effect_emit(c, FX_STOP_PLAY, k, 0);
	emit_ring(c, FX_CONNECT, k);
}

void offer_accepted(struct centre *c, struct contact *k)
{
	/* A new plan may have lost agent or queue: then the deadline decides. */
	if (k->phase == PHASE_RINGING && k->asked && k->agent && k->queue)
		ring_now(c, k);
}

void offer_answered(struct centre *c, struct contact *k)
{
	if (k->phase != PHASE_RINGING)
		return;
	offer_connect(c, k);
	connected(c, k);
}

/* Connected, and lost before the two heard each other: the caller returns to the place. */
static void disconnected(struct centre *c, struct contact *k)
{
	uint32_t agent;

	k->record.connected_ms = 0;
	k->record.agent = 0;
	agent = ring_over(c, k, FATE_BLAMED);
	if (!k->queue) {
		contact_due(c, k, DUE_STAGE, c->now_ms);
		return;
	}
	queue_put(c, k);
	wait_again(c, k, agent, true);
}

void offer_failed(struct centre *c, struct contact *k, enum ring_end end)
{
	if (k->phase == PHASE_TALKING)
		disconnected(c, k);
	else
		ring_ended(c, k, end == RING_FAILED ? FATE_FAILED : FATE_BLAMED);
}

void offer_effect_failed(struct centre *c, struct contact *k, enum effect_end end)
{
	if (k->phase != PHASE_RINGING)
		return; /* A late word about an invitation that the agent has taken. */
	if (end == EFFECT_TIMEOUT && k->transfer) {
		/* It may be under way, and a second one would cross it: its deadline decides. */
		k->doubtful = true;
		return;
	}
	if (end == EFFECT_TIMEOUT)
		emit_ring(c, FX_WITHDRAW, k);
	ring_ended(c, k, FATE_FAILED);
}

void offer_left(struct centre *c, struct contact *k)
{
	uint32_t agent;

	if (k->phase != PHASE_TALKING)
		return;
	agent = talk_over(c, k);
	contact_close(c, k, OUTCOME_HANDLED, 0);
	offer_agent(c, agent);
}

void offer_handed_over(struct centre *c, struct contact *k)
{
	uint32_t agent;

	if (k->phase != PHASE_RINGING)
		return;
	connected(c, k);
	agent = talk_over(c, k);
	k->record.estimated = true;
	k->record.outcome = OUTCOME_HANDLED;
	/* The call ends by itself now. If nobody ever says so, it is hung up. */
	contact_closing(c, k);
	contact_due(c, k, DUE_STAGE, c->now_ms + c->plan->transfer_ms_max);
	offer_agent(c, agent);
}

void offer_due(struct centre *c, struct contact *k)
{
	contact_due(c, k, DUE_RING, NEVER);
	if (k->phase == PHASE_RINGING && k->due_ms[DUE_PROBE] != NEVER)
		return; /* We were away: she may have answered. It ends when Graph has told. */
	if (k->phase == PHASE_WAITING && k->queue) {
		queue_ready(c, k);
		offer_contact(c, k);
	} else if (k->phase == PHASE_RINGING) {
		if (!k->transfer)
			emit_ring(c, FX_WITHDRAW, k);
		ring_ended(c, k, k->doubtful ? FATE_CRASHED : FATE_BLAMED);
	}
}

void offer_presence(struct centre *c, const struct event *ev)
{
	uint32_t agent = ev->attempt;

	if (!agent || agent > c->plan->n_agents || ev->value < 0 || ev->value >= PRESENCES)
		return;
	agent_presence(c, agent, (enum presence_class)ev->value);
	offer_agent(c, agent);
}

void offer_too_late(struct centre *c, const struct event *ev)
{
	struct contact gone = { .number = ev->contact };

	effect_emit(c, FX_DROP_AGENT, &gone, ev->attempt);
}
