/* The lines themselves: who stands where, and who of them is to be offered. */
#include "bot/core/queue.h"

#include "bot/core/list.h"

#include <assert.h>

bool queue_before(const struct contact *a, const struct contact *b)
{
	return a->credit_ms != b->credit_ms ? a->credit_ms < b->credit_ms
					    : a->credit_seq < b->credit_seq;
}

static bool is_in(
	const struct list *l, enum lists kind, const struct centre *c, const struct contact *k)
{
	return k->link[kind].before || l->first == contact_slot(c, k);
}

/* Who returns is near the front, who comes is at the end: look from where k is likelier to be. */
static uint32_t place_of(
	const struct centre *c, const struct list *l, enum lists kind, const struct contact *k)
{
	uint32_t at = l->last;

	if (!at || queue_before(&c->contact[at], k))
		return at;
	at = l->first;
	while (queue_before(&c->contact[at], k)) /* ends: the last is behind k */
		at = c->contact[at].link[kind].after;
	return c->contact[at].link[kind].before;
}

bool queue_is_ready(const struct centre *c, const struct contact *k)
{
	return k->queue && is_in(&c->queue[k->queue].ready, LIST_READY, c, k);
}

void queue_ready(struct centre *c, struct contact *k)
{
	struct list *ready = &c->queue[k->queue].ready;

	assert(k->phase == PHASE_WAITING || k->phase == PHASE_CALL_BACK);
	assert(!is_in(ready, LIST_READY, c, k));
	list_insert(c, ready, LIST_READY, k, place_of(c, ready, LIST_READY, k));
}

void queue_unready(struct centre *c, struct contact *k)
{
	if (queue_is_ready(c, k))
		list_remove(c, &c->queue[k->queue].ready, LIST_READY, k);
}

void queue_put(struct centre *c, struct contact *k)
{
	struct queue *q = &c->queue[k->queue];

	list_insert(c, &q->line, LIST_LINE, k, place_of(c, &q->line, LIST_LINE, k));
	q->n_waiting++;
}

void queue_leave(struct centre *c, struct contact *k)
{
	struct queue *q = &c->queue[k->queue];

	queue_unready(c, k);
	if (!k->queue || !is_in(&q->line, LIST_LINE, c, k))
		return;
	list_remove(c, &q->line, LIST_LINE, k);
	q->n_waiting--;
}

struct contact *queue_first(const struct centre *c, uint32_t queue)
{
	uint32_t at = c->queue[queue].line.first;

	return at ? &c->contact[at] : NULL;
}

struct contact *queue_after(const struct centre *c, const struct contact *k)
{
	uint32_t at = k->link[LIST_LINE].after;

	return at ? &c->contact[at] : NULL;
}

uint32_t queue_position(const struct centre *c, const struct contact *k)
{
	const struct list *line = &c->queue[k->queue].line;
	uint32_t position = 1;

	if (!k->queue || !is_in(line, LIST_LINE, c, k))
		return 0;
	for (uint32_t at = k->link[LIST_LINE].before; at; position++)
		at = c->contact[at].link[LIST_LINE].before;
	return position;
}
