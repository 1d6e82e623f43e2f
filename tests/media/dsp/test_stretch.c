/* Shorter and longer without a seam: what is left is the same voice, and no click in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/text.h"
#include "media/dsp/level.h"
#include "media/dsp/noise.h"
#include "media/dsp/stretch.h"

#include <math.h>
#include <stdlib.h>

enum { N = 640, RATE = 16000 };

static void hum(double hz, int16_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double t = 2 * M_PI * hz * (double)i / RATE;

		out[i] = (int16_t)lrint(6000 * sin(t) + 3000 * sin(2 * t) + 1500 * sin(3 * t));
	}
}

static int step_max(const int16_t *a, size_t n)
{
	int most = 0;

	for (size_t i = 1; i < n; i++)
		most = abs(a[i] - a[i - 1]) > most ? abs(a[i] - a[i - 1]) : most;
	return most;
}

static void a_voice_stays_itself(void **state)
{
	static const struct {
		const char *name;
		double hz;
	} rows[] = { { "a child", 330 }, { "a woman", 210 }, { "a man", 120 },
		{ "a low man", 104 } };

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++)
		for (int longer = 0; longer < 2; longer++) {
			int16_t a[N + STRETCH_MAX], b[N + STRETCH_MAX];
			double period = RATE / rows[r].hz;
			size_t n, by;

			hum(rows[r].hz, a, N);
			hum(rows[r].hz, b, N + STRETCH_MAX);
			n = longer ? stretch_lengthen(a, N, STRETCH_MAX)
				   : stretch_shorten(a, N, STRETCH_MAX);
			by = longer ? n - N : N - n;
			/* Whole periods: so it is as if nothing had happened. */
			if (by < STRETCH_MIN || by > STRETCH_MAX ||
				fabs(remainder((double)by, period)) > 0.6)
				fail_msg("%s: by %zu of %.1f", rows[r].name, by, period);
			if (step_max(a, n) > step_max(b, n) * 11 / 10)
				fail_msg("%s: a step of %d", rows[r].name, step_max(a, n));
			for (size_t i = 0; i < n; i++)
				if (abs(a[i] - b[i]) > 500)
					fail_msg("%s: at %zu %d, not %d", rows[r].name, i, a[i],
						b[i]);
		}
}

static void noise_and_silence_are_taken_too(void **state)
{
	int16_t a[N + STRETCH_MAX] = { 0 };
	uint32_t seed = 5;

	(void)state;
	assert_in_range(stretch_shorten(a, N, STRETCH_MAX), N - STRETCH_MAX, N - STRETCH_MIN);
	assert_int_equal(step_max(a, N), 0);
	noise_fill(&seed, 40, a, N);
	assert_in_range(stretch_lengthen(a, N, STRETCH_MAX), N + STRETCH_MIN, N + STRETCH_MAX);
	assert_int_equal(stretch_shorten(a, N, STRETCH_MIN), N - STRETCH_MIN);
}

static void noise_is_as_loud_as_it_was_told(void **state)
{
	static const struct {
		unsigned db;
		float want;
	} rows[] = { { 20, -20 }, { 40, -40 }, { 60, -60 }, { 0, -20 }, { 127, -127 } };

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		static int16_t a[RATE];
		uint32_t seed = 1;

		noise_fill(&seed, rows[r].db, a, RATE);
		if (fabsf(level_of(a, RATE).rms_dbov - rows[r].want) > 0.5f)
			fail_msg("%u: %.1f", rows[r].db, (double)level_of(a, RATE).rms_dbov);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_voice_stays_itself),
		cmocka_unit_test(noise_and_silence_are_taken_too),
		cmocka_unit_test(noise_is_as_loud_as_it_was_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
