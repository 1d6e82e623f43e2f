#ifndef MEDIA_DSP_STRETCH_H
#define MEDIA_DSP_STRETCH_H

/*
 * A sound a little shorter or longer, at the same pitch: one period of the voice is taken out or
 * said twice, faded into its neighbour. For a jitter buffer that has too much delay, or too little.
 *
 * Pure. What is no voice has no period; the place where it resembles itself most will do.
 */

#include <stddef.h>
#include <stdint.h>

enum {
	STRETCH_MIN = 40,  /* samples at 16 kHz: 400 Hz */
	STRETCH_MAX = 160, /* 100 Hz; of a deeper voice a part of the period */
	STRETCH_NEEDS = 2 * STRETCH_MAX,
};

/* In place. Of n samples, at least STRETCH_NEEDS, takes out STRETCH_MIN to STRETCH_MAX, and no more
 * than most, which is at least STRETCH_MIN. Returns how many are left. */
size_t stretch_shorten(int16_t *pcm, size_t n, size_t most);

/* The same the other way; pcm has room for n + STRETCH_MAX samples. */
size_t stretch_lengthen(int16_t *pcm, size_t n, size_t most);

#endif
