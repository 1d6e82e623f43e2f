#ifndef BOT_SHELL_ROSTER_H
#define BOT_SHELL_ROSTER_H

/*
 * The roster of a call, put together out of the pages in which Graph lists it. Only a whole one
 * tells who is not in the call: who is on a page is there, who is on none of them may be on one
 * that did not come. Bounded by pages and by entries. No clock, nothing is kept elsewhere.
 */

#include "graph/wire/reply.h"

#include <stdbool.h>

enum { ROSTER_PAGES_MAX = 16 };

struct roster {
	struct roster_entry party[NOTE_PARTIES_MAX];
	size_t n;
	unsigned n_pages;
	bool cut; /* there are others, or may be */
};                /* all zero: no page yet */

/* One page more; NULL: it did not come. true: ask for page->next_page. */
bool roster_add(struct roster *r, const struct reply *page);

#endif
