#include "media/dsp/stretch.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { WINDOW = STRETCH_MAX };

static float product(const int16_t *a, const int16_t *b)
{
	float sum = 0;

	for (size_t i = 0; i < WINDOW; i++)
		sum += (float)a[i] * b[i];
	return sum;
}

/* Where the beginning comes again most alike. */
static size_t period(const int16_t *pcm, size_t most)
{
	float best = -INFINITY;
	size_t at = STRETCH_MIN;

	most = most < STRETCH_MAX ? most : STRETCH_MAX;
	for (size_t lag = STRETCH_MIN; lag <= most; lag++) {
		float alike = product(pcm, pcm + lag);

		alike /= sqrtf(product(pcm + lag, pcm + lag)) + 1;
		if (alike > best) {
			best = alike;
			at = lag;
		}
	}
	return at;
}

/* From one into the other over n samples; out may be either. */
static void fade(const int16_t *from, const int16_t *to, size_t n, int16_t *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (int16_t)((from[i] * (int32_t)(n - i) + to[i] * (int32_t)i) / (int32_t)n);
}

size_t stretch_shorten(int16_t *pcm, size_t n, size_t most)
{
	size_t lag;

	assert(n >= STRETCH_NEEDS && most >= STRETCH_MIN);
	lag = period(pcm, most);
	fade(pcm, pcm + lag, lag, pcm);
	memmove(pcm + lag, pcm + 2 * lag, (n - 2 * lag) * sizeof(*pcm));
	return n - lag;
}

size_t stretch_lengthen(int16_t *pcm, size_t n, size_t most)
{
	int16_t joint[STRETCH_MAX];
	size_t lag;

	assert(n >= STRETCH_NEEDS && most >= STRETCH_MIN);
	lag = period(pcm, most);
	fade(pcm + lag, pcm, lag, joint);
	memmove(pcm + 2 * lag, pcm + lag, (n - lag) * sizeof(*pcm));
	memcpy(pcm + lag, joint, lag * sizeof(*pcm));
	return n + lag;
}
