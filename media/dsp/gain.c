#include "media/dsp/gain.h"

#include <assert.h>
#include <math.h>

int32_t gain_of_cb(int gain_cb)
{
	long factor;

	if (gain_cb <= GAIN_CB_MIN)
		return 0;
	if (gain_cb > GAIN_CB_MAX)
		gain_cb = GAIN_CB_MAX;
	factor = lroundf(GAIN_UNITY * powf(10, (float)gain_cb / 200));
	return factor < GAIN_MAX ? (int32_t)factor : GAIN_MAX;
}

uint32_t gain_frames(unsigned ms)
{
	uint32_t frames = ms / PCM_FRAME_MS + (ms % PCM_FRAME_MS != 0);

	return frames ? frames : 1;
}

struct gain gain_at(int32_t factor)
{
	return (struct gain){ .now = factor, .target = factor };
}

void gain_ramp(struct gain *g, int32_t target, unsigned ramp_ms)
{
	assert(target >= 0 && target <= GAIN_MAX);
	g->target = target;
	g->frames = g->now == target ? 0 : gain_frames(ramp_ms);
}

struct gain_span gain_step(struct gain *g)
{
	struct gain_span span = { g->now, g->target };

	if (g->frames > 1) {
		span.to = g->now + (g->target - g->now) / (int32_t)g->frames;
		g->frames--;
	} else {
		g->frames = 0;
	}
	g->now = span.to;
	return span;
}
