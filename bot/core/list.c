#include "bot/core/list.h"

void list_insert(
	struct centre *c, struct list *l, enum lists kind, struct contact *k, uint32_t after)
{
	uint32_t slot = contact_slot(c, k);
	uint32_t next = after ? c->contact[after].link[kind].after : l->first;

	k->link[kind] = (struct link){ .before = after, .after = next };
	if (after)
		c->contact[after].link[kind].after = slot;
	else
		l->first = slot;
	if (next)
		c->contact[next].link[kind].before = slot;
	else
		l->last = slot;
}

void list_remove(struct centre *c, struct list *l, enum lists kind, struct contact *k)
{
	struct link at = k->link[kind];

	if (at.before)
		c->contact[at.before].link[kind].after = at.after;
	else
		l->first = at.after;
	if (at.after)
		c->contact[at.after].link[kind].before = at.before;
	else
		l->last = at.before;
	k->link[kind] = (struct link){ 0 };
}
