#ifndef MEDIA_DSP_MIX_H
#define MEDIA_DSP_MIX_H

/*
 * Sums of frames: exact in 32 bits, saturated once, at the end.
 *
 * Because the sum is exact, taking a talker out again gives the very sum that never held it: so a
 * crowd is summed once, and each of its listeners subtracts itself. (A sum that was saturated
 * before the subtraction would hand a listener its own voice back whenever the room is loud.)
 *
 * 60000 talkers at full scale fit. Pure; no heap.
 */

#include "media/dsp/gain.h"

#include <stdbool.h>

enum { MIX_TALKERS_MAX = 60000 };

struct mix {
	int32_t sum[PCM_FRAME];
};

void mix_clear(struct mix *m);
void mix_add(struct mix *m, const int16_t in[PCM_FRAME]);
/* All that another sum holds. */
void mix_add_mix(struct mix *m, const struct mix *in);
void mix_subtract(struct mix *m, const int16_t in[PCM_FRAME]);
/* Each sample times its place in the span, rounded to nearest. A span of unity is mix_add. */
void mix_add_gained(struct mix *m, const int16_t in[PCM_FRAME], struct gain_span span);
/* false: every sample is 0. */
bool mix_out(const struct mix *m, int16_t out[PCM_FRAME]);

/* One frame by itself through a span. */
void mix_scale(int16_t frame[PCM_FRAME], struct gain_span span);

#endif
