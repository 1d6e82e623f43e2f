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
	if (out->position) {
		out->rank_ms = c->line[contact_slot(c, k)].key;
		out->rank_seq = c->line[contact_slot(c, k)].tie;
	}
	out->called_back = k->called_back;
	out->taping = !k->taped ? TAPE_OFF : k->tape_paused ? TAPE_PAUSED : TAPE_ON;
	out->held = k->held;
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

bool centre_contact_party(
	const struct centre *c, uint32_t contact, uint32_t n, struct party_view *out)
{
	const struct contact *k = contact_find(c, contact);
	uint32_t id = k ? k->first_party : 0;
	const struct agent *a;

	while (id && n--)
		id = c->agent[id].next_party;
	if (!id)
		return false;
	a = &c->agent[id];
	*out = (struct party_view){ .agent = id - 1,
		.attempt = a->attempt,
		.role = (enum role)a->role,
		.talks = a->phase == AGENT_TALKING,
		.asked = a->asked,
		.hearing = (enum hearing)a->hearing };
	if (a->phase == AGENT_RINGING)
		out->until_ms = a->role == ROLE_OFFER || a->role == ROLE_TRANSFER
					? k->due_ms[DUE_RING]
					: timer_due(&c->timers, agent_node(c, id));
	if (out->until_ms == NEVER)
		out->until_ms = 0;
	return true;
}

uint32_t centre_touched_contact(const struct centre *c, uint32_t n)
{
	return n < c->touched.n_contacts ? c->touched.contact[n] : 0;
}

uint32_t centre_touched_agent(const struct centre *c, uint32_t n)
{
	return n < c->touched.n_agents ? c->touched.agent[n] : 0;
}

uint32_t centre_touched_queue(const struct centre *c, uint32_t n)
{
	return n < c->touched.n_queues ? c->touched.queue[n] : 0;
}

void centre_agent(const struct centre *c, uint32_t index, struct agent_view *out)
{
	const struct agent *a = &c->agent[index + 1];

	assert(index < c->plan->n_agents);
	memset(out, 0, sizeof(*out));
	out->phase = (enum agent_phase)a->phase;
	out->presence = (enum presence_class)a->presence;
	out->since_ms = a->since_ms;
	if (a->phase == AGENT_WRAP_UP || a->phase == AGENT_BACK_OFF)
		out->until_ms = timer_due(&c->timers, agent_node(c, index + 1));
	out->contact = a->contact ? c->contact[a->contact].number : 0;
	out->attempt = a->attempt;
	out->role = (enum role)a->role;
	if (a->phase == AGENT_TALKING)
		out->hearing = (enum hearing)a->hearing;
	out->talked_with = a->talked_with;
	out->talked_in = a->talked_in;
	out->n_handled = a->n_handled;
	out->paused = a->paused;
}

bool centre_agent_place(const struct centre *c, uint32_t index, uint32_t n, struct place_view *out)
{
	const struct agent *a = &c->agent[index + 1];
	const struct serving *s;

	assert(index < c->plan->n_agents);
	if (n >= a->n_servings)
		return false;
	s = &c->serving[a->first_serving + n];
	*out = (struct place_view){ s->queue - 1, s->signed_in };
	return true;
}

void centre_queue(const struct centre *c, uint32_t index, struct queue_view *out)
{
	const struct queue *q = &c->queue[index + 1];
	const struct contact *first;

	assert(index < c->plan->n_queues);
	first = queue_first(c, index + 1);
	memset(out, 0, sizeof(*out));
	out->n_waiting = q->n_waiting;
	out->n_away = q->n_away;
	if (first)
		out->oldest_ms = first->record.queued_ms;
	out->closed = q->closed;
	out->announcement = q->announcement;
	memcpy(out->n_staff, q->n_staff, sizeof(out->n_staff));
	out->estimate_s = (uint32_t)((estimate_ms(c, index + 1, q->n_waiting + 1) + 999) / 1000);
	out->told = estimate_minutes(c, index + 1, q->n_waiting + 1) != 0;
	out->n_handled = q->facts.n_handled;
	out->n_within = q->facts.n_within;
	out->n_abandoned = q->facts.n_abandoned;
	out->n_abandoned_short = q->facts.n_abandoned_short;
}
