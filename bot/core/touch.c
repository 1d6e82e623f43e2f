#include "bot/core/touch.h"

#include "bot/core/contact.h"

void touch_begin(struct centre *c)
{
	struct touched *t = &c->touched;

	for (uint32_t i = 0; i < t->n_contacts; i++) {
		struct contact *k = contact_find(c, t->contact[i]);

		if (k)
			k->touched = false;
	}
	for (uint32_t i = 0; i < t->n_agents; i++)
		c->agent[t->agent[i]].touched = false;
	for (uint32_t i = 0; i < t->n_queues; i++)
		c->queue[t->queue[i]].touched = false;
	t->n_contacts = t->n_agents = t->n_queues = 0;
}

void touch_contact(struct centre *c, struct contact *k)
{
	if (!k->touched)
		c->touched.contact[c->touched.n_contacts++] = k->number;
	k->touched = true;
}

void touch_agent(struct centre *c, uint32_t agent)
{
	if (!c->agent[agent].touched)
		c->touched.agent[c->touched.n_agents++] = agent;
	c->agent[agent].touched = true;
}

void touch_queue(struct centre *c, uint32_t queue)
{
	if (!c->queue[queue].touched)
		c->touched.queue[c->touched.n_queues++] = queue;
	c->queue[queue].touched = true;
}
