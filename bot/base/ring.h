#ifndef BOT_BASE_RING_H
#define BOT_BASE_RING_H

/*
 * A bounded queue of plain values without a lock, for the 20 ms clock.
 *
 * One writing thread, one reading thread. A full ring refuses: the writer drops and
 * counts, it never waits. Storage is taken once, at ring_init.
 */

#include "bot/base/err.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct ring {
	_Atomic uint32_t head; /* moved by the reader */
	_Atomic uint32_t tail; /* moved by the writer */
	uint32_t capacity;     /* a power of two */
	uint32_t value_bytes;
	char *values;
};

/* capacity is rounded up to a power of two. E_SYSTEM: no memory. */
enum err ring_init(struct ring *r, uint32_t capacity, uint32_t value_bytes) MUST_CHECK;
void ring_fini(struct ring *r);
bool ring_put(struct ring *r, const void *value) MUST_CHECK;
bool ring_take(struct ring *r, void *value);

#endif
