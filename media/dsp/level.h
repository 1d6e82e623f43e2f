#ifndef MEDIA_DSP_LEVEL_H
#define MEDIA_DSP_LEVEL_H

/*
 * How loud a sound is, in dBov: 0 is the loudest square wave 16 bits can hold, so a sine at full
 * scale has an RMS of -3. Source: RFC 6464 (the scale and its floor), ITU-T G.100.1.
 */

#include <stddef.h>
#include <stdint.h>

#define LEVEL_SILENCE_DBOV (-127.0f)

struct level {
	float rms_dbov; /* LEVEL_SILENCE_DBOV to 0 */
	float peak_dbov;
};

/* The loudest sample's distance from 0. Pure. */
int level_peak(const int16_t *samples, size_t n_samples);

/* The mean square. */
double level_power(const int16_t *samples, size_t n_samples);

/* No samples are silence. Pure. */
struct level level_of(const int16_t *samples, size_t n_samples);

#endif
