#include "bot/shell/roster.h"

#include <string.h>

bool roster_add(struct roster *r, const struct reply *page)
{
	size_t room = NOTE_PARTIES_MAX - r->n, n;

	if (!page || !page->is_collection) {
		r->cut = true;
		return false;
	}
	n = page->n_parties < room ? page->n_parties : room;
	memcpy(&r->party[r->n], page->party, n * sizeof(r->party[0]));
	r->n += n;
	r->n_pages++;
	r->cut = page->parties_cut || n < page->n_parties;
	if (!page->next_page[0] || r->cut)
		return false;
	r->cut = r->n_pages == ROSTER_PAGES_MAX || r->n == NOTE_PARTIES_MAX;
	return !r->cut;
}
