#include "media/dsp/half.h"

#include <assert.h>
#include <string.h>

#ifdef __x86_64__
#include <emmintrin.h>
#endif

/*
 * A windowed sinc (Kaiser, 57 dB), in 1/32768: every other tap beside the centre is zero, and these
 * are the rest, from the centre outwards. Each side sums to a quarter, so that level is kept; the
 * magnitudes of both sum to 37852, so that 32 bits hold any sum.
 */
enum { SIDE = 12, CENTRE = 16384, SCALE_BITS = 15 };
enum { LANES = 8, MOST = HALF_SAMPLES_MAX / 2, PAST = HALF_TAPS / 2 };
static const int16_t side[SIDE] = { 10386, -3338, 1861, -1188, 793, -532, 350, -223, 134, -74, 35,
	-12 };

static int16_t saturated(int32_t v)
{
	return (int16_t)(v > INT16_MAX ? INT16_MAX : v < INT16_MIN ? INT16_MIN : v);
}

/* What lies half-way from x[m + 11] to x[m + 12], for n of them. Read and written are up to seven
 * more, which nobody looks at. */
#ifdef __x86_64__
static void between(const int16_t x[PAST + MOST + LANES], size_t n, int32_t out[MOST + LANES])
{
	for (size_t m = 0; m < n; m += LANES) {
		__m128i low = _mm_setzero_si128(), high = low;

		for (int i = 0; i < SIDE; i++) {
			__m128i left = _mm_loadu_si128((const __m128i *)(x + m + SIDE - 1 - i));
			__m128i right = _mm_loadu_si128((const __m128i *)(x + m + SIDE + i));
			__m128i tap = _mm_set1_epi16(side[i]);

			low = _mm_add_epi32(
				low, _mm_madd_epi16(_mm_unpacklo_epi16(left, right), tap));
			high = _mm_add_epi32(
				high, _mm_madd_epi16(_mm_unpackhi_epi16(left, right), tap));
		}
		_mm_storeu_si128((__m128i *)(out + m), low);
		_mm_storeu_si128((__m128i *)(out + m + LANES / 2), high);
	}
}
#else
static void between(const int16_t x[PAST + MOST + LANES], size_t n, int32_t out[MOST + LANES])
{
	for (size_t m = 0; m < n; m++) {
		out[m] = 0;
		for (int i = 0; i < SIDE; i++)
			out[m] += side[i] * (x[m + SIDE - 1 - i] + x[m + SIDE + i]);
	}
}
#endif

void half_down(struct half_down *h, const int16_t *in, size_t n, int16_t *out)
{
	enum { BITS = SCALE_BITS, HALF = 1 << (BITS - 1) };
	int16_t x[2 * PAST + HALF_SAMPLES_MAX], even[PAST + MOST + LANES];
	int32_t sum[MOST + LANES];

	assert(n <= HALF_SAMPLES_MAX && n % 2 == 0);
	memcpy(x, h->past, sizeof(h->past));
	memcpy(x + 2 * PAST, in, n * sizeof(*in));
	for (size_t i = 0; i < PAST + n / 2; i++)
		even[i] = x[2 * i];
	between(even, n / 2, sum);
	for (size_t m = 0; m < n / 2; m++)
		out[m] = saturated((sum[m] + CENTRE * x[2 * m + PAST] + HALF) >> BITS);
	memcpy(h->past, x + n, sizeof(h->past));
}

void half_up(struct half_up *h, const int16_t *in, size_t n, int16_t *out)
{
	/* Half of what is interpolated was zero, so it counts twice. */
	enum { BITS = SCALE_BITS - 1, HALF = 1 << (BITS - 1) };
	int16_t x[PAST + MOST + LANES];
	int32_t sum[MOST + LANES];

	assert(n <= MOST);
	memcpy(x, h->past, sizeof(h->past));
	memcpy(x + PAST, in, n * sizeof(*in));
	between(x, n, sum);
	for (size_t m = 0; m < n; m++) {
		out[2 * m] = x[m + SIDE - 1];
		out[2 * m + 1] = saturated((sum[m] + HALF) >> BITS);
	}
	memcpy(h->past, x + n, sizeof(h->past));
}
