/*
 * Where the tables of a centre lie in its storage, and what is in them at first.
 */
#include "bot/core/layout.h"

#include "bot/core/agent.h"
#include "bot/core/masks.h"
#include "bot/core/offer.h"
#include "bot/core/pool.h"
#include "bot/core/strategy.h"

#include <assert.h>
#include <string.h>

/* Walks the storage twice: with at = NULL to measure, then to lay out. */
struct walk {
	char *at;
	size_t used;
};

static void *take(struct walk *w, size_t n, size_t bytes)
{
	size_t from = w->used;

	w->used += (n * bytes + 15) & ~(size_t)15;
	return w->at ? w->at + from : NULL;
}

/* At least a bucket a contact, a power of two: numbers rise, so they share the buckets evenly. */
static uint32_t bucket_mask(uint32_t contacts_max)
{
	uint32_t n = 2;

	while (n < contacts_max)
		n *= 2;
	return n - 1;
}

static uint32_t n_classes(const struct plan_queue *q)
{
	return q->n_classes ? q->n_classes : 1;
}

static bool is_keyed(const struct plan_queue *q)
{
	return strategy_at(q->strategy)->order == ORDER_KEY;
}

/* What pools and lines are made of; see pool.h and queue.h. */
static void lay_out_lines(struct walk *w, struct centre *c, const struct plan *plan)
{
	uint32_t n_words = 0, n_idle = 0, n_slots = 0, n_heads = 0;
	bool sticky = false;

	for (uint32_t i = 0; i < plan->n_queues; i++) {
		const struct plan_queue *q = &plan->queue[i];

		n_heads += n_classes(q);
		n_slots += pool_slots(q);
		if (is_keyed(q))
			n_idle += q->n_members;
		else
			n_words += masks_words(pool_slots(q));
		sticky |= q->sticky_ms > 0;
	}
	c->front = take(w, plan->n_queues + 1, sizeof(*c->front));
	c->head = take(w, n_heads, sizeof(*c->head));
	c->pool = take(w, plan->n_queues + 1, sizeof(*c->pool));
	c->member_serving = take(w, plan->n_members, sizeof(*c->member_serving));
	c->slot_serving = take(w, n_slots, sizeof(*c->slot_serving));
	c->row = take(w, (plan->n_queues + 1) * PLAN_TIERS_MAX, sizeof(*c->row));
	c->mask = take(w, n_words, sizeof(*c->mask));
	c->idle = take(w, n_idle + 1, sizeof(*c->idle));
	c->line = take(w, plan->contacts_max + 1, sizeof(*c->line));
	c->fan = take(w, sticky ? plan->contacts_max + 1 : 0, sizeof(*c->fan));
}

static void lay_out(struct walk *w, struct centre *c, const struct plan *plan)
{
	uint32_t nodes = plan->contacts_max + plan->n_agents + plan->n_queues + 1;

	c->plan = plan;
	c->bucket_mask = bucket_mask(plan->contacts_max);
	take(w, 1, sizeof(*c));
	c->contact = take(w, plan->contacts_max + 1, sizeof(*c->contact));
	c->agent = take(w, plan->n_agents + 1, sizeof(*c->agent));
	c->queue = take(w, plan->n_queues + 1, sizeof(*c->queue));
	c->serving = take(w, plan->n_members, sizeof(*c->serving));
	c->bucket = take(w, c->bucket_mask + 1, sizeof(*c->bucket));
	c->timers.timer = take(w, nodes, sizeof(*c->timers.timer));
	c->timers.heap = take(w, nodes, sizeof(*c->timers.heap));
	c->away_mask = plan->call_back_ms_max ? bucket_mask(plan->contacts_max) : 0;
	c->away = take(w, c->away_mask + 1, sizeof(*c->away));
	c->tickets.mask = bucket_mask(plan->tickets_max);
	c->tickets.ticket = take(w, plan->tickets_max + 1, sizeof(*c->tickets.ticket));
	c->tickets.bucket = take(w, c->tickets.mask + 1, sizeof(*c->tickets.bucket));
	c->touched.contact = take(w, plan->contacts_max + 1, sizeof(*c->touched.contact));
	c->touched.agent = take(w, plan->n_agents, sizeof(*c->touched.agent));
	c->touched.queue = take(w, plan->n_queues, sizeof(*c->touched.queue));
	lay_out_lines(w, c, plan);
}

size_t centre_bytes(const struct plan *plan)
{
	struct walk w = { 0 };
	struct centre c = { 0 };

	lay_out(&w, &c, plan);
	return w.used;
}

static void check_queue(const struct plan *plan, const struct plan_queue *q)
{
	const struct plan_class *class = plan->class + q->first_class;

	assert(strategy_at(q->strategy) && q->n_members <= PLAN_AGENTS_MAX);
	assert(q->n_classes <= PLAN_CLASSES_MAX);
	/* So that widening ends. */
	for (uint32_t i = 0; i < q->n_classes; i++) {
		uint32_t after_ms = class[i].after_ms;

		assert(!after_ms || class[i].next < q->n_classes);
		assert(!after_ms || !class[class[i].next].after_ms ||
			class[class[i].next].after_ms > after_ms);
	}
	for (uint32_t need = 0; plan->need_class && need <= plan->n_needs; need++)
		assert(plan->need_class[(uint32_t)(q - plan->queue) * (plan->n_needs + 1) + need] <
			n_classes(q));
	for (uint32_t i = 0; plan->place && i < q->n_members; i++)
		assert(plan->place[q->first_member + i].tier < PLAN_TIERS_MAX);
}

static void check_plan(const struct plan *plan)
{
	assert(plan->contacts_max > 0 && plan->contacts_max < 1u << 27);
	assert(plan->n_agents <= PLAN_AGENTS_MAX && plan->n_queues <= PLAN_QUEUES_MAX);
	assert(plan->n_entries > 0 && plan->n_flows > 0);
	assert(plan->keep_alive_ms && plan->active_ms_max && plan->transfer_ms_max);
	assert(plan->play_ms_max && plan->talk_ms_max);
	static_assert(PRESENCES <= 16, "plan_queue.available has a bit for each");
	for (uint32_t i = 0; i < plan->n_entries; i++)
		assert(plan->entry[i].flow < plan->n_flows);
	for (uint32_t i = 0; i < plan->n_queues; i++)
		check_queue(plan, &plan->queue[i]);
}

static struct serving place(const struct plan *plan, uint32_t queue, uint32_t rank)
{
	static const struct plan_place whoever = { .classes = ~(uint64_t)0, .weight = 1 };
	const struct plan_queue *q = &plan->queue[queue];
	const struct plan_place *p = plan->place ? &plan->place[q->first_member + rank] : &whoever;

	return (struct serving){ .queue = queue + 1,
		.rank = (uint16_t)rank,
		.tier = p->tier,
		.weight = p->weight,
		.classes = p->classes & (~(uint64_t)0 >> (PLAN_CLASSES_MAX - n_classes(q))) };
}

/* From the queues' lists of members, the agents' lists of queues. */
static void fill_servings(struct centre *c)
{
	const struct plan *plan = c->plan;
	uint32_t at = 0;

	for (uint32_t q = 0; q < plan->n_queues; q++)
		for (uint32_t i = 0; i < plan->queue[q].n_members; i++)
			c->agent[plan->member[plan->queue[q].first_member + i] + 1].n_servings++;
	for (uint32_t id = 1; id <= plan->n_agents; id++) {
		c->agent[id].first_serving = at;
		at += c->agent[id].n_servings;
		c->agent[id].n_servings = 0;
	}
	for (uint32_t q = 0; q < plan->n_queues; q++)
		for (uint32_t i = 0; i < plan->queue[q].n_members; i++) {
			uint32_t member = plan->queue[q].first_member + i;
			struct agent *a = &c->agent[plan->member[member] + 1];

			c->member_serving[member] = a->first_serving + a->n_servings;
			c->serving[a->first_serving + a->n_servings++] = place(plan, q, i);
		}
}

static void fill_fronts(struct centre *c)
{
	uint32_t head = 0;

	for (uint32_t id = 1; id <= c->plan->n_queues; id++) {
		c->front[id].first_head = head;
		c->front[id].head_start_ms = queue_plan(c, id)->head_start_ms;
		head += n_classes(queue_plan(c, id));
	}
}

struct centre *layout_init(void *storage, const struct plan *plan)
{
	struct walk w = { .at = storage };
	struct centre *c = storage;

	assert((uintptr_t)storage % 16 == 0);
	check_plan(plan);
	memset(storage, 0, centre_bytes(plan));
	lay_out(&w, c, plan);
	for (uint32_t slot = plan->contacts_max; slot; slot--) {
		c->contact[slot].next_in_bucket = c->free;
		c->free = slot;
	}
	for (uint32_t id = 1; id <= plan->n_queues; id++)
		c->timers.timer[queue_node(c, id)].tie = (uint64_t)1 << 33 | id;
	ticket_init(&c->tickets, plan->tickets_max);
	for (uint32_t id = 1; id <= plan->n_agents; id++)
		c->timers.timer[agent_node(c, id)].tie = id;
	fill_servings(c);
	fill_fronts(c);
	pool_init(c);
	return c;
}

struct centre *centre_init(void *storage, const struct plan *plan)
{
	struct centre *c = layout_init(storage, plan);

	for (uint32_t id = 1; id <= plan->n_agents; id++)
		if (plan->agent[id - 1].signed_in)
			agent_sign(c, id, 0, true);
	offer_loose(c);
	return c;
}
