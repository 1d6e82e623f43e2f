/* Of queues, and of those who wait in them. */
#include "bot/core/command.h"

#include "bot/core/call_back.h"
#include "bot/core/contact.h"
#include "bot/core/queue.h"
#include "bot/core/ring.h"
#include "bot/core/talk.h"
#include "bot/core/touch.h"

static bool waits(const struct contact *k)
{
	return (k->phase == PHASE_WAITING || k->phase == PHASE_RINGING) && !k->call_back;
}

enum refusal command_queue_open(struct centre *c, const struct event *ev)
{
	uint32_t queue = command_queue(c, ev);

	if (!queue)
		return REFUSED_NO_QUEUE;
	c->queue[queue].closed = false;
	touch_queue(c, queue);
	return REFUSED_NOT;
}

enum refusal command_queue_close(struct centre *c, const struct event *ev)
{
	uint32_t queue = command_queue(c, ev);

	if (!queue)
		return REFUSED_NO_QUEUE;
	c->queue[queue].closed = true;
	touch_queue(c, queue);
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
		if (!queue || id == queue) {
			c->queue[id].announcement = (uint16_t)ev->attempt;
			touch_queue(c, id);
		}
	return REFUSED_NOT;
}

enum refusal command_release(struct centre *c, const struct event *ev)
{
	struct contact *k = command_contact(c, ev);

	if (!k)
		return REFUSED_NO_CONTACT;
	if (k->call_back)
		call_back_over(c, k, OUTCOME_RELEASED);
	else if (waits(k))
		contact_close(c, k, OUTCOME_RELEASED, 0);
	else
		return REFUSED_NOT_WAITING;
	return REFUSED_NOT;
}

enum refusal command_pick(struct centre *c, const struct event *ev)
{
	struct contact *k = command_contact(c, ev);
	uint32_t agent = command_agent(c, ev);

	if (!k)
		return REFUSED_NO_CONTACT;
	if (!agent)
		return REFUSED_NO_AGENT;
	return offer_pick(c, k, agent);
}

enum refusal command_priority(struct centre *c, const struct event *ev)
{
	struct contact *k = command_contact(c, ev);

	if (!k)
		return REFUSED_NO_CONTACT;
	if (!k->queue || (!waits(k) && !k->call_back))
		return REFUSED_NOT_WAITING;
	if (ev->value < 1 || ev->value > PLAN_PRIORITIES)
		return REFUSED_VALUE;
	queue_priority(c, k, (uint32_t)ev->value);
	return REFUSED_NOT;
}

/* Who waits is moved with the place, and whoever rang for her is not to blame. */
static void move(struct centre *c, struct contact *k, uint32_t queue)
{
	struct freed f = { .n = 0 };

	if (k->queue == queue)
		return;
	ring_detach(c, k, &f);
	queue_enter(c, k, queue);
	offer_freed(c, &f);
}

enum refusal command_to_queue(struct centre *c, const struct event *ev)
{
	struct contact *k = command_contact(c, ev);
	uint32_t queue = command_queue(c, ev);

	if (!k)
		return REFUSED_NO_CONTACT;
	if (!queue)
		return REFUSED_NO_QUEUE;
	if (k->transfer)
		return REFUSED_TRANSFERRED;
	if (k->phase == PHASE_TALKING)
		talk_to_queue(c, k, queue);
	else if (waits(k))
		move(c, k, queue);
	else
		return REFUSED_NOT_WAITING;
	return REFUSED_NOT;
}
