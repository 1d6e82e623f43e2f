/* A roster out of pages: whole, or known to be cut. */
#include "bot/shell/roster.h"

#include "bot/base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES = 20 };

/* What comes of a page, in the order in which the pages come. */
struct page {
	unsigned n;   /* participants, numbered on from those before */
	bool last;    /* no link follows */
	bool cut;     /* it could not all be kept, or its link leads nowhere */
	bool garbled; /* it is no collection */
	bool absent;  /* it did not come */
};

static const struct {
	const char *name;
	struct page page[PAGES];
	unsigned asked; /* for how many in all */
	unsigned n;
	bool is_cut;
} rows[] = {
	{ "one page", { { .n = 3, .last = true } }, 1, 3, false },
	{ "nobody", { { .n = 0, .last = true } }, 1, 0, false },
	{ "three pages", { { .n = 2 }, { .n = 2 }, { .n = 1, .last = true } }, 3, 5, false },
	{ "an empty page between", { { .n = 2 }, { .n = 0 }, { .n = 1, .last = true } }, 3, 3,
		false },
	{ "it did not come", { { .absent = true } }, 1, 0, true },
	{ "the second did not come", { { .n = 2 }, { .absent = true } }, 2, 2, true },
	{ "it cannot be read", { { .garbled = true, .last = true } }, 1, 0, true },
	{ "the second cannot be read", { { .n = 2 }, { .garbled = true } }, 2, 2, true },
	{ "its link leads nowhere", { { .n = 2, .cut = true, .last = true } }, 1, 2, true },
	{ "more in it than fit", { { .n = NOTE_PARTIES_MAX, .cut = true } }, 1, NOTE_PARTIES_MAX,
		true },
	{ "just as many as fit", { { .n = 100 }, { .n = 28, .last = true } }, 2, NOTE_PARTIES_MAX,
		false },
	{ "one more", { { .n = 100 }, { .n = 29, .last = true } }, 2, NOTE_PARTIES_MAX, true },
	{ "just as many, and a link", { { .n = 100 }, { .n = 28 } }, 2, NOTE_PARTIES_MAX, true },
	{ "pages without end", { { .n = 1 } }, ROSTER_PAGES_MAX, 1, true },
};

static void fill(struct reply *r, const struct page *p, unsigned first)
{
	memset(r, 0, sizeof(*r));
	for (unsigned i = 0; i < p->n; i++)
		snprintf(r->party[i].participant_id, sizeof(r->party[i].participant_id), "%u",
			first + i);
	r->n_parties = p->n;
	r->parties_cut = p->cut;
	r->is_collection = !p->garbled;
	snprintf(r->next_page, sizeof(r->next_page), "%s", p->last ? "" : "/next");
}

/* In their order, each once. */
static bool in_order(const struct roster *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (strtoul(r->party[i].participant_id, NULL, 10) != i)
			return false;
	return true;
}

static void each_roster(void **state)
{
	struct roster *roster = malloc(sizeof(*roster));
	struct reply *reply = malloc(sizeof(*reply));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned asked = 0, next = 0;
		const struct page *p;

		memset(roster, 0, sizeof(*roster));
		do {
			p = &rows[i].page[asked < PAGES ? asked : PAGES - 1];
			fill(reply, p, next);
			next += p->n;
			asked++;
		} while (roster_add(roster, p->absent ? NULL : reply));
		if (asked != rows[i].asked || roster->n != rows[i].n ||
			roster->cut != rows[i].is_cut || !in_order(roster))
			fail_msg("%s: asked %u, have %zu, cut %d", rows[i].name, asked, roster->n,
				roster->cut);
	}
	free(reply);
	free(roster);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_roster),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
