#include "bot/core/ring.h"

#include "bot/core/agent.h"
#include "bot/core/call_back.h"
#include "bot/core/contact.h"
#include "bot/core/flow.h"
#include "bot/core/queue.h"
#include "bot/core/strategy.h"

#include <assert.h>

/* How a ring went that did not lead to a conversation. */
enum fate {
	FATE_BLAMED,  /* the agent did not take it: back-off */
	FATE_FAILED,  /* Graph did not do it: the contact rests */
	FATE_CRASHED, /* nobody knows, or nobody is to blame: as if it had not been */
};

/* Whether agents ring together. A call can be transferred to one only. */
static bool rings_all(const struct centre *c, const struct contact *k)
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

	if (!rings_all(c, k) || k->call_back)
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

/* One party's ring is not in force any more. */
static void party_over(struct centre *c, struct contact *k, struct party p, enum fate fate)
{
	if (p.agent) {
		party_remove(c, k, p.agent);
		if (fate == FATE_BLAMED)
			agent_back_off(
				c, p.agent, k->queue ? queue_plan(c, k->queue)->back_off_ms : 0);
		else
			agent_release(c, p.agent);
	}
	if (p.attempt != k->ring)
		return;
	k->agent = k->phase == PHASE_RINGING ? k->first_party : 0;
	k->ring = k->agent ? c->agent[k->agent].attempt : 0;
}

/* Whether the agent has heard of k: not before the caller is called back, unless she was asked. */
static bool was_told(const struct centre *c, const struct contact *k)
{
	return !k->call_back || (k->queue && queue_plan(c, k->queue)->accept_ms);
}

static void all_over(
	struct centre *c, struct contact *k, enum fate fate, bool withdraw, struct freed *f)
{
	while (k->ring) {
		struct party p = party_lead(k);

		if (withdraw && was_told(c, k))
			party_emit(c, FX_WITHDRAW, k, p);
		party_over(c, k, p, fate);
		freed_add(f, p.agent);
	}
}

/* k, whom nobody rings for any more, waits again, not yet ready. */
static void back_to_waiting(struct centre *c, struct contact *k, enum fate fate)
{
	k->ring_failures = fate == FATE_FAILED ? (uint16_t)(k->ring_failures + 1) : 0;
	contact_due(c, k, DUE_RING, NEVER);
	if (k->call_back == CALL_BACK_DIALLING)
		call_back_undial(c, k);
	contact_phase_set(c, k, k->call_back ? PHASE_CALL_BACK : PHASE_WAITING);
}

void ring_undo(struct centre *c, struct contact *k, struct freed *f)
{
	all_over(c, k, FATE_CRASHED, true, f);
	back_to_waiting(c, k, FATE_CRASHED);
}

void ring_reserved(struct centre *c, struct contact *k)
{
	struct freed f = { .n = 0 };

	if (k->agent) {
		ring_now(c, k, party_lead(k));
		return;
	}
	ring_undo(c, k, &f); /* A new plan has lost her. */
	queue_ready(c, k);
	offer_contact(c, k);
}

static void rest(struct centre *c, struct contact *k)
{
	uint32_t doublings = k->ring_failures - 1u;

	if (doublings > RETRY_DOUBLINGS_MAX)
		doublings = RETRY_DOUBLINGS_MAX;
	contact_due(c, k, DUE_RING, c->now_ms + ((uint64_t)RETRY_MS << doublings));
}

/* k waits again in its old place, and whoever can be offered something is. */
static void wait_again(struct centre *c, struct contact *k, const struct freed *f, bool silent)
{
	k->transfer = false;
	if (!k->queue) {
		offer_freed(c, f);
		return;
	}
	if (queue_waited_out(c, k)) {
		queue_time_out(c, k);
		offer_freed(c, f);
		return;
	}
	if (silent)
		queue_hold(c, k);
	if (k->ring_failures)
		rest(c, k);
	else
		queue_ready(c, k);
	offer_all(c, k, f);
}

static void ring_ended(struct centre *c, struct contact *k, struct party p, enum fate fate)
{
	bool silent = k->transfer; /* Graph may have cancelled the music for it. */
	struct freed f = { .n = 0 };

	party_over(c, k, p, fate);
	freed_add(&f, p.agent);
	if (k->ring) {
		offer_freed(c, &f); /* The others go on ringing. */
		return;
	}
	back_to_waiting(c, k, fate);
	wait_again(c, k, &f, silent);
}

/* The conversation is over for the agent. Returns the agent. */
static uint32_t talk_over(struct centre *c, struct contact *k)
{
	uint32_t agent = k->agent;

	/* After a transfer the talk is not seen. */
	if (k->queue && c->now_ms > k->record.connected_ms)
		estimate_served(c, k->queue,
			c->now_ms - k->record.connected_ms + queue_plan(c, k->queue)->wrap_up_ms);
	k->agent = 0;
	k->ring = 0;
	if (!agent)
		return 0;
	party_remove(c, k, agent);
	agent_wrap_up(c, agent, k->queue ? queue_plan(c, k->queue)->wrap_up_ms : 0);
	return agent;
}

void ring_detach(struct centre *c, struct contact *k, struct freed *f)
{
	queue_leave(c, k);
	if (k->phase == PHASE_RINGING) {
		all_over(c, k, FATE_CRASHED, !k->transfer, f);
	} else if (k->phase == PHASE_TALKING && k->ring) {
		party_emit(c, FX_DROP_AGENT, k, party_lead(k));
		freed_add(f, talk_over(c, k));
	}
	if (k->call_back) {
		if (k->call_back == CALL_BACK_DIALLING)
			call_back_undial(c, k);
		call_back_unlist(c, k);
		k->call_back = CALL_BACK_NONE;
	}
	k->transfer = false;
	contact_due(c, k, DUE_RING, NEVER);
	contact_due(c, k, DUE_WAIT, NEVER);
}

static void connected(struct centre *c, struct contact *k)
{
	queue_leave(c, k);
	estimate_met(c, k, c->now_ms - k->since_ms);
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
		party_over(c, k, other, FATE_CRASHED);
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

/* Connected, and lost before the two heard each other: the caller returns to the place. */
static void disconnected(struct centre *c, struct contact *k)
{
	struct freed f = { .n = 0 };

	k->record.connected_ms = 0;
	k->record.agent = 0;
	all_over(c, k, FATE_BLAMED, false, &f);
	back_to_waiting(c, k, FATE_BLAMED);
	if (!k->queue) {
		contact_due(c, k, DUE_STAGE, c->now_ms);
		return;
	}
	queue_put(c, k);
	wait_again(c, k, &f, true);
}

/* Where all ring, who does not answer is not to blame: somebody else was to. But a ring that is
 * over at once must not be begun again at once. */
static enum fate fate_of(const struct centre *c, const struct contact *k, enum ring_end end)
{
	if (end == RING_FAILED)
		return FATE_FAILED;
	if (end != RING_NO_ANSWER || !rings_all(c, k))
		return FATE_BLAMED;
	return c->now_ms - k->since_ms < RING_MS_MIN ? FATE_FAILED : FATE_CRASHED;
}

void ring_failed(struct centre *c, struct contact *k, struct party p, enum ring_end end)
{
	if (k->phase == PHASE_TALKING)
		disconnected(c, k);
	else
		ring_ended(c, k, p, fate_of(c, k, end));
}

void ring_effect_failed(struct centre *c, struct contact *k, struct party p, enum effect_end end)
{
	if (k->phase != PHASE_RINGING)
		return; /* A late word about an invitation that the agent has taken. */
	if (end == EFFECT_TIMEOUT && k->transfer) {
		/* It may be under way, and a second one would cross it: its deadline decides. */
		k->doubtful = true;
		return;
	}
	if (end == EFFECT_TIMEOUT)
		party_emit(c, FX_WITHDRAW, k, p);
	ring_ended(c, k, p, FATE_FAILED);
}

void ring_left(struct centre *c, struct contact *k, struct party p)
{
	uint32_t agent;

	if (k->phase != PHASE_TALKING || p.attempt != k->ring)
		return;
	agent = talk_over(c, k);
	if (!flow_survey(c, k, OUTCOME_HANDLED))
		contact_close(c, k, OUTCOME_HANDLED, 0);
	offer_agent(c, agent);
}

void ring_handed_over(struct centre *c, struct contact *k, struct party p)
{
	uint32_t agent;

	if (k->phase != PHASE_RINGING || p.attempt != k->ring)
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

void ring_due(struct centre *c, struct contact *k)
{
	struct freed f = { .n = 0 };
	bool silent = k->transfer, nobody = k->doubtful || rings_all(c, k);
	enum fate fate = nobody ? FATE_CRASHED : FATE_BLAMED;

	contact_due(c, k, DUE_RING, NEVER);
	if (k->phase == PHASE_RINGING && k->due_ms[DUE_PROBE] != NEVER)
		return; /* We were away: she may have answered. It ends when Graph has told. */
	if (k->call_back == CALL_BACK_DIALLING) {
		call_back_failed(c, k, true);
	} else if ((k->phase == PHASE_WAITING || k->phase == PHASE_CALL_BACK) && k->queue) {
		queue_ready(c, k);
		offer_contact(c, k);
	} else if (k->phase == PHASE_RINGING) {
		all_over(c, k, fate, !k->transfer, &f);
		back_to_waiting(c, k, fate);
		wait_again(c, k, &f, silent);
	}
}

void ring_too_late(struct centre *c, const struct event *ev)
{
	struct contact gone = { .number = ev->contact };

	effect_emit(c, FX_DROP_AGENT, &gone, ev->attempt);
}
