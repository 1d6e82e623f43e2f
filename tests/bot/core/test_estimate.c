/*
 * The estimate of a wait against exact sums, against the distribution itself, and against the
 * Erlang formulas: what callers are promised, weighed by how many there are at each position, must
 * be the wait that the formulas know. Source of the vectors: our reference, section 2.2.
 */
#include "bot/core/estimate.h"

#include "bot/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { STATES = 4000 };

static double apart(double a, double b)
{
	double d = a - b;

	return d < 0 ? -d : d;
}

static double rate(struct rates r, uint32_t k)
{
	return (double)r.n_agents / r.service_ms +
	       (r.patience_ms ? (double)k / (double)r.patience_ms : 0);
}

static double exact_mean(struct rates r, uint32_t position)
{
	double sum = 0;

	for (uint32_t k = 1; k <= position; k++)
		sum += 1 / rate(r, k);
	return sum;
}

static const uint32_t agents[] = { 1, 2, 14, 175, 2000 };
static const uint32_t services[] = { 20000, 180000, 300000, 3600000 };
static const uint64_t patiences[] = { 0, 5000, 30000, 120000, 3600000 };
static const uint32_t positions[] = { 1, 2, 3, 8, 9, 10, 16, 17, 18, 31, 32, 33, 100, 1000, 30000 };

#define EACH(i, array) (size_t i = 0; i < ARRAY_LEN(array); i++)

static void the_mean_is_the_sum(void **state)
{
	(void)state;
	for
		EACH(a, agents)
		for
			EACH(s, services)
			for
				EACH(p, patiences)
				for
					EACH(k, positions)
					{
						struct rates r = { agents[a], services[s],
							patiences[p] };
						double want = exact_mean(r, positions[k]);
						double got = (double)estimate_mean_ms(
							r, positions[k]);

						/* 0.2 percent, and one part of 1024 ms lost at
						 * each. */
						if (apart(got, want) >
							want * 0.002 + 1 + positions[k] / 1024.0)
							fail_msg("N=%u service=%u patience=%lu "
								 "p=%u: %.0f for %.0f",
								r.n_agents, r.service_ms,
								(unsigned long)r.patience_ms,
								positions[k], got, want);
					}
}

/* The moment at which four in five are served: the line's own differential equations, by the
 * method of Runge and Kutta. share[k] is how many are at position k now. */
static double exact_most(struct rates r, uint32_t position)
{
	double share[64] = { 0 }, at = 0, left = 1, step = 0.02 / rate(r, position);

	share[position] = 1;
	for (;; at += step) {
		double k1[64] = { 0 }, k2[64] = { 0 }, before = left;

		for (uint32_t k = position; k; k--)
			k1[k] = (k < position ? share[k + 1] * rate(r, k + 1) : 0) -
				share[k] * rate(r, k);
		for (uint32_t k = position; k; k--) {
			double here = share[k] + step / 2 * k1[k];
			double next = k < position ? share[k + 1] + step / 2 * k1[k + 1] : 0;

			k2[k] = (k < position ? next * rate(r, k + 1) : 0) - here * rate(r, k);
		}
		left = 0;
		for (uint32_t k = position; k; k--)
			left += share[k] += step * k2[k];
		if (left <= 0.2)
			return at + step * (before - 0.2) / (before - left);
	}
}

static void four_in_five_wait_no_longer(void **state)
{
	static const uint32_t some[] = { 1, 2, 3, 5, 9, 20, 60 };

	(void)state;
	for
		EACH(a, agents)
		for
			EACH(p, patiences)
			for
				EACH(k, some)
				{
					struct rates r = { agents[a], 300000, patiences[p] };
					double want = exact_most(r, some[k]);
					double got = (double)estimate_most_ms(r, some[k]);

					if (apart(got, want) > want * 0.03 + 8)
						fail_msg("N=%u patience=%lu p=%u: %.0f for %.0f",
							r.n_agents, (unsigned long)r.patience_ms,
							some[k], got, want);
				}
}

/* How often so many are there, as a share of the time: born with lambda, and served or lost. */
static void stationary(struct rates r, double lambda, double share[STATES])
{
	double sum = 1;

	share[0] = 1;
	for (uint32_t n = 1; n < STATES; n++) {
		double busy = n < r.n_agents ? n : r.n_agents;
		double death = busy / r.service_ms;

		if (n > r.n_agents && r.patience_ms)
			death += (double)(n - r.n_agents) / (double)r.patience_ms;
		share[n] = share[n - 1] * lambda / death;
		sum += share[n];
	}
	for (uint32_t n = 0; n < STATES; n++)
		share[n] /= sum;
}

/* From a position, of the time until she leaves by herself: its mean where she does, else 0. At k
 * that is the time there, if she will leave, and then, unless she leaves now, the rest. */
static double lost_wait(struct rates r, uint32_t position)
{
	double theta = 1 / (double)r.patience_ms, wait = 0;

	for (uint32_t k = 1; k <= position; k++) {
		double all = rate(r, k);

		wait = k * theta / all / all + (1 - theta / all) * wait;
	}
	return wait;
}

static double mean_wait(struct rates r, double lambda, bool exact)
{
	static double share[STATES];
	double wait = 0, mu = 1.0 / r.service_ms;

	stationary(r, lambda, share);
	for (uint32_t n = r.n_agents; n < STATES; n++) {
		uint32_t p = n - r.n_agents + 1;
		double served = r.n_agents * mu / rate(r, p);
		double sum = exact ? exact_mean(r, p) : (double)estimate_mean_ms(r, p);

		if (share[n] < 1e-15)
			continue;
		wait += share[n] * served * sum;
		if (r.patience_ms)
			wait += share[n] * lost_wait(r, p);
	}
	return wait / 1000;
}

static void it_is_erlang_c(void **state)
{
	static const struct {
		double per_s;
		struct rates r;
		double asa_s;
	} rows[] = {
		{ 120 / 1800.0, { 14, 180000, 0 }, 43.3535 },
		{ 360 / 3600.0, { 28, 240000, 0 }, 19.9883 },
		{ 10 / 3600.0, { 2, 300000, 0 }, 63.0252 },
		{ 2000 / 3600.0, { 175, 300000, 0 }, 14.8951 },
	};

	(void)state;
	for
		EACH(i, rows)
		{
			double got = mean_wait(rows[i].r, rows[i].per_s / 1000, false);

			if (apart(got, rows[i].asa_s) > rows[i].asa_s * 0.002)
				fail_msg("row %zu: %.4f for %.4f", i, got, rows[i].asa_s);
		}
}

static void it_is_erlang_a(void **state)
{
	static const struct {
		double per_s;
		struct rates r;
		double wait_s;
	} rows[] = {
		{ 120 / 1800.0, { 12, 180000, 120000 }, 15.0847 },
		{ 120 / 1800.0, { 14, 180000, 120000 }, 7.2774 },
		{ 2000 / 3600.0, { 160, 300000, 90000 }, 5.7853 },
	};

	(void)state;
	for
		EACH(i, rows)
		{
			double got = mean_wait(rows[i].r, rows[i].per_s / 1000, false);

			if (apart(got, rows[i].wait_s) > rows[i].wait_s * 0.002)
				fail_msg("row %zu: %.4f for %.4f; by exact sums %.4f", i, got,
					rows[i].wait_s,
					mean_wait(rows[i].r, rows[i].per_s / 1000, true));
		}
}

static void it_is_spoken_in_steps(void **state)
{
	static const struct {
		uint64_t ms;
		uint32_t minutes;
	} rows[] = {
		{ 1, 1 },
		{ 60000, 1 },
		{ 60001, 2 },
		{ 120001, 3 },
		{ 180000, 3 },
		{ 180001, 5 },
		{ 300001, 10 },
		{ 600001, 15 },
		{ 900001, 20 },
		{ 1200001, 30 },
		{ 1800000, 30 },
		{ 1800001, ESTIMATE_OVER },
		{ UINT64_MAX, ESTIMATE_OVER },
	};

	(void)state;
	for
		EACH(i, rows)
	assert_int_equal(estimate_rounded(rows[i].ms), rows[i].minutes);
}

static void what_nobody_knows_is_nothing(void **state)
{
	(void)state;
	assert_int_equal(estimate_most_ms((struct rates){ 0, 300000, 0 }, 3), 0);
	assert_int_equal(estimate_most_ms((struct rates){ 3, 0, 0 }, 3), 0);
	assert_int_equal(estimate_mean_ms((struct rates){ 3, 300000, 0 }, 0), 0);
	/* Absurd numbers do not overflow. */
	assert_true(estimate_most_ms((struct rates){ 1, UINT32_MAX, 1 }, UINT32_MAX) > 0);
	assert_true(estimate_most_ms((struct rates){ 1, UINT32_MAX, UINT64_MAX }, UINT32_MAX) > 0);
	assert_true(estimate_most_ms((struct rates){ 10000, 1, 1 }, UINT32_MAX) < 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mean_is_the_sum),
		cmocka_unit_test(four_in_five_wait_no_longer),
		cmocka_unit_test(it_is_erlang_c),
		cmocka_unit_test(it_is_erlang_a),
		cmocka_unit_test(it_is_spoken_in_steps),
		cmocka_unit_test(what_nobody_knows_is_nothing),
	};

	return cmocka_run_group_tests_name("core estimate", tests, NULL, NULL);
}
