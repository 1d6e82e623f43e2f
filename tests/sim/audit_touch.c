/*
 * Whatever looks different after a step is among what the step says it touched: else those who are
 * told of changes would be shown what is no more.
 */
#include "tests/sim/audit.h"

#include <string.h>

static void look_contact(const struct life *l, uint32_t number, struct seen_contact *out)
{
	memset(out, 0, sizeof(*out));
	out->there = centre_contact(l->centre, number, &out->view);
	out->view.position = 0; /* changes with others; rank does not */
	for (uint32_t i = 0; i < ENGAGED_MAX; i++)
		if (!centre_contact_party(l->centre, number, i, &out->party[i]))
			break;
}

static void look_agent(const struct life *l, uint32_t id, struct seen_agent *out)
{
	struct place_view place;

	memset(out, 0, sizeof(*out));
	centre_agent(l->centre, id - 1, &out->view);
	for (uint32_t i = 0; centre_agent_place(l->centre, id - 1, i, &place); i++)
		out->signed_in |= (uint32_t)place.signed_in << place.queue;
}

void touch_look(struct life *l)
{
	struct seen *s = &l->audit->seen;

	for (uint32_t i = 1; i <= CALLS_MAX; i++)
		look_contact(l, i, &s->contact[i]);
	for (uint32_t id = 1; id <= l->cfg->plan.n_agents; id++)
		look_agent(l, id, &s->agent[id]);
	for (uint32_t id = 1; id <= l->cfg->plan.n_queues; id++)
		centre_queue(l->centre, id - 1, &s->queue[id]);
}

static bool has(const struct life *l, uint32_t (*touched)(const struct centre *c, uint32_t n),
	uint32_t what)
{
	uint32_t times = 0, is;

	for (uint32_t n = 0; (is = touched(l->centre, n)); n++)
		times += is == what;
	return times == 1;
}

void touch_audit(struct life *l)
{
	const struct seen *s = &l->audit->seen;
	struct seen_contact contact;
	struct seen_agent agent;
	struct queue_view queue;

	for (uint32_t i = 1; i <= CALLS_MAX; i++) {
		look_contact(l, i, &contact);
		if (contact.there && memcmp(&contact, &s->contact[i], sizeof(contact)) != 0 &&
			!has(l, centre_touched_contact, i))
			life_fail(l, "contact %u changed untouched", i);
	}
	for (uint32_t id = 1; id <= l->cfg->plan.n_agents; id++) {
		look_agent(l, id, &agent);
		if (memcmp(&agent, &s->agent[id], sizeof(agent)) != 0 &&
			!has(l, centre_touched_agent, id))
			life_fail(l, "agent %u changed untouched", id);
	}
	for (uint32_t id = 1; id <= l->cfg->plan.n_queues; id++) {
		centre_queue(l->centre, id - 1, &queue);
		if (memcmp(&queue, &s->queue[id], sizeof(queue)) != 0 &&
			!has(l, centre_touched_queue, id))
			life_fail(l, "queue %u changed untouched", id);
	}
}
