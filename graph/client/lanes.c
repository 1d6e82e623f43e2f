#include "graph/client/lanes.h"

#include <assert.h>
#include <stdlib.h>

/* Call numbers and ids count up, so neighbours would share no bucket anyway; the multiplication is
 * for ids that step by a power of two. */
static struct lane **place(struct lanes *l, uint64_t id)
{
	struct lane **at = &l->bucket[(id * 0x9e3779b97f4a7c15ULL >> 32) % LANE_BUCKETS];

	while (*at && (*at)->id != id)
		at = &(*at)->next;
	return at;
}

bool lanes_enter(struct lanes *l, struct exchange *x, enum err *e)
{
	struct lane **at, *lane;

	*e = OK;
	x->next = NULL;
	if (x->lane == 0)
		return true;
	at = place(l, x->lane);
	lane = *at;
	if (!lane) {
		lane = calloc(1, sizeof(*lane));
		if (!lane) {
			*e = E_SYSTEM;
			return false;
		}
		lane->id = x->lane;
		lane->active = x;
		*at = lane;
		return true;
	}
	if (lane->last)
		lane->last->next = x;
	else
		lane->first = x;
	lane->last = x;
	return false;
}

struct exchange *lanes_leave(struct lanes *l, struct exchange *x)
{
	struct lane **at, *lane;

	if (x->lane == 0)
		return NULL;
	at = place(l, x->lane);
	lane = *at;
	assert(lane && lane->active == x);
	lane->active = lane->first;
	if (!lane->active) {
		*at = lane->next;
		free(lane);
		return NULL;
	}
	lane->first = lane->active->next;
	if (!lane->first)
		lane->last = NULL;
	lane->active->next = NULL;
	return lane->active;
}

void lanes_remove(struct lanes *l, struct exchange *x)
{
	struct lane *lane = *place(l, x->lane);
	struct exchange *before = NULL;

	assert(lane && lane->active != x);
	for (struct exchange *i = lane->first; i != x; i = i->next) {
		assert(i);
		before = i;
	}
	if (before)
		before->next = x->next;
	else
		lane->first = x->next;
	if (lane->last == x)
		lane->last = before;
	x->next = NULL;
}

struct exchange *lanes_drop(struct lanes *l, uint64_t id)
{
	struct lane *lane = id ? *place(l, id) : NULL;
	struct exchange *first;

	if (!lane)
		return NULL;
	first = lane->first;
	lane->first = lane->last = NULL;
	return first;
}

struct exchange *lanes_active(struct lanes *l, uint64_t id)
{
	struct lane *lane = id ? *place(l, id) : NULL;

	return lane ? lane->active : NULL;
}

void lanes_fini(struct lanes *l)
{
	for (size_t i = 0; i < LANE_BUCKETS; i++) {
		while (l->bucket[i]) {
			struct lane *lane = l->bucket[i];

			l->bucket[i] = lane->next;
			free(lane);
		}
	}
}
