/* Who is asked, who has whom, and what is remembered of what was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "graph/chat/handoff.h"
#include "graph/wire/card.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REALM = 3, CLEO = 7, ADA = 1, BEN = 2 };

static struct handoff *begin(struct handoffs *hs)
{
	struct handoff *h = handoff_open(hs, REALM, CLEO);

	snprintf(h->person_name, sizeof(h->person_name), "Cleo");
	snprintf(h->agent_name, sizeof(h->agent_name), "Ada");
	assert_non_null(handoff_ask(h, ADA));
	assert_non_null(handoff_ask(h, BEN));
	return h;
}

static void taken_once(void **state)
{
	struct handoffs *hs = handoffs_new();
	struct handoff *h = begin(hs);
	size_t left;

	(void)state;
	assert_int_equal(handoff_accept(h, CLEO, 5), E_DENIED);
	assert_null(handoff_of_agent(hs, REALM, ADA));
	assert_int_equal(handoff_accept(h, ADA, 5), OK);
	assert_ptr_equal(handoff_of_agent(hs, REALM, ADA), h);
	assert_null(handoff_of_agent(hs, REALM + 1, ADA));
	assert_int_equal(h->offer[0].form, CHAT_CARD_YOURS);
	assert_int_equal(h->offer[1].form, CHAT_CARD_TAKEN);
	assert_int_equal(h->offer[0].rev, 2);
	assert_int_equal(h->offer[1].rev, 2);
	assert_int_equal(handoff_accept(h, BEN, 6), E_STALE);
	assert_int_equal(handoff_accept(h, ADA, 6), E_STALE);
	assert_int_equal(handoff_decline(h, ADA, 6, &left), E_STALE);
	assert_int_equal(h->agent, ADA);
	handoffs_free(hs);
}

static void declined_by_all(void **state)
{
	struct handoffs *hs = handoffs_new();
	struct handoff *h = begin(hs);
	size_t left;

	(void)state;
	assert_int_equal(handoff_decline(h, ADA, 5, &left), OK);
	assert_int_equal(left, 1);
	assert_int_equal(handoff_decline(h, ADA, 5, &left), E_STALE);
	assert_int_equal(left, 1);
	assert_int_equal(handoff_decline(h, BEN, 6, &left), OK);
	assert_int_equal(left, 0);
	handoffs_free(hs);
}

/* Over: nobody finds it any more but by its number and its cards, and no word is left of it. */
static void over(void **state)
{
	struct handoffs *hs = handoffs_new();
	struct handoff *h = begin(hs), *found;
	struct chat_card_line line[HANDOFF_LINES_MAX];
	uint32_t handle = handoff_handle(h, &h->offer[1]);

	(void)state;
	handoff_say(h, false, "my secret");
	assert_int_equal(handoff_accept(h, ADA, 5), OK);
	handoff_end(h, 9);
	assert_int_equal(h->offer[0].form, CHAT_CARD_OVER);
	assert_int_equal(h->offer[1].form, CHAT_CARD_TAKEN);
	assert_null(handoff_of_person(hs, REALM, CLEO));
	assert_null(handoff_of_agent(hs, REALM, ADA));
	assert_int_equal(handoff_accept(h, ADA, 10), E_STALE);
	assert_ptr_equal(handoff_find(hs, h->number), h);
	assert_ptr_equal(handoff_by_handle(hs, handle, &found), &h->offer[1]);
	assert_ptr_equal(found, h);
	assert_int_equal(handoff_lines(h, line), 0);
	for (size_t i = 0; i + 9 < sizeof(h->line); i++)
		assert_memory_not_equal((const char *)h->line + i, "my secret", 9);
	handoffs_free(hs);
}

static void handles(void **state)
{
	struct handoffs *hs = handoffs_new();
	struct handoff *h = begin(hs);

	(void)state;
	assert_int_not_equal(handoff_handle(h, &h->offer[0]), handoff_handle(h, &h->offer[1]));
	assert_null(handoff_by_handle(hs, 1, NULL)); /* a call card's */
	assert_null(handoff_by_handle(hs, 0, NULL));
	assert_null(handoff_by_handle(hs, handoff_handle(h, &h->offer[1]) + 1, NULL));
	assert_null(handoff_by_handle(hs, handoff_handle(h, &h->offer[0]) + 8, NULL));
	handoffs_free(hs);
}

/* The last lines in their order, each cut where a character ends, and without what swells a card.
 */
static void lines(void **state)
{
	struct handoffs *hs = handoffs_new();
	struct handoff *h = begin(hs);
	struct chat_card_line line[HANDOFF_LINES_MAX];
	char text[2000], want[HANDOFF_LINE_BYTES];

	(void)state;
	for (int i = 0; i < HANDOFF_LINES_MAX + 5; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		handoff_say(h, i % 2, text);
	}
	assert_int_equal(handoff_lines(h, line), HANDOFF_LINES_MAX);
	assert_string_equal(line[0].text, "line 5");
	assert_string_equal(line[0].who, "Ada");
	assert_string_equal(line[HANDOFF_LINES_MAX - 1].text, "line 24");
	assert_string_equal(line[HANDOFF_LINES_MAX - 1].who, "Cleo");
	memset(text, 0, sizeof(text));
	for (int i = 0; i < 600; i++)
		memcpy(text + 2 * i, "\xc3\xa4", 2); /* a-umlaut, 1,200 bytes */
	handoff_say(h, false, text);
	handoff_lines(h, line);
	assert_int_equal(strlen(line[HANDOFF_LINES_MAX - 1].text), HANDOFF_LINE_BYTES - 2);
	handoff_say(h, false, "a\x01\x1b\nb");
	handoff_lines(h, line);
	snprintf(want, sizeof(want), "a   b");
	assert_string_equal(line[HANDOFF_LINES_MAX - 1].text, want);
	handoffs_free(hs);
}

/* The worst that can be written still fits into a message of Teams. */
static void the_largest_card(void **state)
{
	struct handoffs *hs = handoffs_new();
	struct handoff *h = begin(hs);
	struct chat_card_line line[HANDOFF_LINES_MAX];
	char text[2000], *card, *summary, *message;
	struct chat_card_in in = { .form = CHAT_CARD_YOURS, .queue = "sales", .line = line };

	(void)state;
	memset(text, '"', sizeof(text) - 1); /* two bytes each in JSON */
	text[sizeof(text) - 1] = '\0';
	memset(h->person_name, '"', sizeof(h->person_name) - 1);
	for (int i = 0; i < HANDOFF_LINES_MAX; i++)
		handoff_say(h, false, text);
	in.n_lines = handoff_lines(h, line);
	in.person = h->person_name;
	assert_int_equal(chat_card_write(&in, &card, &summary, NULL), OK);
	assert_int_equal(message_of_card(card, summary, true, &message, NULL), OK);
	free(card);
	free(summary);
	free(message);
	handoffs_free(hs);
}

static void one_too_many(void **state)
{
	struct handoffs *hs = handoffs_new();
	struct handoff *h, *first = begin(hs);

	(void)state;
	for (int i = 2; i < HANDOFF_OFFERS_MAX; i++)
		assert_non_null(handoff_ask(first, (uint32_t)(10 + i)));
	assert_null(handoff_ask(first, 99));
	for (uint32_t i = 1; i < HANDOFFS_MAX; i++)
		assert_non_null(handoff_open(hs, REALM, 100 + i));
	assert_null(handoff_open(hs, REALM, 999));
	h = handoff_of_person(hs, REALM, 105);
	handoff_end(h, 20);
	handoff_end(handoff_of_person(hs, REALM, 106), 10);
	assert_non_null(handoff_open(hs, REALM, 999)); /* in the place of what was over first */
	assert_true(handoff_find(hs, h->number) == h && h->over);
	assert_non_null(handoff_of_person(hs, REALM, 999));
	handoffs_free(hs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken_once),
		cmocka_unit_test(declined_by_all),
		cmocka_unit_test(over),
		cmocka_unit_test(handles),
		cmocka_unit_test(lines),
		cmocka_unit_test(the_largest_card),
		cmocka_unit_test(one_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
