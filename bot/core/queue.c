#include "bot/core/queue.h"

#include "bot/core/contact.h"
#include "bot/core/list.h"
#include "bot/core/offer.h"

#include <assert.h>

bool queue_before(const struct contact *a, const struct contact *b)
{
	return a->credit_ms != b->credit_ms ? a->credit_ms < b->credit_ms
					    : a->credit_seq < b->credit_seq;
}

static bool is_in(
	const struct list *l, enum lists kind, const struct centre *c, const struct contact *k)
{
	return k->link[kind].before || l->first == contact_slot(c, k);
}

/* Who returns is near the front, who comes is at the end: look from where k is likelier to be. */
static uint32_t place_of(
	const struct centre *c, const struct list *l, enum lists kind, const struct contact *k)
{
	uint32_t at = l->last;

	if (!at || queue_before(&c->contact[at], k))
		return at;
	at = l->first;
	while (queue_before(&c->contact[at], k)) /* ends: the last is behind k */
		at = c->contact[at].link[kind].after;
	return c->contact[at].link[kind].before;
}

bool queue_is_ready(const struct centre *c, const struct contact *k)
{
	return k->queue && is_in(&c->queue[k->queue].ready, LIST_READY, c, k);
}

void queue_ready(struct centre *c, struct contact *k)
{
	struct list *ready = &c->queue[k->queue].ready;

	assert(k->phase == PHASE_WAITING && !is_in(ready, LIST_READY, c, k));
	list_insert(c, ready, LIST_READY, k, place_of(c, ready, LIST_READY, k));
}

void queue_unready(struct centre *c, struct contact *k)
{
	if (queue_is_ready(c, k))
		list_remove(c, &c->queue[k->queue].ready, LIST_READY, k);
}

void queue_put(struct centre *c, struct contact *k)
{
	struct queue *q = &c->queue[k->queue];

	list_insert(c, &q->line, LIST_LINE, k, place_of(c, &q->line, LIST_LINE, k));
	q->n_waiting++;
}

void queue_leave(struct centre *c, struct contact *k)
{
	struct queue *q = &c->queue[k->queue];

	queue_unready(c, k);
	if (!k->queue || !is_in(&q->line, LIST_LINE, c, k))
		return;
	list_remove(c, &q->line, LIST_LINE, k);
	q->n_waiting--;
}

uint32_t queue_position(const struct centre *c, const struct contact *k)
{
	const struct list *line = &c->queue[k->queue].line;
	uint32_t position = 1;

	if (!k->queue || !is_in(line, LIST_LINE, c, k))
		return 0;
	for (uint32_t at = k->link[LIST_LINE].before; at; position++)
		at = c->contact[at].link[LIST_LINE].before;
	return position;
}

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

void queue_hold(struct centre *c, struct contact *k)
{
	const struct plan_queue *p = queue_plan(c, k->queue);
	uint32_t position = p->position_prompt ? queue_position(c, k) : 0;
	struct effect *fx;

	k->play = attempt_next(c);
	k->hold_ms = c->now_ms;
	fx = effect_emit(c, FX_HOLD, k, k->play);
	fx->queue = (uint16_t)k->queue;
	fx->music = p->music;
	if (position && (!k->announced || position <= k->announced)) {
		fx->prompt = p->position_prompt;
		fx->value = (int32_t)position;
		k->announced = position;
	}
	contact_due(c, k, DUE_STAGE, c->now_ms + (uint64_t)p->announce_ms + c->plan->play_ms_max);
}

void queue_hold_ended(struct centre *c, struct contact *k)
{
	k->play = 0;
	if (k->transfer) {
		/* What ended is what the transfer cut short; music now would be in its way. */
		contact_due(c, k, DUE_STAGE, NEVER);
		return;
	}
	if (c->now_ms < k->hold_ms + HOLD_MS_MIN)
		contact_due(c, k, DUE_STAGE, k->hold_ms + HOLD_MS_MIN);
	else
		queue_hold(c, k);
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
