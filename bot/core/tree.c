#include "bot/core/tree.h"

#include <assert.h>

enum { LEFT, RIGHT };

/* Any good mixture of the bits will do; node 0 is nobody and weighs nothing. */
static uint32_t weight(uint32_t id)
{
	uint32_t x = id * 0x9e3779b1u;

	x = (x ^ x >> 16) * 0x85ebca6bu;
	return x ^ x >> 13;
}

static bool is_before(const struct tree_node *a, const struct tree_node *b)
{
	return a->key != b->key ? a->key < b->key : a->tie < b->tie;
}

static uint64_t sum(const struct tree_node *t, const struct tree_node *a)
{
	return a->own | t[a->child[LEFT]].all | t[a->child[RIGHT]].all;
}

static void put_in_place_of(
	struct tree_node *t, uint32_t *root, uint32_t up, uint32_t was, uint32_t is)
{
	if (!up)
		*root = is;
	else
		t[up].child[t[up].child[RIGHT] == was] = is;
	if (is)
		t[is].up = up;
}

/* id above what is above it now. */
static void rotate(struct tree_node *t, uint32_t *root, uint32_t id)
{
	uint32_t up = t[id].up, side = t[up].child[RIGHT] == id, inner = t[id].child[!side];

	t[id].all = t[up].all;
	t[id].n = t[up].n;
	put_in_place_of(t, root, t[up].up, up, id);
	t[up].child[side] = inner;
	if (inner)
		t[inner].up = up;
	t[id].child[!side] = up;
	t[up].up = id;
	t[up].all = sum(t, &t[up]);
	t[up].n = 1 + t[t[up].child[LEFT]].n + t[t[up].child[RIGHT]].n;
}

void tree_insert(struct tree_node *t, uint32_t *root, uint32_t id)
{
	struct tree_node *a = &t[id];
	uint32_t up = 0, side = LEFT, mine = weight(id);

	assert(id && !a->n);
	for (uint32_t at = *root; at; at = t[at].child[side]) {
		t[at].n++;
		t[at].all |= a->own;
		side = is_before(a, &t[at]) ? LEFT : RIGHT;
		up = at;
	}
	a->child[LEFT] = a->child[RIGHT] = 0;
	a->all = a->own;
	a->n = 1;
	a->up = up;
	if (up)
		t[up].child[side] = id;
	else
		*root = id;
	while (a->up && weight(a->up) < mine)
		rotate(t, root, id);
}

void tree_mark(struct tree_node *t, uint32_t id, uint64_t own)
{
	assert(t[id].n);
	t[id].own = own;
	for (uint32_t at = id; at; at = t[at].up) {
		uint64_t all = sum(t, &t[at]);

		if (all == t[at].all)
			break;
		t[at].all = all;
	}
}

void tree_remove_uncounted(struct tree_node *t, uint32_t *root, uint32_t id)
{
	struct tree_node *a = &t[id];

	tree_mark(t, id, 0); /* so that it may go down without anybody above noticing */
	while (a->child[LEFT] && a->child[RIGHT])
		rotate(t, root,
			a->child[weight(a->child[LEFT]) < weight(a->child[RIGHT]) ? RIGHT : LEFT]);
	put_in_place_of(t, root, a->up, id, a->child[LEFT] ? a->child[LEFT] : a->child[RIGHT]);
	a->n = 0;
}

void tree_remove(struct tree_node *t, uint32_t *root, uint32_t id)
{
	tree_remove_uncounted(t, root, id);
	for (uint32_t at = t[id].up; at; at = t[at].up) /* where it was last */
		t[at].n--;
}

uint32_t tree_first(const struct tree_node *t, uint32_t root, uint64_t mask)
{
	uint32_t at = root;

	if (!(t[at].all & mask))
		return 0; /* node 0 bears nothing */
	for (;;) {
		if (t[t[at].child[LEFT]].all & mask)
			at = t[at].child[LEFT];
		else if (t[at].own & mask)
			return at;
		else
			at = t[at].child[RIGHT];
	}
}

uint32_t tree_least(const struct tree_node *t, uint32_t root)
{
	uint32_t at = root;

	while (t[at].child[LEFT])
		at = t[at].child[LEFT];
	return at;
}

uint32_t tree_after(const struct tree_node *t, uint32_t id)
{
	uint32_t up = t[id].up;

	if (t[id].child[RIGHT])
		return tree_least(t, t[id].child[RIGHT]);
	for (; up && t[up].child[RIGHT] == id; up = t[up].up)
		id = up;
	return up;
}

uint32_t tree_before(const struct tree_node *t, uint32_t id)
{
	uint32_t n = t[t[id].child[LEFT]].n;

	for (uint32_t up = t[id].up; up; id = up, up = t[up].up)
		if (t[up].child[RIGHT] == id)
			n += 1 + t[t[up].child[LEFT]].n;
	return n;
}
