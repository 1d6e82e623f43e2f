/* What a caller needs, and how that widens as she waits; and for how long she waits for whom she
 * knows. */
#include "bot/core/queue.h"

#include "bot/core/contact.h"
#include "bot/core/offer.h"

static const struct plan_class *class_of(const struct centre *c, const struct contact *k)
{
	const struct plan_queue *p = queue_plan(c, k->queue);

	return k->class < p->n_classes ? &c->plan->class[p->first_class + k->class] : NULL;
}

/* When she becomes of the next class; NEVER: she stays of this one. */
static uint64_t widens_ms(const struct centre *c, const struct contact *k)
{
	const struct plan_class *class = class_of(c, k);

	return class && class->after_ms ? k->record.queued_ms + class->after_ms : NEVER;
}

/* Ends: times rise from class to class. */
static void widen(const struct centre *c, struct contact *k)
{
	while (widens_ms(c, k) <= c->now_ms)
		k->class = class_of(c, k)->next;
}

void queue_classify(const struct centre *c, struct contact *k)
{
	const struct plan *plan = c->plan;

	k->class = 0;
	if (plan->need_class)
		k->class = plan->need_class[(k->queue - 1) * (plan->n_needs + 1) + k->need];
	widen(c, k);
}

void queue_match_arm(struct centre *c, struct contact *k)
{
	uint64_t at_ms = widens_ms(c, k);

	if (k->sticky && k->record.queued_ms + queue_plan(c, k->queue)->sticky_ms < at_ms)
		at_ms = k->record.queued_ms + queue_plan(c, k->queue)->sticky_ms;
	if (at_ms != k->due_ms[DUE_MATCH])
		contact_due(c, k, DUE_MATCH, at_ms);
}

void queue_match_due(struct centre *c, struct contact *k)
{
	bool ready = queue_is_ready(c, k);

	queue_unready(c, k);
	widen(c, k);
	if (ready)
		queue_ready(c, k);
	queue_match_arm(c, k);
	offer_contact(c, k);
}

void queue_priority(struct centre *c, struct contact *k, uint32_t priority)
{
	k->record.priority = (uint8_t)priority;
	queue_again(c, k);
}
