/* Coming into a queue, and leaving it unserved. */
#include "bot/core/queue.h"

#include "bot/core/call_back.h"
#include "bot/core/contact.h"
#include "bot/core/exit.h"
#include "bot/core/offer.h"
#include "bot/core/staff.h"
#include "bot/core/ticket.h"
#include "bot/core/touch.h"

static bool is_served(const struct centre *c, uint32_t queue)
{
	const struct plan_queue *p = queue_plan(c, queue);

	return staff_suffices(c, queue, p->join_needs) && staff_suffices(c, queue, p->stay_needs);
}

/* Why nobody may come in; who has a place in the line already only needs somebody to serve her. */
static enum exit refusal(const struct centre *c, uint32_t queue, bool has_place)
{
	if (!has_place && c->queue[queue].closed)
		return EXIT_CLOSED;
	if (!has_place && c->queue[queue].n_waiting >= queue_plan(c, queue)->waiting_max)
		return EXIT_OVERFLOW;
	return is_served(c, queue) ? EXIT_NONE : EXIT_NO_AGENTS;
}

/* What she was told of another line counts no more. */
static void forget_told(struct contact *k, uint32_t queue)
{
	if (k->told_queue == queue)
		return;
	k->told_queue = queue;
	k->announced = 0;
	k->told_minutes = 0;
	k->next_message = 0;
	k->held_before = false;
	k->told_consent = NOT_TOLD;
}

void queue_credit(struct contact *k, uint64_t ms, uint64_t seq)
{
	if (k->credit_seq && (k->credit_ms < ms || (k->credit_ms == ms && k->credit_seq < seq)))
		return;
	k->credit_ms = ms;
	k->credit_seq = seq;
}

void queue_enter(struct centre *c, struct contact *k, uint32_t queue)
{
	struct contact *old = call_back_of(c, k, queue);
	bool has_place = ticket_take(c, k, queue) || old;
	enum exit how = refusal(c, queue, has_place);

	k->record.queue = (uint16_t)queue;
	if (k->record.n_queues < UINT8_MAX)
		k->record.n_queues++;
	k->record.path[(k->record.n_queues - 1) % RECORD_PATH] = (uint16_t)queue;
	exit_note(k, EXIT_NONE);
	if (how != EXIT_NONE) {
		exit_take(c, k, how);
		return;
	}
	k->queue = queue;
	k->record.queued_ms = k->limit_from_ms = c->now_ms;
	if (old) {
		queue_credit(k, old->credit_ms, old->credit_seq);
		queue_leave(c, old);
	}
	if (!k->credit_seq)
		queue_credit(k, c->now_ms, ++c->last_seq);
	forget_told(k, queue);
	contact_phase_set(c, k, PHASE_WAITING);
	queue_put(c, k);
	queue_ready(c, k);
	queue_match_arm(c, k);
	queue_hold(c, k);
	queue_waited_out(c, k);
	if (old) /* now that k is there for the agent who may be reserved */
		call_back_over(c, old, OUTCOME_CALL_BACK_MERGED);
	offer_contact(c, k);
	if (k->phase == PHASE_WAITING)
		estimate_promise(c, k);
}

void queue_count(struct centre *c, const struct contact *k)
{
	const struct record *r = &k->record;
	struct facts *f;

	if (!r->queue)
		return;
	touch_queue(c, r->queue);
	f = &c->queue[r->queue].facts;
	if (r->connected_ms) {
		f->n_handled++;
		f->n_within += r->connected_ms - r->queued_ms <=
			       queue_plan(c, r->queue)->service_level_ms;
	} else if (r->outcome == OUTCOME_ABANDONED_SHORT) {
		f->n_abandoned_short++;
	} else if (r->outcome == OUTCOME_ABANDONED_QUEUE ||
		   r->outcome == OUTCOME_ABANDONED_RINGING) {
		f->n_abandoned++;
	}
}

static bool limit_passed(const struct centre *c, const struct contact *k)
{
	uint32_t limit = queue_plan(c, k->queue)->wait_ms_max;

	return limit && c->now_ms - k->limit_from_ms >= limit;
}

bool queue_waited_out(struct centre *c, struct contact *k)
{
	const struct plan_queue *p = queue_plan(c, k->queue);

	if (k->call_back)
		return false; /* she has a limit of her own */
	if (limit_passed(c, k) || !staff_suffices(c, k->queue, p->stay_needs))
		return true;
	if (p->wait_ms_max)
		contact_due(c, k, DUE_WAIT, k->limit_from_ms + p->wait_ms_max);
	return false;
}

void queue_time_out(struct centre *c, struct contact *k)
{
	if (k->call_back) {
		call_back_over(c, k, OUTCOME_CALL_BACK_FAILED);
		return;
	}
	if (k->transfer) {
		/* It is on its way to an agent and cannot be called back: the limit is looked at
		 * again if the transfer fails. */
		contact_due(c, k, DUE_WAIT, NEVER);
		return;
	}
	exit_take(c, k, limit_passed(c, k) ? EXIT_TIMEOUT : EXIT_NO_AGENTS);
}
