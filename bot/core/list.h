#ifndef BOT_CORE_LIST_H
#define BOT_CORE_LIST_H

/* Lists of contacts through links inside them. */

#include "bot/core/state.h"

/* Put k behind `after`; 0: in front. k is not in this kind of list yet. */
void list_insert(
	struct centre *c, struct list *l, enum lists kind, struct contact *k, uint32_t after);
void list_remove(struct centre *c, struct list *l, enum lists kind, struct contact *k);

#endif
