#include "media/dsp/level.h"

#include <math.h>
#include <stdlib.h>

static float dbov(double amplitude)
{
	double db = amplitude > 0 ? 20 * log10(amplitude / 32768) : LEVEL_SILENCE_DBOV;

	return db > LEVEL_SILENCE_DBOV ? (float)db : LEVEL_SILENCE_DBOV;
}

/* Both ends apart, because loops like these the compiler makes wide. */
int level_peak(const int16_t *samples, size_t n_samples)
{
	int16_t low = 0, high = 0;

	for (size_t i = 0; i < n_samples; i++) {
		low = samples[i] < low ? samples[i] : low;
		high = samples[i] > high ? samples[i] : high;
	}
	return -low > high ? -low : high;
}

double level_power(const int16_t *samples, size_t n_samples)
{
	int64_t power = 0;

	for (size_t i = 0; i < n_samples; i++)
		power += (int32_t)samples[i] * samples[i];
	return n_samples ? (double)power / (double)n_samples : 0;
}

struct level level_of(const int16_t *samples, size_t n_samples)
{
	uint64_t power = 0;
	int peak = 0;

	for (size_t i = 0; i < n_samples; i++) {
		int v = abs((int)samples[i]);

		power += (uint64_t)v * (uint64_t)v;
		peak = v > peak ? v : peak;
	}
	return (struct level){
		.rms_dbov = dbov(n_samples ? sqrt((double)power / (double)n_samples) : 0),
		.peak_dbov = dbov(peak),
	};
}
