#include "media/engine/pool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LINE_BYTES = 64, PART_BYTES = 256 /* of a place, compared at once */ };

static bool make_model(struct pool *p, size_t place_bytes, bool (*init)(void *place))
{
	if (!init || !place_bytes)
		return true;
	p->model = aligned_alloc(LINE_BYTES, p->stride);
	if (!p->model)
		return false;
	memset(p->model, 0, p->stride);
	return init(p->model);
}

enum err pool_open(struct pool *p, size_t place_bytes, size_t max, bool (*init)(void *place))
{
	*p = (struct pool){ .max = max };
	p->stride = (place_bytes + LINE_BYTES - 1) & ~(size_t)(LINE_BYTES - 1);
	p->stride = p->stride ? p->stride : LINE_BYTES;
	p->at = mmap(NULL, p->stride * max, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p->at == MAP_FAILED)
		p->at = NULL;
	return p->at && make_model(p, place_bytes, init) ? OK : E_SYSTEM;
}

void pool_close(struct pool *p)
{
	if (p->at)
		munmap(p->at, p->stride * p->max);
	free(p->model);
	*p = (struct pool){ 0 };
}

static void *like_model(const struct pool *p, char *place)
{
	for (size_t at = 0, n; p->model && at < p->stride; at += n) {
		n = p->stride - at < PART_BYTES ? p->stride - at : PART_BYTES;
		if (memcmp(place + at, p->model + at, n) != 0)
			memcpy(place + at, p->model + at, n);
	}
	return place;
}

void *pool_take(struct pool *p)
{
	void *place = p->last;

	p->n_used++;
	if (place) {
		memcpy(&p->last, place, sizeof(p->last));
		return like_model(p, place);
	}
	assert(p->n_touched < p->max);
	return like_model(p, p->at + p->stride * p->n_touched++);
}

void pool_give(struct pool *p, void *place)
{
	assert(p->n_used > 0);
	p->n_used--;
	memcpy(place, &p->last, sizeof(p->last));
	p->last = place;
}
