/* Hand-made days, counted by the definitions of count.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/history/count.h"

#include <stdio.h>
#include <string.h>

enum { MIN = 60000, HALF = 30 * MIN };

/* 08:00 to 09:30 in half hours; times of rows are minutes or milliseconds after 08:00. */
static const uint64_t bound[] = { 0, HALF, 2 * HALF, 3 * HALF };

static struct count *count_all(const struct visit_told *v, const uint64_t *wrap_up, size_t n)
{
	struct count *c = count_new(bound, 3);

	assert_non_null(c);
	for (size_t i = 0; i < n; i++) {
		assert_true(count_entered(c, "sales", &v[i]));
		assert_true(count_left(c, "sales", &v[i]));
		assert_true(count_talk(c, "sales", &v[i], wrap_up ? wrap_up[i] : 0));
	}
	return c;
}

static void a_day(void **state)
{
	static const struct visit_told day[] = {
		/* answered after 10 s, within; talks 4 minutes */
		{ .end = VISIT_ANSWERED,
			.within = true,
			.entered_ms = 1 * MIN,
			.left_ms = 1 * MIN + 10000,
			.talk_end_ms = 5 * MIN,
			.talk_ms = 230000 },
		/* answered late, in the next half hour, and sent on once */
		{ .end = VISIT_ANSWERED,
			.entered_ms = 29 * MIN,
			.left_ms = 31 * MIN,
			.talk_end_ms = 61 * MIN,
			.talk_ms = 30 * MIN,
			.n_transfers = 1 },
		{ .end = VISIT_ABANDONED, .entered_ms = 2 * MIN, .left_ms = 3 * MIN },
		{ .end = VISIT_ABANDONED_SHORT, .entered_ms = 2 * MIN, .left_ms = 2 * MIN + 2000 },
		{ .end = VISIT_OVERFLOW, .entered_ms = 4 * MIN, .left_ms = 4 * MIN },
		{ .end = VISIT_WAITS, .entered_ms = 80 * MIN },
		/* no new visits: a place kept, and back in line */
		{ .end = VISIT_ANSWERED,
			.kept = true,
			.entered_ms = 5 * MIN,
			.left_ms = 20 * MIN,
			.talk_end_ms = 22 * MIN,
			.talk_ms = 2 * MIN },
		{ .end = VISIT_ABANDONED,
			.again = true,
			.entered_ms = 6 * MIN,
			.left_ms = 7 * MIN },
	};
	static const uint64_t wrap_up[] = { 10000, 0, 0, 0, 0, 0, 0, 0 };
	struct count *c = count_all(day, wrap_up, 8);
	const struct cell *first = count_cell(c, 0, 0), *second = count_cell(c, 0, 1),
			  *third = count_cell(c, 0, 2);
	struct cell all = { 0 };

	(void)state;
	assert_int_equal(count_keys(c), 1);
	assert_int_equal(first->offered, 5);
	assert_int_equal(first->handled, 1);
	assert_int_equal(first->abandoned, 1);
	assert_int_equal(first->abandoned_short, 1);
	assert_int_equal(first->otherwise, 1);
	assert_int_equal(first->end[VISIT_OVERFLOW], 1);
	assert_int_equal(first->longest_ms, 60000);
	assert_int_equal(count_service_level(first), 500);
	assert_int_equal(count_mean(first->wait_ms, first->handled), 10000);
	assert_int_equal(first->talks, 2); /* the call-back's too */
	assert_int_equal(count_mean(first->talk_ms + first->wrap_up_ms, first->talks), 180000);
	assert_int_equal(first->call_backs, 1);
	assert_int_equal(first->call_backs_answered, 1);
	assert_int_equal(second->handled, 1);
	assert_int_equal(second->offered, 0);
	assert_int_equal(second->longest_ms, 2 * MIN);
	assert_int_equal(count_service_level(second), 0);
	assert_int_equal(third->offered, 1);
	assert_int_equal(third->transfers, 1);
	assert_int_equal(count_service_level(third), -1);
	for (size_t i = 0; i < 3; i++)
		cell_add(&all, count_cell(c, 0, i));
	assert_int_equal(all.longest_ms, 2 * MIN);
	/* conservation: one still waits */
	assert_int_equal(
		all.offered, all.handled + all.abandoned + all.abandoned_short + all.otherwise + 1);
	count_free(c);
}

static void bounds(void **state)
{
	static const struct visit_told at[] = {
		{ .entered_ms = 0 }, { .entered_ms = HALF - 1 }, { .entered_ms = HALF },
		{ .entered_ms = 3 * HALF }, /* outside */
	};
	struct count *c = count_all(at, NULL, 4);

	(void)state;
	assert_int_equal(count_cell(c, 0, 0)->offered, 2);
	assert_int_equal(count_cell(c, 0, 1)->offered, 1);
	assert_null(count_cell(c, 0, 2));
	count_free(c);
}

static void spans_are_split(void **state)
{
	static const struct span_told span[] = {
		{ .duty = DUTY_TALKING, .from_ms = 20 * MIN, .to_ms = 40 * MIN },
		{ .duty = DUTY_AVAILABLE, .from_ms = 40 * MIN, .to_ms = 60 * MIN },
		{ .duty = DUTY_WRAP_UP, .from_ms = 60 * MIN },                   /* goes on */
		{ .duty = DUTY_PAUSED, .from_ms = 95 * MIN, .to_ms = 99 * MIN }, /* outside */
	};
	struct count *c = count_new(bound, 3);

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_true(count_span(c, "Ada", &span[i], 70 * MIN));
	assert_int_equal(count_cell(c, 0, 0)->duty_ms[DUTY_TALKING], 10 * MIN);
	assert_int_equal(count_occupancy(count_cell(c, 0, 0)), 1000);
	assert_int_equal(count_cell(c, 0, 1)->duty_ms[DUTY_TALKING], 10 * MIN);
	assert_int_equal(count_occupancy(count_cell(c, 0, 1)), 333);
	assert_int_equal(count_cell(c, 0, 2)->duty_ms[DUTY_WRAP_UP], 10 * MIN);
	assert_int_equal(count_cell(c, 0, 2)->duty_ms[DUTY_PAUSED], 0);
	count_free(c);
}

static void keys_have_an_order_and_a_limit(void **state)
{
	struct count *c = count_new(bound, 3);
	struct visit_told v = { .entered_ms = 1 };
	char key[16];
	bool fits = true;

	(void)state;
	for (int i = COUNT_KEYS_MAX; i > 0 && fits; i--) {
		snprintf(key, sizeof(key), "q%05d", i);
		fits = count_entered(c, key, &v);
	}
	assert_true(fits);
	assert_false(count_entered(c, "one more", &v));
	assert_int_equal(count_keys(c), COUNT_KEYS_MAX);
	assert_string_equal(count_key(c, 0), "q00001");
	count_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day),
		cmocka_unit_test(bounds),
		cmocka_unit_test(spans_are_split),
		cmocka_unit_test(keys_have_an_order_and_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
