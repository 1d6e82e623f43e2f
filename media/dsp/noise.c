#include "media/dsp/noise.h"

#include <math.h>

/* Even noise between -a and a has an RMS of a / sqrt(3). No sender means more than -20 dBov. */
enum { LOUDEST_DB = 20 };

void noise_fill(uint32_t *state, unsigned db, int16_t *out, size_t n)
{
	float a = 32768 * sqrtf(3) * powf(10, -(float)(db > LOUDEST_DB ? db : LOUDEST_DB) / 20);

	for (size_t i = 0; i < n; i++) {
		*state = *state * 1664525 + 1013904223;
		out[i] = (int16_t)lrintf((float)(int32_t)*state / 2147483648.0f * a);
	}
}
