#ifndef MEDIA_ENGINE_POOL_H
#define MEDIA_ENGINE_POOL_H

/*
 * Places of one size for a shard's own use: taken and given back in a tick without the heap.
 *
 * The places are addresses set aside at the start; memory is behind those that were used at some
 * time, and the one given back last is taken next. So encoders and decoders cost what is in use at
 * once, not what there are legs.
 *
 * Places may have a model, which each of them is like when it is taken: what differs is copied, and
 * memory that need not be written is none. (Of an Opus encoder's 43 KiB a third is never touched.)
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct pool {
	char *at, *model; /* NULL: whatever lies in a place */
	size_t stride, max;
	size_t n_touched; /* places that were used, the first ones */
	size_t n_used;
	void *last; /* given back last; begins with the one given back before it */
};

/* init makes the model; NULL: there is none. E_SYSTEM: no addresses, no memory, or init refused.
 * pool_close also after a failure, and of zeros. */
enum err pool_open(
	struct pool *p, size_t place_bytes, size_t max, bool (*init)(void *place)) MUST_CHECK;
void pool_close(struct pool *p);

/* Like the model; aligned as malloc's. There must be one left. */
void *pool_take(struct pool *p);
void pool_give(struct pool *p, void *place);

#endif
