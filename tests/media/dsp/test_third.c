/* Between 16 and 24 kHz: what passes, what does not, and nothing at the seams of frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/base/rng.h"
#include "media/dsp/third.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 20, LOW = FRAMES * 320, HIGH = FRAMES * 480, SETTLED = 200 };

static double rms(const int16_t *x, size_t n)
{
	double power = 0;

	for (size_t i = 0; i < n; i++)
		power += (double)x[i] * x[i];
	return sqrt(power / (double)n);
}

static void sine(int16_t *out, size_t n, double hz, double rate)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (int16_t)lrint(10000 * sin(2 * M_PI * hz * (double)i / rate));
}

static void down(const int16_t *in, int16_t *out, size_t step)
{
	struct third_down t = { 0 };

	for (size_t at = 0; at < HIGH; at += step)
		third_down(&t, in + at, step, out + at / 3 * 2);
}

static void up(const int16_t *in, int16_t *out, size_t step)
{
	struct third_up t = { 0 };

	for (size_t at = 0; at < LOW; at += step)
		third_up(&t, in + at, step, out + at / 2 * 3);
}

static void what_16_khz_hold_passes_and_what_would_alias_does_not(void **state)
{
	static const struct {
		double hz, least_db, most_db;
	} row[] = { { 100, -0.1, 0.1 }, { 1000, -0.1, 0.1 }, { 5000, -0.1, 0.1 },
		{ 6900, -0.3, 0.1 }, { 8700, -200, -55 }, { 10000, -200, -55 },
		{ 11900, -200, -55 } };
	static int16_t in[HIGH], out[LOW];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		double db;

		sine(in, HIGH, row[i].hz, 24000);
		down(in, out, 480);
		db = 20 * log10((rms(out + SETTLED, LOW - SETTLED) + 1e-9) / rms(in, HIGH));
		if (db < row[i].least_db || db > row[i].most_db)
			fail_msg("%g Hz: %.2f dB", row[i].hz, db);
	}
}

/* Against the sine it should be; the delay of the filter is 59.5 samples of 48 kHz. */
static double noise_db(const int16_t *x, size_t n, double hz, double rate)
{
	double noise = 0, signal = 0;

	for (size_t i = SETTLED; i < n; i++) {
		double want = 10000 * sin(2 * M_PI * hz * ((double)i / rate - 59.5 / 48000));

		noise += pow(x[i] - want, 2);
		signal += want * want;
	}
	return 10 * log10(noise / signal);
}

static void a_note_is_the_same_note_without_images_both_ways(void **state)
{
	static const double hz[] = { 300, 1000, 3400, 6500 };
	static int16_t low[LOW], high[HIGH];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hz); i++) {
		sine(low, LOW, hz[i], 16000);
		up(low, high, 320);
		if (noise_db(high, HIGH, hz[i], 24000) > -48)
			fail_msg("up, %g Hz: %.1f dB", hz[i], noise_db(high, HIGH, hz[i], 24000));
		sine(high, HIGH, hz[i], 24000);
		down(high, low, 480);
		if (noise_db(low, LOW, hz[i], 16000) > -48)
			fail_msg("down, %g Hz: %.1f dB", hz[i], noise_db(low, LOW, hz[i], 16000));
	}
}

static void how_it_is_cut_does_not_show(void **state)
{
	static int16_t low[LOW], high[HIGH], a[HIGH], b[HIGH];
	struct rng r = { 4 };

	(void)state;
	for (size_t i = 0; i < HIGH; i++)
		high[i] = (int16_t)rng_next(&r);
	memcpy(low, high, sizeof(low));
	down(high, a, 480);
	down(high, b, 3);
	assert_memory_equal(a, b, LOW * sizeof(*a));
	up(low, a, 320);
	up(low, b, 2);
	assert_memory_equal(a, b, sizeof(a));
}

/* The loudest input there is, with every sign as the taps want it, saturates and does not wrap. */
static void the_worst_input_saturates(void **state)
{
	static int16_t in[HIGH], out[LOW];

	(void)state;
	for (size_t i = 0; i < HIGH; i++)
		in[i] = i / 7 % 2 ? INT16_MIN : INT16_MAX;
	down(in, out, 480);
	for (size_t i = SETTLED; i + 1 < LOW; i++) /* no jump from one rail to the other */
		assert_true(abs(out[i] - out[i + 1]) < 65000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_16_khz_hold_passes_and_what_would_alias_does_not),
		cmocka_unit_test(a_note_is_the_same_note_without_images_both_ways),
		cmocka_unit_test(how_it_is_cut_does_not_show),
		cmocka_unit_test(the_worst_input_saturates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
