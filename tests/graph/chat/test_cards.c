/* What becomes of a card: rows of fates, and the form after each. */
#include "graph/chat/cards.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static unsigned n_changed;

static void changed(void *arg, struct card *c)
{
	(void)arg, (void)c;
	n_changed++;
}

static void happened(struct cards *cs, uint32_t attempt, enum card_fate fate, uint16_t by)
{
	cards_happened(cs, 7, attempt, fate, by, 1000, changed, NULL);
}

static struct card *offer(struct cards *cs, uint32_t attempt, enum card_form form)
{
	return cards_offer(cs, &(struct card){ .contact = 7, .attempt = attempt, .form = form });
}

enum { MINE = 1, OTHERS = 2 };

static void each_row(void **state)
{
	static const struct {
		const char *name;
		enum card_form first;
		struct {
			uint32_t attempt;
			enum card_fate fate;
		} step[4];
		size_t n;
		enum card_form last;
		unsigned n_changed;
	} rows[] = {
		{ "taken by her", CARD_OFFER, { { MINE, FATE_CONNECTED } }, 1, CARD_YOURS, 1 },
		{ "accepted, then hers", CARD_ASK,
			{ { MINE, FATE_ACCEPTED }, { MINE, FATE_CONNECTED } }, 2, CARD_YOURS, 2 },
		{ "accepted twice is once", CARD_ASK,
			{ { MINE, FATE_ACCEPTED }, { MINE, FATE_ACCEPTED } }, 2, CARD_ACCEPTED, 1 },
		{ "nothing to accept where it rings already", CARD_OFFER,
			{ { MINE, FATE_ACCEPTED } }, 1, CARD_OFFER, 0 },
		{ "declined stays so", CARD_OFFER,
			{ { MINE, FATE_DECLINED }, { MINE, FATE_ENDED }, { OTHERS, FATE_CONNECTED },
				{ MINE, FATE_GONE } },
			4, CARD_DECLINED, 1 },
		{ "over, then somebody else's", CARD_OFFER,
			{ { MINE, FATE_ENDED }, { OTHERS, FATE_CONNECTED } }, 2, CARD_TAKEN, 2 },
		{ "over, then nobody waits", CARD_ASK,
			{ { MINE, FATE_ENDED }, { MINE, FATE_GONE } }, 2, CARD_GONE, 2 },
		{ "over, and answered late", CARD_OFFER,
			{ { MINE, FATE_ENDED }, { MINE, FATE_CONNECTED } }, 2, CARD_YOURS, 2 },
		{ "hers, and lost before they heard each other", CARD_OFFER,
			{ { MINE, FATE_CONNECTED }, { MINE, FATE_ENDED } }, 2, CARD_ENDED, 2 },
		{ "hers stays hers at the call's end", CARD_OFFER,
			{ { MINE, FATE_CONNECTED }, { MINE, FATE_GONE } }, 2, CARD_YOURS, 1 },
		{ "the caller hangs up", CARD_OFFER, { { MINE, FATE_GONE } }, 1, CARD_GONE, 1 },
		{ "another offer's end is not hers", CARD_OFFER, { { OTHERS, FATE_ENDED } }, 1,
			CARD_OFFER, 0 },
		{ "a decline of another's is not hers", CARD_OFFER, { { OTHERS, FATE_DECLINED } },
			1, CARD_OFFER, 0 },
	};

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		struct cards *cs = cards_new(4);
		struct card *c = offer(cs, MINE, rows[r].first);

		n_changed = 0;
		for (size_t i = 0; i < rows[r].n; i++)
			happened(cs, rows[r].step[i].attempt, rows[r].step[i].fate, 2);
		if (c->form != rows[r].last || n_changed != rows[r].n_changed ||
			c->rev != 1 + n_changed)
			fail_msg("%s: %s after %u changes, rev %u", rows[r].name,
				card_form_name(c->form), n_changed, c->rev);
		cards_free(cs);
	}
}

static void another_contact_is_not_touched(void **state)
{
	struct cards *cs = cards_new(4);
	struct card *c = offer(cs, MINE, CARD_OFFER);

	(void)state;
	/* 11 shares the bucket of 7. */
	cards_happened(cs, 11, MINE, FATE_GONE, 0, 1, changed, NULL);
	assert_int_equal(c->form, CARD_OFFER);
	cards_free(cs);
}

static void who_took_it_last_is_named(void **state)
{
	struct cards *cs = cards_new(4);
	struct card *c = offer(cs, MINE, CARD_OFFER);

	(void)state;
	happened(cs, 2, FATE_CONNECTED, 5);
	assert_int_equal(c->taken_by, 5);
	happened(cs, 3, FATE_CONNECTED, 6);
	assert_int_equal(c->form, CARD_TAKEN);
	assert_int_equal(c->taken_by, 6);
	assert_int_equal(c->rev, 3);
	/* The end of the call takes nobody's name away. */
	happened(cs, 0, FATE_GONE, 0);
	assert_int_equal(c->taken_by, 6);
	assert_int_equal(c->rev, 3);
	cards_free(cs);
}

static void the_oldest_final_card_makes_room(void **state)
{
	struct cards *cs = cards_new(3);
	uint32_t second;

	(void)state;
	offer(cs, 1, CARD_OFFER);
	second = offer(cs, 2, CARD_OFFER)->handle;
	offer(cs, 3, CARD_OFFER);
	assert_null(offer(cs, 4, CARD_OFFER));
	happened(cs, 2, FATE_ENDED, 0);
	happened(cs, 3, FATE_ENDED, 0);
	assert_non_null(offer(cs, 4, CARD_OFFER));
	assert_null(cards_of(cs, second));
	assert_null(cards_find(cs, 7, 2));
	assert_non_null(cards_find(cs, 7, 3));
	assert_non_null(cards_find(cs, 7, 1));
	assert_int_equal(cards_find(cs, 7, 4)->attempt, 4);
	cards_free(cs);
}

/* Agents one further, queue 2 gone. */
static uint16_t one_further(void *arg, uint16_t was)
{
	(void)arg;
	return was == 9 ? 0 : (uint16_t)(was + 1);
}

static uint16_t no_second(void *arg, uint16_t was)
{
	(void)arg;
	return was == 2 ? 0 : was;
}

static void numbers_follow_a_new_configuration(void **state)
{
	struct cards *cs = cards_new(3);
	const struct card from[] = {
		{ .contact = 7, .attempt = 1, .agent = 3, .queue = 1, .form = CARD_ASK },
		{ .contact = 7, .attempt = 2, .agent = 4, .queue = 2, .form = CARD_ASK },
		{ .contact = 8, .attempt = 3, .agent = 9, .queue = 1, .form = CARD_ASK },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		cards_offer(cs, &from[i]);
	happened(cs, 2, FATE_CONNECTED, 4);
	cards_renumber(cs, one_further, no_second, NULL);
	assert_int_equal(cards_find(cs, 7, 1)->agent, 4);
	assert_int_equal(cards_find(cs, 7, 1)->taken_by, 5);
	assert_null(cards_find(cs, 7, 2)); /* its queue is gone */
	assert_null(cards_find(cs, 8, 3)); /* its agent is gone */
	assert_non_null(offer(cs, 4, CARD_OFFER));
	assert_non_null(offer(cs, 5, CARD_OFFER)); /* in the places of those two */
	assert_non_null(cards_find(cs, 7, 1));
	assert_non_null(cards_find(cs, 7, 4));
	cards_free(cs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(another_contact_is_not_touched),
		cmocka_unit_test(who_took_it_last_is_named),
		cmocka_unit_test(the_oldest_final_card_makes_room),
		cmocka_unit_test(numbers_follow_a_new_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
