#ifndef MEDIA_DSP_HALF_H
#define MEDIA_DSP_HALF_H

/*
 * Between 16 kHz and the telephone's 8 kHz, in the 20 ms clock: a half-band filter of 47 taps,
 * flat to 3.4 kHz, 60 dB down from 4.6 kHz on. It delays by 1.4 ms and never clips where its input
 * does not. A state belongs to one thread at a time; all zero is a fresh one.
 */

#include "media/dsp/pcm.h"

enum {
	HALF_TAPS = 47,
	HALF_SAMPLES_MAX = 2 * 960, /* 16 kHz samples at once: 120 ms */
};

struct half_down {
	int16_t past[HALF_TAPS - 1];
};
struct half_up {
	int16_t past[HALF_TAPS / 2];
};

/* n samples of 16 kHz, even, to n / 2 of 8 kHz. */
void half_down(struct half_down *h, const int16_t *in, size_t n, int16_t *out);
/* n samples of 8 kHz to 2 n of 16 kHz. */
void half_up(struct half_up *h, const int16_t *in, size_t n, int16_t *out);

#endif
