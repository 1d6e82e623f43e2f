#include "bot/core/timer.h"

#include <assert.h>
#include <stdbool.h>

static bool before(const struct timers *t, uint32_t a, uint32_t b)
{
	const struct timer *x = &t->timer[a], *y = &t->timer[b];

	return x->due_ms != y->due_ms ? x->due_ms < y->due_ms : x->tie < y->tie;
}

static void put(struct timers *t, uint32_t place, uint32_t node)
{
	t->heap[place] = node;
	t->timer[node].place = place;
}

static void rise(struct timers *t, uint32_t place)
{
	uint32_t node = t->heap[place];

	for (; place > 1 && before(t, node, t->heap[place / 2]); place /= 2)
		put(t, place, t->heap[place / 2]);
	put(t, place, node);
}

static void sink(struct timers *t, uint32_t place)
{
	uint32_t node = t->heap[place];

	for (uint32_t child = 2 * place; child <= t->n; child = 2 * place) {
		if (child < t->n && before(t, t->heap[child + 1], t->heap[child]))
			child++;
		if (!before(t, t->heap[child], node))
			break;
		put(t, place, t->heap[child]);
		place = child;
	}
	put(t, place, node);
}

static void disarm(struct timers *t, uint32_t node)
{
	uint32_t place = t->timer[node].place;
	uint32_t last = t->heap[t->n--];

	t->timer[node].place = 0;
	if (last == node)
		return;
	put(t, place, last);
	sink(t, place);
	rise(t, t->timer[last].place);
}

void timer_set(struct timers *t, uint32_t node, uint64_t due_ms)
{
	struct timer *timer = &t->timer[node];

	assert(node > 0);
	if (due_ms == NEVER) {
		if (timer->place)
			disarm(t, node);
		return;
	}
	if (timer->place && timer->due_ms == due_ms)
		return;
	timer->due_ms = due_ms;
	if (!timer->place)
		put(t, ++t->n, node);
	sink(t, timer->place);
	rise(t, timer->place);
}

uint32_t timer_first(const struct timers *t)
{
	return t->n ? t->heap[1] : 0;
}

uint64_t timer_due(const struct timers *t, uint32_t node)
{
	return t->timer[node].place ? t->timer[node].due_ms : NEVER;
}
