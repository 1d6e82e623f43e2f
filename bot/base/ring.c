#include "bot/base/ring.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum err ring_init(struct ring *r, uint32_t capacity, uint32_t value_bytes)
{
	uint32_t n = 1;

	assert(capacity > 0 && capacity <= 1u << 20 && value_bytes > 0);
	while (n < capacity)
		n *= 2;
	*r = (struct ring){ .capacity = n, .value_bytes = value_bytes };
	r->values = calloc(n, value_bytes);
	return r->values ? OK : E_SYSTEM;
}

void ring_fini(struct ring *r)
{
	free(r->values);
	r->values = NULL;
}

static char *slot(struct ring *r, uint32_t at)
{
	return r->values + (size_t)(at & (r->capacity - 1)) * r->value_bytes;
}

bool ring_put(struct ring *r, const void *value)
{
	uint32_t tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
	uint32_t head = atomic_load_explicit(&r->head, memory_order_acquire);

	if (tail - head == r->capacity)
		return false;
	memcpy(slot(r, tail), value, r->value_bytes);
	atomic_store_explicit(&r->tail, tail + 1, memory_order_release);
	return true;
}

bool ring_take(struct ring *r, void *value)
{
	uint32_t head = atomic_load_explicit(&r->head, memory_order_relaxed);
	uint32_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);

	if (head == tail)
		return false;
	memcpy(value, slot(r, head), r->value_bytes);
	atomic_store_explicit(&r->head, head + 1, memory_order_release);
	return true;
}
