#ifndef MEDIA_ENGINE_POOL_H
#define MEDIA_ENGINE_POOL_H

/*
 * Places of one size for a shard's own use: taken and given back in a tick without the heap.
 *
 * The places are addresses set aside at the start; memory is behind those that were used at some
 * time, and the one given back last is taken next. So encoders and decoders cost what is in use at
 * once, not what there are legs.
 */

#include "bot/base/err.h"

#include <stddef.h>

struct pool {
	char *at;
	size_t stride, max;
	size_t n_touched; /* places that were used, the first ones */
	size_t n_used;
	void *last; /* given back last; begins with the one given back before it */
};

/* E_SYSTEM: no addresses. pool_close also after a failure, and of zeros. */
enum err pool_open(struct pool *p, size_t place_bytes, size_t max) MUST_CHECK;
void pool_close(struct pool *p);

/* Whatever lay there; aligned as malloc's. There must be one left. */
void *pool_take(struct pool *p);
void pool_give(struct pool *p, void *place);

#endif
