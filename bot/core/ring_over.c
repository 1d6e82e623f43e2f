/* Who is to blame for a ring that nobody took, and what comes after it. */
#include "bot/core/ring_over.h"

#include "bot/core/agent.h"
#include "bot/core/call_back.h"
#include "bot/core/contact.h"
#include "bot/core/queue.h"
#include "bot/core/talk.h"
#include "bot/core/touch.h"

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

void ring_over(struct centre *c, struct contact *k, struct party p, enum fate fate)
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

void ring_all_over(
	struct centre *c, struct contact *k, enum fate fate, bool withdraw, struct freed *f)
{
	while (k->ring) {
		struct party p = party_lead(k);

		if (withdraw && was_told(c, k))
			party_emit(c, FX_WITHDRAW, k, p);
		ring_over(c, k, p, fate);
		freed_add(f, p.agent);
	}
}

void ring_wait_again(struct centre *c, struct contact *k, enum fate fate)
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
	if (k->queue)
		touch_queue(c, k->queue);
	k->record.connected_ms = 0;
}

void ring_undo(struct centre *c, struct contact *k, struct freed *f)
{
	ring_all_over(c, k, FATE_CRASHED, true, f);
	ring_wait_again(c, k, FATE_CRASHED);
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

	ring_over(c, k, p, fate);
	freed_add(&f, p.agent);
	if (k->ring) {
		offer_freed(c, &f); /* The others go on ringing. */
		return;
	}
	ring_wait_again(c, k, fate);
	wait_again(c, k, &f, silent);
}

/* Connected, and lost before the two heard each other: the caller returns to the place. */
static void disconnected(struct centre *c, struct contact *k)
{
	struct freed f = { .n = 0 };

	k->record.connected_ms = 0;
	k->record.agent = 0;
	talk_dismiss_all(c, k, &f);
	talk_unhold(c, k);
	ring_all_over(c, k, FATE_UNREACHABLE, false, &f);
	ring_wait_again(c, k, FATE_UNREACHABLE);
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
	return ring_is_for_all(c, k) && !k->sent_on;
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
		ring_all_over(c, k, fate, !k->transfer, &f);
		ring_wait_again(c, k, fate);
		wait_again(c, k, &f, silent);
	}
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
