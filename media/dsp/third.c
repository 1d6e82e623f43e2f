#include "media/dsp/third.h"

#include <assert.h>
#include <string.h>

/* A windowed sinc (Kaiser, beta 5.65, 7.75 kHz of 48), in 1/32768, its phases apart and backwards,
 * so that a sample is a sum over neighbours. Each phase sums to one. */
enum { ROUND = 16384, SCALE_BITS = 15 };
/* clang-format off */
static const int16_t down_taps[2][60] = {
	{ 3, 10, -21, 4, 34, -47, -3, 80, -83, -33, 160, -123, -101, 282, -152, -234, 455, -149, -470, 692, -72, -887, 1036, 170, -1726, 1673, 952, -4518, 4727, 20258, 13866, -2349, -2400, 2590, -434, -1290, 1222, -18, -846, 648, 123, -564, 336, 157, -361, 158, 140, -215, 61, 103, -115, 14, 64, -53, -2, 32, -20, -4, 12, -4 },
	{ -4, 12, -4, -20, 32, -2, -53, 64, 14, -115, 103, 61, -215, 140, 158, -361, 157, 336, -564, 123, 648, -846, -18, 1222, -1290, -434, 2590, -2400, -2349, 13866, 20258, 4727, -4518, 952, 1673, -1726, 170, 1036, -887, -72, 692, -470, -149, 455, -234, -152, 282, -101, -123, 160, -33, -83, 80, -3, -47, 34, 4, -21, 10, 3 },
};
static const int16_t up_taps[3][40] = {
	{ 17, -31, 49, -70, 96, -125, 155, -184, 210, -229, 235, -223, 185, -107, -28, 255, -651, 1428, -3524, 30392, 7090, -3600, 2510, -1935, 1554, -1269, 1038, -846, 682, -542, 423, -323, 240, -173, 120, -80, 50, -29, 15, -7 },
	{ 5, -7, 7, -3, -5, 22, -49, 91, -152, 237, -351, 504, -706, 972, -1331, 1833, -2589, 3885, -6777, 20797, 20799, -6777, 3885, -2589, 1833, -1331, 972, -706, 504, -351, 237, -152, 91, -49, 22, -5, -3, 7, -7, 5 },
	{ -7, 15, -29, 50, -80, 120, -173, 240, -323, 423, -542, 682, -846, 1038, -1269, 1554, -1935, 2510, -3600, 7090, 30392, -3524, 1428, -651, 255, -28, -107, 185, -223, 235, -229, 210, -184, 155, -125, 96, -70, 49, -31, 17 },
};
/* clang-format on */

/* x: the oldest of n neighbours. The sum of a phase's magnitudes is below 2, so 32 bits hold it. */
static int16_t sample(const int16_t *x, const int16_t *taps, int n)
{
	int32_t sum = ROUND;

	for (int i = 0; i < n; i++)
		sum += x[i] * taps[i];
	sum >>= SCALE_BITS;
	return (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
}

void third_down(struct third_down *t, const int16_t *in, size_t n, int16_t *out)
{
	enum { PAST = THIRD_DOWN_TAPS - 1 };
	int16_t x[PAST + THIRD_SAMPLES_MAX];

	assert(n <= THIRD_SAMPLES_MAX && n % 3 == 0);
	memcpy(x, t->past, sizeof(t->past));
	memcpy(x + PAST, in, n * sizeof(*in));
	/* Of three samples, at 0, 2 and 4 forty-eighths of a millisecond, come those at 0 and 3. */
	for (size_t m = 0; m < n / 3; m++) {
		out[2 * m] = sample(x + 3 * m, down_taps[0], THIRD_DOWN_TAPS);
		out[2 * m + 1] = sample(x + 3 * m + 1, down_taps[1], THIRD_DOWN_TAPS);
	}
	memcpy(t->past, x + n, sizeof(t->past));
}

void third_up(struct third_up *t, const int16_t *in, size_t n, int16_t *out)
{
	enum { PAST = THIRD_UP_TAPS - 1 };
	int16_t x[PAST + THIRD_SAMPLES_MAX / 3 * 2];

	assert(n <= THIRD_SAMPLES_MAX / 3 * 2 && n % 2 == 0);
	memcpy(x, t->past, sizeof(t->past));
	memcpy(x + PAST, in, n * sizeof(*in));
	/* Of two samples, at 0 and 3, come those at 0, 2 and 4. */
	for (size_t m = 0; m < n / 2; m++) {
		out[3 * m] = sample(x + 2 * m, up_taps[0], THIRD_UP_TAPS);
		out[3 * m + 1] = sample(x + 2 * m, up_taps[2], THIRD_UP_TAPS);
		out[3 * m + 2] = sample(x + 2 * m + 1, up_taps[1], THIRD_UP_TAPS);
	}
	memcpy(t->past, x + n, sizeof(t->past));
}
