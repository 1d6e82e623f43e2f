/* Between 16 and 8 kHz: what passes, what does not, and nothing at the seams of frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/base/rng.h"
#include "media/dsp/half.h"

#include <math.h>
#include <string.h>

enum { N = 20 * PCM_FRAME, SETTLED = 200 };

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

static void down(const int16_t *in, int16_t *out)
{
	struct half_down h = { 0 };

	for (size_t at = 0; at < N; at += PCM_FRAME)
		half_down(&h, in + at, PCM_FRAME, out + at / 2);
}

static void up(const int16_t *in, int16_t *out)
{
	struct half_up h = { 0 };

	for (size_t at = 0; at < N / 2; at += PCM_FRAME / 2)
		half_up(&h, in + at, PCM_FRAME / 2, out + 2 * at);
}

static void what_a_telephone_carries_passes_and_what_would_alias_does_not(void **state)
{
	static const struct {
		double hz, least_db, most_db;
	} row[] = { { 300, -0.1, 0.1 }, { 1000, -0.1, 0.1 }, { 3400, -0.2, 0.1 },
		{ 4700, -200, -55 }, { 6000, -200, -55 }, { 7800, -200, -55 } };
	static int16_t in[N], out[N / 2];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		double db;

		sine(in, N, row[i].hz, PCM_RATE);
		down(in, out);
		db = 20 * log10((rms(out + SETTLED, N / 2 - SETTLED) + 1e-9) / rms(in, N));
		if (db < row[i].least_db || db > row[i].most_db)
			fail_msg("%g Hz: %.2f dB", row[i].hz, db);
	}
}

static void coming_up_leaves_no_image(void **state)
{
	static int16_t in[N / 2], out[N], want[N];
	double noise = 0, best = 1e18;

	(void)state;
	sine(in, N / 2, 1000, PCM_RATE / 2);
	up(in, out);
	for (size_t lag = 0; lag < 64; lag++) {
		sine(want, N, 1000, PCM_RATE);
		noise = 0;
		for (size_t i = SETTLED; i < N - 64; i++)
			noise += pow((double)out[i + lag] - want[i], 2);
		best = noise < best ? noise : best;
	}
	assert_true(sqrt(best / (N - SETTLED - 64)) < 10); /* 60 dB below the tone */
}

static void frames_of_any_length_give_the_same_sound(void **state)
{
	static int16_t in[N], whole[N / 2], cut[N / 2], high[N], high_cut[N];
	struct half_down d = { 0 };
	struct half_up u = { 0 };
	struct rng r = { 9 };

	(void)state;
	for (size_t i = 0; i < N; i++)
		in[i] = (int16_t)rng_next(&r);
	down(in, whole);
	up(whole, high);
	for (size_t at = 0, n; at < N; at += n) {
		n = 2 * (1 + rng_below(&r, HALF_SAMPLES_MAX / 2));
		n = n > N - at ? N - at : n;
		half_down(&d, in + at, n, cut + at / 2);
		half_up(&u, cut + at / 2, n / 2, high_cut + at);
	}
	assert_memory_equal(whole, cut, sizeof(cut));
	assert_memory_equal(high, high_cut, sizeof(high));
}

/* The filter as it is written down: symmetrical, and every other tap but the centre's is zero. */
static int32_t tap(int from_centre)
{
	static const int32_t side[] = { 10386, -3338, 1861, -1188, 793, -532, 350, -223, 134, -74,
		35, -12 };
	int i = abs(from_centre);

	return i == 0 ? 16384 : i % 2 ? side[i / 2] : 0;
}

/* At sample `at` of sound before which there was silence. */
static int16_t filtered(const int16_t *x, int at, int gain)
{
	int64_t sum = 16384;

	for (int i = 0; i < HALF_TAPS; i++)
		if (at >= i)
			sum += (int64_t)gain * tap(i - HALF_TAPS / 2) * x[at - i];
	sum >>= 15;
	return (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
}

/* Loud noise, and the very loudest with the filter's own signs, where a sum is as big as any. */
static void it_is_the_filter_to_the_last_bit(void **state)
{
	static int16_t in[N], low[N / 2], sparse[N], high[N];
	struct rng r = { 5 };

	(void)state;
	for (int i = 0; i < N; i++)
		in[i] = i < N / 2
				? (int16_t)rng_next(&r)
				: (tap(i % HALF_TAPS - HALF_TAPS / 2) < 0 ? INT16_MIN : INT16_MAX);
	down(in, low);
	for (int i = 0; i < N / 2; i++)
		assert_int_equal(low[i], filtered(in, 2 * i, 1));
	for (int i = 0; i < N / 2; i++)
		sparse[2 * i] = in[N / 2 - 800 + i];
	up(in + N / 2 - 800, high);
	for (int i = 0; i < N; i++)
		assert_int_equal(high[i], filtered(sparse, i - 1, 2));
}

static void the_loudest_is_cut_off_and_never_wraps(void **state)
{
	static int16_t in[N], out[N / 2], high[N];

	(void)state;
	for (size_t i = 0; i < N; i++)
		in[i] = i / 40 % 2 ? INT16_MAX : INT16_MIN;
	down(in, out);
	up(out, high);
	for (size_t i = SETTLED; i + 60 < N; i++)
		if (i % 40 == 20)
			assert_true(abs(high[i + 34]) > 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_telephone_carries_passes_and_what_would_alias_does_not),
		cmocka_unit_test(coming_up_leaves_no_image),
		cmocka_unit_test(frames_of_any_length_give_the_same_sound),
		cmocka_unit_test(it_is_the_filter_to_the_last_bit),
		cmocka_unit_test(the_loudest_is_cut_off_and_never_wraps),
	};

	return cmocka_run_group_tests_name("dsp half", tests, NULL, NULL);
}
