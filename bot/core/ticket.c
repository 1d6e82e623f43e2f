#include "bot/core/ticket.h"

#include "bot/core/queue.h"

#include <string.h>

enum { EXPIRED_AT_ONCE = 2 }; /* more than come, so that they do not pile up */

void ticket_init(struct tickets *t, uint32_t tickets_max)
{
	for (uint32_t at = tickets_max; at; at--) {
		t->ticket[at].newer = t->free;
		t->free = at;
	}
}

/* The hash is keyed already: any of its bits are as good as others. */
static uint32_t *bucket_of(const struct tickets *t, struct guid caller)
{
	uint32_t hash;

	memcpy(&hash, caller.byte, sizeof(hash));
	return &t->bucket[hash & t->mask];
}

static uint32_t find(const struct tickets *t, struct guid caller, uint32_t queue)
{
	uint32_t at = *bucket_of(t, caller);

	while (at && (t->ticket[at].queue != queue || !guid_same(t->ticket[at].caller, caller)))
		at = t->ticket[at].next_in_bucket;
	return at;
}

static void drop(struct tickets *t, uint32_t at)
{
	struct ticket *k = &t->ticket[at];
	uint32_t *in = bucket_of(t, k->caller);

	while (*in != at)
		in = &t->ticket[*in].next_in_bucket;
	*in = k->next_in_bucket;
	*(k->older ? &t->ticket[k->older].newer : &t->oldest) = k->newer;
	*(k->newer ? &t->ticket[k->newer].older : &t->newest) = k->older;
	*k = (struct ticket){ .newer = t->free };
	t->free = at;
}

static void add(struct tickets *t, const struct ticket *kept)
{
	uint32_t at, *in = bucket_of(t, kept->caller);
	struct ticket *k;

	if (!t->free)
		drop(t, t->oldest);
	at = t->free;
	k = &t->ticket[at];
	t->free = k->newer;
	*k = *kept;
	k->next_in_bucket = *in;
	*in = at;
	k->older = t->newest;
	k->newer = 0;
	*(t->newest ? &t->ticket[t->newest].newer : &t->oldest) = at;
	t->newest = at;
}

static bool is_older(const struct ticket *a, const struct contact *k)
{
	return a->credit_ms != k->credit_ms ? a->credit_ms < k->credit_ms
					    : a->credit_seq < k->credit_seq;
}

void ticket_keep(struct centre *c, const struct contact *k)
{
	struct tickets *t = &c->tickets;
	struct ticket kept = { .caller = k->caller,
		.credit_ms = k->credit_ms,
		.credit_seq = k->credit_seq,
		.queue = k->queue };
	uint32_t redial_ms = k->queue ? queue_plan(c, k->queue)->redial_ms : 0, at;

	if (!redial_ms || !c->plan->tickets_max || guid_is_none(k->caller))
		return;
	kept.until_ms = c->now_ms + redial_ms;
	at = find(t, k->caller, k->queue);
	if (at) { /* Two lines of hers dropped: the better place is hers. */
		if (is_older(&t->ticket[at], k)) {
			kept.credit_ms = t->ticket[at].credit_ms;
			kept.credit_seq = t->ticket[at].credit_seq;
		}
		drop(t, at);
	}
	for (int n = 0; n < EXPIRED_AT_ONCE; n++)
		if (t->oldest && t->ticket[t->oldest].until_ms <= c->now_ms)
			drop(t, t->oldest);
	add(t, &kept);
}

bool ticket_take(struct centre *c, struct contact *k, uint32_t queue)
{
	uint32_t at = guid_is_none(k->caller) ? 0 : find(&c->tickets, k->caller, queue);
	struct ticket kept;

	if (!at)
		return false;
	kept = c->tickets.ticket[at];
	drop(&c->tickets, at);
	if (kept.until_ms <= c->now_ms)
		return false;
	queue_credit(k, kept.credit_ms, kept.credit_seq);
	return true;
}

void ticket_move(struct centre *c, const struct ticket *from, uint32_t queue)
{
	struct ticket kept = *from;

	kept.queue = queue;
	if (queue && c->plan->tickets_max)
		add(&c->tickets, &kept);
}
