/* The reference's vectors, and what must be so between the formulas. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "bot/whatif/erlang.h"

#define ROWS(a) (sizeof(a) / sizeof((a)[0]))

static void near(const char *what, size_t row, double got, double want, double by)
{
	if (!(fabs(got - want) <= by))
		fail_msg("row %zu: %s is %.8f, not %.8f", row, what, got, want);
}

static void b_c_level_and_asa(void **state)
{
	static const struct {
		double calls, interval_s, service_s;
		unsigned n;
		double load, b, c, level, asa_s;
	} rows[] = {
		{ 120, 1800, 180, 14, 12.0000, 0.117210, 0.481705, 0.614280, 43.3535 },
		{ 360, 3600, 240, 28, 24.0000, 0.066612, 0.333139, 0.761296, 19.9883 },
		{ 10, 3600, 300, 2, 0.8333, 0.159236, 0.245098, 0.773243, 63.0252 },
		{ 2000, 3600, 300, 175, 166.6667, 0.032515, 0.413752, 0.762608, 14.8951 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		double per_s = rows[i].calls / rows[i].interval_s, load = per_s * rows[i].service_s;
		struct erlang e = erlang_forever(per_s, rows[i].service_s, rows[i].n);

		near("the load", i, load, rows[i].load, 5e-5);
		near("B", i, erlang_b(load, rows[i].n), rows[i].b, 5e-7);
		near("C", i, erlang_c(load, rows[i].n), rows[i].c, 5e-7);
		near("the level", i, erlang_level(per_s, rows[i].service_s, rows[i].n, 20),
			rows[i].level, 5e-7);
		near("ASA", i, e.wait_s, rows[i].asa_s, 5e-5);
		near("occupancy", i, e.occupancy, load / rows[i].n, 1e-12);
		near("Little's law", i, e.waiting, per_s * e.wait_s, 1e-9);
	}
}

static void a(void **state)
{
	static const struct {
		double per_s, service_s;
		unsigned n;
		double patience_s, waits, abandons, waiting, wait_s;
	} rows[] = {
		{ 120.0 / 1800, 180, 12, 120, 0.492641, 0.125706, 1.00565, 15.0847 },
		{ 120.0 / 1800, 180, 14, 120, 0.293113, 0.060645, 0.48516, 7.2774 },
		{ 2000.0 / 3600, 300, 160, 90, 0.518114, 0.064281, 3.21406, 5.7853 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct erlang e = erlang_patient(
			rows[i].per_s, rows[i].service_s, rows[i].n, rows[i].patience_s);

		near("P(wait)", i, e.waits, rows[i].waits, 5e-7);
		near("P(abandon)", i, e.abandons, rows[i].abandons, 5e-7);
		near("the line", i, e.waiting, rows[i].waiting, 5e-6);
		near("the wait", i, e.wait_s, rows[i].wait_s, 5e-5);
		/* Who is not lost is served. */
		near("occupancy", i, e.occupancy,
			rows[i].per_s * rows[i].service_s * (1 - e.abandons) / rows[i].n, 1e-9);
	}
}

static void edges(void **state)
{
	struct erlang patient = erlang_patient(0.06, 180, 14, 1e9);
	struct erlang forever = erlang_forever(0.06, 180, 14);

	(void)state;
	near("B without servers", 0, erlang_b(3, 0), 1, 0);
	near("B without load", 0, erlang_b(0, 3), 0, 0);
	near("C with too few", 0, erlang_c(3, 3), 1, 0);
	assert_true(isinf(erlang_forever(1, 3, 3).wait_s));
	near("the level with too few", 0, erlang_level(1, 3, 3, 20), 0, 0);
	/* Endless patience is none of A's matters. */
	near("A and C", 0, patient.waits, forever.waits, 1e-4);
	near("A and C", 1, patient.wait_s, forever.wait_s, 1e-2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b_c_level_and_asa),
		cmocka_unit_test(a),
		cmocka_unit_test(edges),
	};

	return cmocka_run_group_tests_name("whatif erlang", tests, NULL, NULL);
}
