#include "graph/client/timers.h"

#include <assert.h>
#include <stdlib.h>

enum err timers_init(struct timers *t, size_t size)
{
	t->at = calloc(size, sizeof(struct exchange *));
	t->n = 0;
	t->size = size;
	return t->at ? OK : E_SYSTEM;
}

void timers_fini(struct timers *t)
{
	free(t->at);
	t->at = NULL;
}

static void put(struct timers *t, size_t i, struct exchange *x)
{
	t->at[i] = x;
	x->timer = i + 1;
}

static void rise(struct timers *t, size_t i, struct exchange *x)
{
	while (i > 0 && t->at[(i - 1) / 2]->wake_ms > x->wake_ms) {
		put(t, i, t->at[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	put(t, i, x);
}

static void sink(struct timers *t, size_t i, struct exchange *x)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < t->n && t->at[child + 1]->wake_ms < t->at[child]->wake_ms)
			child++;
		if (child >= t->n || t->at[child]->wake_ms >= x->wake_ms)
			break;
		put(t, i, t->at[child]);
		i = child;
	}
	put(t, i, x);
}

void timers_add(struct timers *t, struct exchange *x)
{
	assert(x->timer == 0 && t->n < t->size);
	rise(t, t->n++, x);
}

void timers_remove(struct timers *t, struct exchange *x)
{
	size_t i = x->timer - 1;
	struct exchange *last;

	if (x->timer == 0)
		return;
	x->timer = 0;
	last = t->at[--t->n];
	if (last == x)
		return;
	if (i > 0 && t->at[(i - 1) / 2]->wake_ms > last->wake_ms)
		rise(t, i, last);
	else
		sink(t, i, last);
}

struct exchange *timers_first(const struct timers *t)
{
	return t->n > 0 ? t->at[0] : NULL;
}
