#ifndef MEDIA_DSP_THIRD_H
#define MEDIA_DSP_THIRD_H

/*
 * Between our 16 kHz and 24 kHz, in the 20 ms clock: a filter of 120 taps at 48 kHz of which each
 * sample needs a half or a third, flat to 6.9 kHz, 60 dB down from 8.6 kHz on. It delays by 1.25
 * ms. A state belongs to one thread at a time; all zero is a fresh one.
 */

#include "media/dsp/pcm.h"

enum {
	THIRD_TAPS = 120,
	THIRD_DOWN_TAPS = THIRD_TAPS / 2,
	THIRD_UP_TAPS = THIRD_TAPS / 3,
	THIRD_SAMPLES_MAX = 2880, /* of 24 kHz at once: 120 ms */
};

struct third_down {
	int16_t past[THIRD_DOWN_TAPS - 1];
};
struct third_up {
	int16_t past[THIRD_UP_TAPS - 1];
};

/* n samples of 24 kHz, a multiple of 3, to n / 3 * 2 of 16 kHz. */
void third_down(struct third_down *t, const int16_t *in, size_t n, int16_t *out);
/* n samples of 16 kHz, even, to n / 2 * 3 of 24 kHz. */
void third_up(struct third_up *t, const int16_t *in, size_t n, int16_t *out);

#endif
