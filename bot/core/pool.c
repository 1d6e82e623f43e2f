#include "bot/core/pool.h"

#include "bot/core/masks.h"
#include "bot/core/places.h"
#include "bot/core/strategy.h"
#include "bot/core/tree.h"

#include <assert.h>

/* Members of the tiers before. */
static uint32_t tier_begin(const struct pool *p, uint32_t tier)
{
	return tier ? p->tier_end[tier - 1] : 0;
}

static struct serving *member(const struct centre *c, const struct plan_queue *q, uint32_t rank)
{
	return &c->serving[c->member_serving[q->first_member + rank]];
}

/* Slots of a tier are together; `a_member` of them for each one. */
static void fill_tiers(
	struct centre *c, const struct plan_queue *q, struct pool *p, uint32_t a_member)
{
	for (uint32_t i = 0; i < q->n_members; i++) {
		uint16_t *n = &p->tier_end[member(c, q, i)->tier];

		*n = (uint16_t)(*n + a_member);
	}
	for (uint32_t t = 1; t < PLAN_TIERS_MAX; t++)
		p->tier_end[t] = (uint16_t)(p->tier_end[t] + p->tier_end[t - 1]);
	p->n = p->tier_end[PLAN_TIERS_MAX - 1];
}

/* Within its tier a slot is for good that of a member, in order of the configuration. */
static void fill_slots(struct centre *c, const struct plan_queue *q, const struct pool *p)
{
	uint16_t next[PLAN_TIERS_MAX];

	for (uint32_t t = 0; t < PLAN_TIERS_MAX; t++)
		next[t] = (uint16_t)tier_begin(p, t);
	for (uint32_t i = 0; i < q->n_members; i++) {
		struct serving *s = member(c, q, i);

		s->slot = next[s->tier]++;
		c->slot_serving[p->first_slot + s->slot] = c->member_serving[q->first_member + i] +
							   1;
	}
}

uint32_t pool_slots(const struct plan_queue *q)
{
	return strategy_at(q->strategy)->order == ORDER_IDLE ? PLACES_A_MEMBER * q->n_members
							     : q->n_members;
}

void pool_init(struct centre *c)
{
	uint32_t word = 0, node = 0, slot = 0;

	for (uint32_t id = 1; id <= c->plan->n_queues; id++) {
		const struct plan_queue *q = queue_plan(c, id);
		struct pool *p = &c->pool[id];

		p->key = q->key;
		p->strategy = q->strategy;
		p->order = (uint8_t)strategy_at(q->strategy)->order;
		p->first_slot = slot;
		fill_tiers(c, q, p, p->order == ORDER_IDLE ? PLACES_A_MEMBER : 1);
		if (p->order != ORDER_IDLE)
			fill_slots(c, q, p);
		p->first = p->order == ORDER_KEY ? node : word;
		if (p->order == ORDER_KEY)
			node += p->n;
		else
			word += masks_words(p->n);
		slot += p->n;
	}
}

/* Her node in the ordered set of her queue. */
static uint32_t node_of(const struct pool *p, const struct serving *s)
{
	return p->first + s->slot + 1;
}

static int64_t key_of(const struct centre *c, uint32_t agent, const struct serving *s)
{
	const struct agent *a = &c->agent[agent];
	const struct pool *p = &c->pool[s->queue];
	uint64_t key = strategy_at(p->strategy)
			       ->key(&(struct candidate){ .idle_seq = a->idle_seq,
				       .offered_key = p->offered_key,
				       .talk_ms = a->talk_ms,
				       .n_handled = a->n_shift,
				       .n_classes = (uint32_t)__builtin_popcountll(s->classes),
				       .queue = p->key,
				       .weight = s->weight });

	assert(key < CANDIDATE_KEYS && s->tier < PLAN_TIERS_MAX);
	return (int64_t)((uint64_t)s->tier * CANDIDATE_KEYS + key);
}

void pool_expect(const struct centre *c, const struct serving *s)
{
	const struct pool *p = &c->pool[s->queue];

	if (p->order == ORDER_KEY)
		__builtin_prefetch(&c->idle[node_of(p, s)]);
	else
		masks_expect(&c->mask[p->first], p->n, s->slot);
}

void pool_place(struct centre *c, uint32_t agent, struct serving *s)
{
	if (c->pool[s->queue].order == ORDER_IDLE)
		places_take(c, agent, s);
}

void pool_add(struct centre *c, uint32_t agent, struct serving *s)
{
	struct pool *p = &c->pool[s->queue];
	struct tree_node *node;

	assert(!s->pooled);
	s->pooled = true;
	if (p->order != ORDER_KEY) {
		masks_set(&c->mask[p->first], p->n, s->slot, s->classes);
		return;
	}
	node = &c->idle[node_of(p, s)];
	node->key = key_of(c, agent, s);
	node->tie = c->agent[agent].idle_seq;
	node->own = s->classes;
	tree_insert(c->idle, &p->root, node_of(p, s));
}

void pool_remove(struct centre *c, struct serving *s)
{
	struct pool *p = &c->pool[s->queue];

	assert(s->pooled);
	s->pooled = false;
	if (p->order != ORDER_KEY)
		masks_set(&c->mask[p->first], p->n, s->slot, 0);
	else
		tree_remove_uncounted(c->idle, &p->root, node_of(p, s));
}

/* Of the tier's members, the first one behind the one offered last. */
static uint32_t slot_of_turn(const struct centre *c, uint32_t queue, uint32_t tier)
{
	const struct pool *p = &c->pool[queue];
	const uint32_t *serving = &c->slot_serving[p->first_slot];
	uint32_t from = tier_begin(p, tier), to = p->tier_end[tier];

	while (from < to) {
		uint32_t middle = (from + to) / 2;

		if (c->serving[serving[middle] - 1].rank < p->next_rank[tier])
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static uint32_t first_slot(const struct centre *c, uint32_t queue, uint64_t bit)
{
	const struct pool *p = &c->pool[queue];
	const uint64_t *mask = &c->mask[p->first];
	uint32_t n = p->n, tier = 0, slot;
	uint32_t first = masks_first(mask, n, 0, bit);

	if (first == n || p->order != ORDER_TURN)
		return first;
	while (first >= p->tier_end[tier])
		tier++;
	slot = masks_first(mask, n, slot_of_turn(c, queue, tier), bit);
	return slot < p->tier_end[tier] ? slot : first; /* around, from the top of the tier */
}

struct serving *pool_first(const struct centre *c, uint32_t queue, uint32_t class)
{
	const struct pool *p = &c->pool[queue];
	uint64_t bit = (uint64_t)1 << class;
	uint32_t slot, node;

	if (!p->n)
		return NULL;
	if (p->order == ORDER_KEY) {
		node = tree_first(c->idle, p->root, bit);
		slot = node ? node - p->first - 1 : p->n;
	} else {
		slot = first_slot(c, queue, bit);
	}
	return slot < p->n ? &c->serving[c->slot_serving[p->first_slot + slot] - 1] : NULL;
}

int64_t pool_key(const struct centre *c, const struct serving *s)
{
	const struct pool *p = &c->pool[s->queue];

	return s->pooled && p->order == ORDER_KEY ? c->idle[node_of(p, s)].key : 0;
}

void pool_turn(struct centre *c, struct serving *s)
{
	struct pool *p = &c->pool[s->queue];
	uint64_t key;

	p->next_rank[s->tier] = (uint16_t)(s->rank + 1);
	if (p->order != ORDER_KEY || !s->pooled)
		return;
	key = (uint64_t)c->idle[node_of(p, s)].key % CANDIDATE_KEYS;
	if (key > p->offered_key)
		p->offered_key = key;
}
