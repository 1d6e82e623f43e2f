#include "media/dsp/half.h"

#include <assert.h>
#include <string.h>

/*
 * A windowed sinc (Kaiser, 57 dB), in 1/32768: every other tap beside the centre is zero, and these
 * are the rest, from the centre outwards. Each side sums to a quarter, so that level is kept.
 */
enum { SIDE = 12, CENTRE = 16384, ROUND = 16384, SCALE_BITS = 15 };
static const int32_t side[SIDE] = { 10386, -3338, 1861, -1188, 793, -532, 350, -223, 134, -74, 35,
	-12 };

static int16_t saturated(int32_t v)
{
	return (int16_t)(v > INT16_MAX ? INT16_MAX : v < INT16_MIN ? INT16_MIN : v);
}

void half_down(struct half_down *h, const int16_t *in, size_t n, int16_t *out)
{
	enum { PAST = HALF_TAPS - 1 };
	int16_t x[PAST + HALF_SAMPLES_MAX];

	assert(n <= HALF_SAMPLES_MAX && n % 2 == 0);
	memcpy(x, h->past, sizeof(h->past));
	memcpy(x + PAST, in, n * sizeof(*in));
	for (size_t m = 0; m < n / 2; m++) {
		const int16_t *c = x + 2 * m + HALF_TAPS / 2;
		int32_t sum = CENTRE * c[0] + ROUND;

		for (int i = 0; i < SIDE; i++)
			sum += side[i] * (c[-1 - 2 * i] + c[1 + 2 * i]);
		out[m] = saturated(sum >> SCALE_BITS);
	}
	memcpy(h->past, x + n, sizeof(h->past));
}

void half_up(struct half_up *h, const int16_t *in, size_t n, int16_t *out)
{
	enum { PAST = HALF_TAPS / 2 };
	int16_t x[PAST + HALF_SAMPLES_MAX / 2];

	assert(n <= HALF_SAMPLES_MAX / 2);
	memcpy(x, h->past, sizeof(h->past));
	memcpy(x + PAST, in, n * sizeof(*in));
	for (size_t m = 0; m < n; m++) {
		const int16_t *left = x + m + SIDE - 1, *right = left + 1;
		int64_t sum = ROUND / 2;

		for (int i = 0; i < SIDE; i++)
			sum += side[i] * (left[-i] + right[i]);
		out[2 * m] = left[0];
		/* Half of what is interpolated was zero, so it counts twice. */
		out[2 * m + 1] = saturated((int32_t)(sum >> (SCALE_BITS - 1)));
	}
	memcpy(h->past, x + n, sizeof(h->past));
}
