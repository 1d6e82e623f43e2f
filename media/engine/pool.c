#include "media/engine/pool.h"

#include <assert.h>
#include <string.h>
#include <sys/mman.h>

enum { LINE_BYTES = 64 };

enum err pool_open(struct pool *p, size_t place_bytes, size_t max)
{
	*p = (struct pool){ .max = max };
	p->stride = (place_bytes + LINE_BYTES - 1) & ~(size_t)(LINE_BYTES - 1);
	p->stride = p->stride ? p->stride : LINE_BYTES;
	p->at = mmap(NULL, p->stride * max, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p->at == MAP_FAILED)
		p->at = NULL;
	return p->at ? OK : E_SYSTEM;
}

void pool_close(struct pool *p)
{
	if (p->at)
		munmap(p->at, p->stride * p->max);
	*p = (struct pool){ 0 };
}

void *pool_take(struct pool *p)
{
	void *place = p->last;

	p->n_used++;
	if (place) {
		memcpy(&p->last, place, sizeof(p->last));
		return place;
	}
	assert(p->n_touched < p->max);
	return p->at + p->stride * p->n_touched++;
}

void pool_give(struct pool *p, void *place)
{
	assert(p->n_used > 0);
	p->n_used--;
	memcpy(place, &p->last, sizeof(p->last));
	p->last = place;
}
