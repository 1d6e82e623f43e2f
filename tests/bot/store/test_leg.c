/* How legs of live audio sounded, beside their contact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/store/shelf.h"

#include <sqlite3.h>

struct heard {
	struct leg_row row[4];
	size_t n, n_max;
};

static bool hear(void *arg, const struct leg_row *row)
{
	struct heard *h = arg;

	h->row[h->n++] = *row;
	return h->n < h->n_max;
}

/* Every figure another number, so that no two columns can be mistaken for each other. */
static struct leg_row leg_nth(uint32_t contact, uint32_t attempt, const char *agent)
{
	struct leg_row row = {
		.contact = contact, .attempt = attempt, .ended_unix_ms = 1700000000000 + attempt
	};
	int64_t next = 1000 * (int64_t)contact + 100 * attempt;

#define LEG_SET(name) row.name = next++;
	LEG_FIGURE_LIST(LEG_SET)
#undef LEG_SET
	row.level_cb = -row.level_cb;
	row.rtt_us = attempt ? row.rtt_us : -1;
	snprintf(row.agent, sizeof(row.agent), "%s", agent);
	return row;
}

static void same_leg(const struct leg_row *a, const struct leg_row *b)
{
	assert_int_equal(a->contact, b->contact);
	assert_int_equal(a->attempt, b->attempt);
	assert_string_equal(a->agent, b->agent);
	assert_true(a->ended_unix_ms == b->ended_unix_ms);
#define LEG_SAME(name)          \
	if (a->name != b->name) \
		fail_msg("%s: %lld, not %lld", #name, (long long)a->name, (long long)b->name);
	LEG_FIGURE_LIST(LEG_SAME)
#undef LEG_SAME
}

static void a_leg_is_told_as_it_was_written(void **state)
{
	struct store *s = open_store(":memory:", NULL);
	const struct leg_row row[] = { leg_nth(7, 0, ""), leg_nth(8, 3, "Ben"),
		leg_nth(7, 2, "Ada") };
	struct heard h = { .n_max = 4 };

	(void)state;
	assert_int_equal(store_legs(s, 7, hear, &h, NULL), OK);
	assert_int_equal(h.n, 0);
	assert_int_equal(store_legs_put(s, row, ARRAY_LEN(row), NULL), OK);
	assert_int_equal(store_legs(s, 7, hear, &h, NULL), OK);
	assert_int_equal(h.n, 2);
	same_leg(&h.row[0], &row[0]);
	same_leg(&h.row[1], &row[2]);
	h = (struct heard){ .n_max = 1 };
	assert_int_equal(store_legs(s, 7, hear, &h, NULL), OK);
	assert_int_equal(h.n, 1);
	h = (struct heard){ .n_max = 4 };
	assert_int_equal(store_legs(s, 8, hear, &h, NULL), OK);
	assert_int_equal(h.n, 1);
	same_leg(&h.row[0], &row[1]);
	store_close(s);
}

/* A reader beside the service sees them, and one of a store that an older version made sees none.
 */
static void a_reader_does_with_what_is_there(void **state)
{
	struct store *s = open_store(path, NULL);
	const struct leg_row row = leg_nth(7, 0, "");
	struct store_summary found;
	struct heard h = { .n_max = 4 };
	sqlite3 *db;

	(void)state;
	assert_int_equal(store_legs_put(s, &row, 1, NULL), OK);
	store_close(s);
	assert_int_equal(store_open_to_read(path, &s, &found, NULL), OK);
	assert_int_equal(store_legs(s, 7, hear, &h, NULL), OK);
	assert_int_equal(h.n, 1);
	same_leg(&h.row[0], &row);
	store_close(s);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "drop table leg", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	h.n = 0;
	assert_int_equal(store_open_to_read(path, &s, &found, NULL), OK);
	assert_int_equal(store_legs(s, 7, hear, &h, NULL), OK);
	assert_int_equal(h.n, 0);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_leg_is_told_as_it_was_written),
		cmocka_unit_test_setup_teardown(
			a_reader_does_with_what_is_there, dir_make, dir_remove),
	};

	return cmocka_run_group_tests_name("legs in the store", tests, NULL, NULL);
}
