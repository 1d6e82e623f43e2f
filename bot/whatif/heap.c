#include "bot/whatif/heap.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

static bool sooner(const struct planned *a, const struct planned *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->seq < b->seq;
}

static void swap(struct planned *a, struct planned *b)
{
	struct planned t = *a;

	*a = *b;
	*b = t;
}

void heap_put(struct heap *h, struct planned it)
{
	size_t i = h->n;

	if (h->n == h->room) {
		h->room = h->room ? 2 * h->room : 1024;
		h->item = realloc(h->item, h->room * sizeof(*h->item));
		if (!h->item)
			abort();
	}
	it.seq = h->seq++;
	h->item[h->n++] = it;
	for (; i > 0 && sooner(&h->item[i], &h->item[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&h->item[i], &h->item[(i - 1) / 2]);
}

struct planned heap_take(struct heap *h)
{
	struct planned first;

	assert(h->n > 0);
	first = h->item[0];
	h->item[0] = h->item[--h->n];
	for (size_t i = 0, k; (k = 2 * i + 1) < h->n; i = k) {
		k += k + 1 < h->n && sooner(&h->item[k + 1], &h->item[k]);
		if (!sooner(&h->item[k], &h->item[i]))
			break;
		swap(&h->item[i], &h->item[k]);
	}
	return first;
}
