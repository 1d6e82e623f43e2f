/* Kaplan and Meier's curve from censored waits. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "bot/base/rng.h"
#include "bot/whatif/patience.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

/* By hand: 1, 2+, 3, 3+, 4+, 5, in any order; + is censored. */
static void by_hand(void **state)
{
	struct wait_seen wait[] = { { 4, false }, { 1, true }, { 3, false }, { 5, true },
		{ 3, true }, { 2, false } };
	static const struct {
		uint32_t ms;
		double share;
	} rows[] = { { 0, 1 }, { 1, 5.0 / 6 }, { 2, 5.0 / 6 }, { 3, 5.0 / 6 * 3 / 4 },
		{ 4, 5.0 / 6 * 3 / 4 }, { 5, 0 }, { 9, 0 } };
	struct patience p;

	(void)state;
	assert_int_equal(patience_of(wait, ROWS(wait), &p), OK);
	assert_int_equal(p.n, 3);
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_true(fabs(patience_share(&p, rows[i].ms) - rows[i].share) < 1e-12);
	assert_int_equal(patience_ms(&p, 0.9), 1);
	assert_int_equal(patience_ms(&p, 0.7), 3);
	assert_int_equal(patience_ms(&p, 0.1), 5);
	assert_int_equal(patience_ms(&p, 0), 5);
	patience_fini(&p);
}

static void who_outlasts_all_never_gives_up(void **state)
{
	struct wait_seen wait[] = { { 10, true }, { 20, false } };
	struct patience p;

	(void)state;
	assert_int_equal(patience_of(wait, 2, &p), OK);
	assert_int_equal(patience_ms(&p, 0.6), 10);
	assert_true(patience_ms(&p, 0.4) == PATIENCE_ENDLESS);
	patience_fini(&p);
	assert_int_equal(patience_of(wait, 0, &p), OK);
	assert_true(patience_ms(&p, 0.4) == PATIENCE_ENDLESS);
	patience_fini(&p);
}

/* Patience is exponential with mean 60 s, and service comes at a moment of its own: the curve finds
 * the patience, where the mean of those who left would be far too short. */
static void censoring_does_not_bend_it(void **state)
{
	enum { N = 20000 };
	static struct wait_seen wait[N];
	struct rng rng = { 7 };
	struct patience p;
	double left_sum = 0;
	size_t n_left = 0;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		double u = (double)(1 + rng_below(&rng, 1 << 30)) / (1 << 30);
		double ms = -60000 * log(u), served = (double)rng_below(&rng, 60000);

		wait[i] = (struct wait_seen){ (uint32_t)(ms < served ? ms : served), ms < served };
		left_sum += ms < served ? ms : 0;
		n_left += ms < served;
	}
	assert_true(left_sum / (double)n_left < 30000);
	assert_int_equal(patience_of(wait, N, &p), OK);
	for (uint32_t s = 5; s <= 50; s += 5)
		assert_true(fabs(patience_share(&p, s * 1000) - exp(-(double)s / 60)) < 0.02);
	patience_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(who_outlasts_all_never_gives_up),
		cmocka_unit_test(censoring_does_not_bend_it),
	};

	return cmocka_run_group_tests_name("whatif patience", tests, NULL, NULL);
}
