#ifndef MEDIA_DSP_GAIN_H
#define MEDIA_DSP_GAIN_H

/*
 * Loudness factors, as fixed point with 14 bits behind the point, that never jump.
 *
 * A change is spread evenly over whole frames, at least one, because a step within a wave is a
 * click. What a frame is multiplied with is a span: its gain before the first sample and at the
 * last one.
 */

#include "media/dsp/pcm.h"

#include <stdbool.h>

enum {
	GAIN_BITS = 14,
	GAIN_UNITY = 1 << GAIN_BITS,
	GAIN_MAX = (1 << (GAIN_BITS + 2)) - 1, /* +12 dB; any sample times this fits 32 bits */
	GAIN_CB_MIN = -900,                    /* this and less is silence */
	GAIN_CB_MAX = 120,
};

struct gain {
	int32_t now, target; /* 0 to GAIN_MAX */
	uint32_t frames;     /* left until now is target */
};

struct gain_span {
	int32_t from, to;
};

/* The factor of a gain in 0.1 dB, clamped to GAIN_CB_MIN..GAIN_CB_MAX. */
int32_t gain_of_cb(int gain_cb);

/* Frames that cover ms, at least one. */
uint32_t gain_frames(unsigned ms);

/* Stand still at a factor. */
struct gain gain_at(int32_t factor);

/* From where it is now to target in ramp_ms, rounded up to frames. */
void gain_ramp(struct gain *g, int32_t target, unsigned ramp_ms);

/* The next frame's span. */
struct gain_span gain_step(struct gain *g);

static inline bool gain_is(const struct gain *g, int32_t factor)
{
	return g->now == factor && g->target == factor;
}

#endif
