#include "bot/core/places.h"

#include "bot/core/masks.h"

#include <assert.h>

/*
 * A sweep begins when half of a tier's slots are used, and moves four for each one taken: with n
 * members it ends before the slots do, and leaves n used at most.
 */
enum { SWEPT_AT_ONCE = 4 };

static void move(struct centre *c, const struct pool *p, uint32_t to, uint32_t from)
{
	uint64_t *mask = &c->mask[p->first];
	uint32_t *at = &c->slot_serving[p->first_slot];

	at[to] = at[from];
	at[from] = 0;
	c->serving[at[to] - 1].slot = (uint16_t)to;
	if (!mask[from])
		return; /* kept for somebody who rings or talks */
	masks_set(mask, p->n, to, mask[from]);
	masks_set(mask, p->n, from, 0);
}

static void sweep(struct centre *c, const struct pool *p, uint32_t begin, struct row *r)
{
	for (int i = 0; i < SWEPT_AT_ONCE && r->read < r->next; i++, r->read++) {
		if (!c->slot_serving[p->first_slot + begin + r->read])
			continue;
		if (r->write != r->read)
			move(c, p, begin + r->write, begin + r->read);
		r->write++;
	}
	if (r->read < r->next)
		return;
	r->next = r->write;
	r->read = r->write = 0;
}

void places_take(struct centre *c, uint32_t agent, struct serving *s)
{
	struct pool *p = &c->pool[s->queue];
	uint32_t begin = s->tier ? p->tier_end[s->tier - 1] : 0, n = p->tier_end[s->tier] - begin;
	struct row *r = &c->row[s->queue * PLAN_TIERS_MAX + s->tier];
	uint32_t *at = &c->slot_serving[p->first_slot];

	if (s->placed && s->seq == (uint32_t)c->agent[agent].idle_seq)
		return;
	assert(!s->pooled && r->next < n);
	if (s->placed)
		at[s->slot] = 0;
	s->placed = true;
	s->seq = (uint32_t)c->agent[agent].idle_seq;
	s->slot = (uint16_t)(begin + r->next++);
	at[s->slot] = (uint32_t)(s - c->serving) + 1;
	if (r->read || r->next >= n / 2)
		sweep(c, p, begin, r);
}
