#include "bot/core/ring.h"

#include "bot/core/agent.h"
#include "bot/core/call_back.h"
#include "bot/core/contact.h"
#include "bot/core/queue.h"
#include "bot/core/ring_over.h"
#include "bot/core/strategy.h"
#include "bot/core/talk.h"

#include <assert.h>

bool ring_is_for_all(const struct centre *c, const struct contact *k)
{
	const struct plan_queue *p;

	if (!k->queue)
		return false; /* A new plan has no such queue. */
	p = queue_plan(c, k->queue);
	return strategy_at(p->strategy)->all && p->hand_off == HAND_OFF_BRIDGE;
}

uint32_t ring_at_once(const struct centre *c, const struct contact *k)
{
	uint32_t n = queue_plan(c, k->queue)->ring_at_once;

	if (!ring_is_for_all(c, k) || k->call_back)
		return 1;
	return n && n < RING_AT_ONCE_MAX ? n : RING_AT_ONCE_MAX;
}

static uint64_t until_ms(const struct centre *c, uint32_t ms)
{
	return c->now_ms + (ms < RING_MS_MIN ? RING_MS_MIN : ms);
}

static void ring_now(struct centre *c, struct contact *k, struct party p)
{
	const struct plan_queue *q = queue_plan(c, k->queue);

	if (k->call_back) {
		c->agent[p.agent].asked = false;
		call_back_dial(c, k, p.agent);
		return;
	}
	k->transfer = q->hand_off == HAND_OFF_TRANSFER;
	k->doubtful = false;
	c->agent[p.agent].asked = false;
	party_emit(c, FX_RING, k, p);
	contact_due(c, k, DUE_RING,
		k->transfer ? c->now_ms + c->plan->transfer_ms_max : until_ms(c, q->ring_ms));
}

/* Nothing rings yet, so all is as with a ring that can be withdrawn. */
static void ask(struct centre *c, struct contact *k, struct party p)
{
	c->agent[p.agent].asked = true;
	party_emit(c, FX_ASK, k, p);
	contact_due(c, k, DUE_RING, until_ms(c, queue_plan(c, k->queue)->accept_ms));
}

void ring_begin(struct centre *c, struct contact *k, uint32_t agent)
{
	struct party p = { agent, attempt_next(c) };

	assert(k->phase == PHASE_RINGING);
	if (!k->ring) {
		k->agent = p.agent;
		k->ring = p.attempt;
		k->transfer = k->doubtful = false;
	}
	k->record.n_offers++;
	party_add(c, k, p, ROLE_OFFER);
	agent_ring(c, agent);
	if (queue_plan(c, k->queue)->accept_ms)
		ask(c, k, p);
	else
		ring_now(c, k, p);
}

void ring_reserved(struct centre *c, struct contact *k)
{
	struct freed f = { .n = 0 };

	if (k->agent) {
		ring_now(c, k, party_lead(k));
		return;
	}
	/* A new plan has lost her. */
	ring_all_over(c, k, FATE_CRASHED, false, &f);
	ring_wait_again(c, k, FATE_CRASHED);
	queue_ready(c, k);
	offer_contact(c, k);
}

void ring_detach(struct centre *c, struct contact *k, struct freed *f)
{
	queue_leave(c, k);
	if (k->phase == PHASE_RINGING) {
		ring_all_over(c, k, FATE_CRASHED, !k->transfer, f);
	} else if (k->phase == PHASE_TALKING) {
		talk_end(c, k, f);
	}
	if (k->call_back) {
		if (k->call_back == CALL_BACK_DIALLING)
			call_back_undial(c, k);
		call_back_unlist(c, k);
		k->call_back = CALL_BACK_NONE;
	}
	k->transfer = false;
	k->sent_on = false;
	contact_due(c, k, DUE_RING, NEVER);
	contact_due(c, k, DUE_WAIT, NEVER);
}

static void connected(struct centre *c, struct contact *k)
{
	queue_leave(c, k);
	if (!k->sent_on) {
		estimate_met(c, k, c->now_ms - k->since_ms);
		k->record.connected_ms = c->now_ms;
	}
	k->play = 0;
	k->transfer = false;
	k->doubtful = false;
	k->sent_on = false;
	k->ring_failures = 0;
	k->record.agent = (uint16_t)k->agent;
	k->record.left_ms = 0; /* of a conversation before this one */
	contact_phase_set(c, k, PHASE_TALKING);
	if (k->agent) {
		agent_talk(c, k->agent);
		talk_met(c, k, k->agent);
		c->agent[k->agent].role = ROLE_OFFER;
		c->agent[k->agent].hearing = HEAR_ALL;
	}
	contact_due(c, k, DUE_RING, NEVER);
	contact_due(c, k, DUE_WAIT, NEVER);
	contact_due(c, k, DUE_STAGE, c->now_ms + c->plan->talk_ms_max);
}

void ring_connect(struct centre *c, struct contact *k)
{
	effect_emit(c, FX_STOP_PLAY, k, 0);
	party_emit(c, FX_CONNECT, k, party_lead(k));
}

/* Whether somebody of those offered k is rung already. */
static bool somebody_rings(const struct centre *c, const struct contact *k)
{
	for (uint32_t agent = k->first_party; agent; agent = c->agent[agent].next_party)
		if (!c->agent[agent].asked)
			return true;
	return false;
}

void ring_accepted(struct centre *c, struct contact *k, struct party p)
{
	/* A new plan may have lost agent or queue: then the deadline decides. */
	if (k->phase != PHASE_RINGING || !p.agent || !k->queue || !c->agent[p.agent].asked)
		return;
	if (somebody_rings(c, k)) {
		/* In what is left of the time, or acceptances could go on for ever. */
		c->agent[p.agent].asked = false;
		party_emit(c, FX_RING, k, p);
	} else {
		ring_now(c, k, p);
	}
}

/* p has answered: the others are let go. */
static void withdraw_others(struct centre *c, struct contact *k, struct party p, struct freed *f)
{
	for (uint32_t agent = k->first_party, next; agent; agent = next) {
		struct party other = { agent, c->agent[agent].attempt };

		next = c->agent[agent].next_party;
		if (agent == p.agent)
			continue;
		party_emit(c, FX_WITHDRAW, k, other);
		ring_over(c, k, other, FATE_CRASHED);
		freed_add(f, agent);
	}
}

void ring_answered(struct centre *c, struct contact *k, struct party p)
{
	struct freed f = { .n = 0 };

	if (k->phase != PHASE_RINGING)
		return;
	k->agent = p.agent;
	k->ring = p.attempt;
	ring_connect(c, k);
	withdraw_others(c, k, p, &f);
	connected(c, k);
	offer_freed(c, &f);
}

void ring_left(struct centre *c, struct contact *k, struct party p)
{
	if (k->phase == PHASE_TALKING && p.attempt == k->ring)
		talk_left(c, k);
}

void ring_handed_over(struct centre *c, struct contact *k, struct party p)
{
	struct freed f = { .n = 0 };

	if (k->phase != PHASE_RINGING || p.attempt != k->ring)
		return;
	connected(c, k);
	talk_lead_out(c, k, &f);
	k->record.estimated = true;
	k->record.outcome = OUTCOME_HANDLED;
	/* The call ends by itself now. If nobody ever says so, it is hung up. */
	contact_closing(c, k);
	contact_due(c, k, DUE_STAGE, c->now_ms + c->plan->transfer_ms_max);
	offer_freed(c, &f);
}

void ring_too_late(struct centre *c, const struct event *ev)
{
	struct contact gone = { .number = ev->contact };

	effect_emit(c, FX_DROP_AGENT, &gone, ev->attempt);
}
