#include "bot/core/view.h"

#include "bot/core/contact.h"
#include "bot/core/queue.h"

#include <assert.h>
#include <string.h>

void centre_ledger(const struct centre *c, struct ledger *out)
{
	*out = c->ledger;
}

static void show(const struct centre *c, const struct contact *k, struct contact_view *out)
{
	memset(out, 0, sizeof(*out));
	out->contact = k->number;
	out->phase = k->call_back ? PHASE_CALL_BACK : (enum contact_phase)k->phase;
	out->since_ms = k->since_ms;
	out->ring_attempt = k->ring;
	out->position = queue_position(c, k);
	out->record = k->record;
}

bool centre_contact_after(const struct centre *c, uint32_t after, struct contact_view *out)
{
	const struct contact *k = contact_find(c, after);
	uint32_t slot = k ? k->link[LIST_ALL].after : c->all.first;

	while (slot && c->contact[slot].number <= after)
		slot = c->contact[slot].link[LIST_ALL].after;
	if (slot)
		show(c, &c->contact[slot], out);
	return slot != 0;
}

bool centre_contact(const struct centre *c, uint32_t contact, struct contact_view *out)
{
	const struct contact *k = contact_find(c, contact);

	if (k)
		show(c, k, out);
	return k != NULL;
}

void centre_agent(const struct centre *c, uint32_t index, struct agent_view *out)
{
	const struct agent *a = &c->agent[index + 1];

	assert(index < c->plan->n_agents);
	memset(out, 0, sizeof(*out));
	out->phase = (enum agent_phase)a->phase;
	out->presence = (enum presence_class)a->presence;
	out->since_ms = a->since_ms;
	out->contact = a->contact ? c->contact[a->contact].number : 0;
	out->n_handled = a->n_handled;
}

void centre_queue(const struct centre *c, uint32_t index, struct queue_view *out)
{
	const struct queue *q = &c->queue[index + 1];
	const struct contact *first;

	assert(index < c->plan->n_queues);
	memset(out, 0, sizeof(*out));
	out->n_waiting = q->n_waiting;
	first = queue_first(c, index + 1);
	if (first)
		out->oldest_ms = first->record.queued_ms;
}
