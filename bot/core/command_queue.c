/* Of queues, and of those who wait in them. */
#include "bot/core/command.h"

#include "bot/core/contact.h"

static bool waits(const struct contact *k)
{
	return k->phase == PHASE_WAITING || k->phase == PHASE_RINGING;
}

enum refusal command_queue_open(struct centre *c, const struct event *ev)
{
	uint32_t queue = command_queue(c, ev);

	if (!queue)
		return REFUSED_NO_QUEUE;
	c->queue[queue].closed = false;
	return REFUSED_NOT;
}

enum refusal command_queue_close(struct centre *c, const struct event *ev)
{
	uint32_t queue = command_queue(c, ev);

	if (!queue)
		return REFUSED_NO_QUEUE;
	c->queue[queue].closed = true;
	return REFUSED_NOT;
}

enum refusal command_announce(struct centre *c, const struct event *ev)
{
	uint32_t queue = command_queue(c, ev);

	if (ev->value && !queue)
		return REFUSED_NO_QUEUE;
	if (ev->attempt > UINT16_MAX)
		return REFUSED_VALUE;
	for (uint32_t id = 1; id <= c->plan->n_queues; id++)
		if (!queue || id == queue)
			c->queue[id].announcement = (uint16_t)ev->attempt;
	return REFUSED_NOT;
}

enum refusal command_release(struct centre *c, const struct event *ev)
{
	struct contact *k = command_contact(c, ev);

	if (!k)
		return REFUSED_NO_CONTACT;
	if (!waits(k))
		return REFUSED_NOT_WAITING;
	contact_close(c, k, OUTCOME_RELEASED, 0);
	return REFUSED_NOT;
}
