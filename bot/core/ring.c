#include "bot/core/ring.h"

#include "bot/core/agent.h"
#include "bot/core/call_back.h"
#include "bot/core/contact.h"
#include "bot/core/queue.h"
#include "bot/core/strategy.h"
#include "bot/core/talk.h"

#include <assert.h>

/* How a ring went that did not lead to a conversation. */
enum fate {
	/* The agent did not take it: back-off. */
	FATE_UNANSWERED,
	FATE_BUSY,
	FATE_REJECTED,
	FATE_UNREACHABLE,
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

/* Who lets it ring too often is not there. */
static void unanswered(struct centre *c, struct contact *k, uint32_t agent)
{
	struct agent *a = &c->agent[agent];
	uint32_t max = k->queue ? queue_plan(c, k->queue)->unanswered_max : 0;

	if (k->record.n_unanswered < UINT8_MAX)
		k->record.n_unanswered++;
	if (a->n_unanswered < UINT8_MAX)
		a->n_unanswered++;
	if (max && a->n_unanswered >= max && !a->paused)
		agent_pause(c, agent, PAUSE_UNANSWERED);
}

static uint32_t back_off_ms(const struct centre *c, const struct contact *k, enum fate fate)
{
	const struct plan_queue *q;

	if (!k->queue)
		return 0;
	q = queue_plan(c, k->queue);
	if (fate == FATE_BUSY)
		return q->busy_ms;
	return fate == FATE_REJECTED ? q->rejected_ms : q->back_off_ms;
}

/* Who is sent a caller by a colleague, and not by the queue, may let it ring. */
static void blame(struct centre *c, struct contact *k, uint32_t agent, enum fate fate, bool offered)
{
	if (fate == FATE_UNANSWERED && offered)
		unanswered(c, k, agent);
	agent_back_off(c, agent, back_off_ms(c, k, fate));
}

/* One party's ring is not in force any more. */
static void party_over(struct centre *c, struct contact *k, struct party p, enum fate fate)
{
	bool offered = c->agent[p.agent].role == ROLE_OFFER;

	if (p.agent) {
		party_remove(c, k, p.agent);
		if (fate < FATE_FAILED)
			blame(c, k, p.agent, fate, offered);
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
	if (!k->sent_on)
		return;
	/* In vain, and so another wait begins. */
	k->sent_on = false;
	k->record.queued_ms = k->limit_from_ms = c->now_ms;
	k->record.connected_ms = 0;
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
	/* A new plan has lost her. */
	all_over(c, k, FATE_CRASHED, false, &f);
	back_to_waiting(c, k, FATE_CRASHED);
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
	queue_match_arm(c, k);
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

void ring_detach(struct centre *c, struct contact *k, struct freed *f)
{
	queue_leave(c, k);
	if (k->phase == PHASE_RINGING) {
		all_over(c, k, FATE_CRASHED, !k->transfer, f);
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
	talk_dismiss_all(c, k, &f);
	talk_unhold(c, k);
	all_over(c, k, FATE_UNREACHABLE, false, &f);
	back_to_waiting(c, k, FATE_UNREACHABLE);
	if (!k->queue) {
		contact_due(c, k, DUE_STAGE, c->now_ms);
		return;
	}
	queue_put(c, k);
	wait_again(c, k, &f, true);
}

/* Where all ring, who does not answer is not to blame: somebody else was to. */
static bool blames_nobody(const struct centre *c, const struct contact *k)
{
	return rings_all(c, k) && !k->sent_on;
}

static enum fate fate_of(const struct centre *c, const struct contact *k, enum ring_end end)
{
	switch (end) {
	case RING_BUSY:
		return FATE_BUSY;
	case RING_REJECTED:
		return FATE_REJECTED;
	case RING_FAILED:
		return FATE_FAILED;
	case RING_NO_ANSWER:
		break;
	default:
		return FATE_UNREACHABLE;
	}
	if (!blames_nobody(c, k))
		return FATE_UNANSWERED;
	/* A ring that is over at once must not be begun again at once. */
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

void ring_due(struct centre *c, struct contact *k)
{
	struct freed f = { .n = 0 };
	bool silent = k->transfer, nobody = k->doubtful || blames_nobody(c, k);
	enum fate fate = nobody ? FATE_CRASHED : FATE_UNANSWERED;

	contact_due(c, k, DUE_RING, NEVER);
	if (k->phase == PHASE_RINGING && k->due_ms[DUE_PROBE] != NEVER)
		return; /* We were away: she may have answered. It ends when Graph has told. */
	if (k->call_back == CALL_BACK_DIALLING) {
		call_back_failed(c, k, true);
	} else if ((k->phase == PHASE_WAITING || k->phase == PHASE_CALL_BACK) && k->queue) {
		queue_ready(c, k);
		queue_match_arm(c, k);
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

void ring_take_back(struct centre *c, uint32_t agent)
{
	const struct agent *a = &c->agent[agent];
	struct contact *k = &c->contact[a->contact];
	struct party p = { agent, a->attempt };

	if (a->phase != AGENT_RINGING || a->role != ROLE_OFFER || k->transfer)
		return;
	if (!a->paused && k->queue && agent_is_signed_in(c, agent, k->queue))
		return;
	if (was_told(c, k))
		party_emit(c, FX_WITHDRAW, k, p);
	ring_ended(c, k, p, FATE_CRASHED);
}
