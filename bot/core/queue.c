/* Coming into a queue, and leaving it unserved. */
#include "bot/core/queue.h"

#include "bot/core/contact.h"
#include "bot/core/offer.h"

void queue_enter(struct centre *c, struct contact *k, uint32_t queue)
{
	const struct plan_queue *p = queue_plan(c, queue);
	const struct queue *q = &c->queue[queue];

	k->record.queue = (uint16_t)queue;
	if (q->n_waiting >= p->waiting_max) {
		contact_close(c, k, OUTCOME_OVERFLOW, p->full_prompt);
		return;
	}
	if (!q->n_signed_in) {
		contact_close(c, k, OUTCOME_NO_AGENTS, p->no_agents_prompt);
		return;
	}
	k->queue = queue;
	k->record.queued_ms = c->now_ms;
	if (!k->credit_seq) {
		k->credit_ms = c->now_ms;
		k->credit_seq = ++c->last_seq;
	}
	contact_phase_set(c, k, PHASE_WAITING);
	queue_put(c, k);
	queue_ready(c, k);
	queue_hold(c, k);
	queue_waited_out(c, k);
	offer_contact(c, k);
}

bool queue_waited_out(struct centre *c, struct contact *k)
{
	uint32_t limit = queue_plan(c, k->queue)->wait_ms_max;

	if (!limit)
		return false;
	if (c->now_ms - k->record.queued_ms >= limit)
		return true;
	contact_due(c, k, DUE_WAIT, k->record.queued_ms + limit);
	return false;
}

void queue_time_out(struct centre *c, struct contact *k)
{
	if (k->transfer) {
		/* It is on its way to an agent and cannot be called back: the limit is looked at
		 * again if the transfer fails. */
		contact_due(c, k, DUE_WAIT, NEVER);
		return;
	}
	contact_close(c, k, OUTCOME_TIMEOUT, queue_plan(c, k->queue)->timeout_prompt);
}
