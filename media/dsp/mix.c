#include "media/dsp/mix.h"

#include <string.h>

_Static_assert((int64_t)MIX_TALKERS_MAX * 32768 < INT32_MAX, "the sum of a full house fits");
_Static_assert((int64_t)GAIN_MAX * 32768 < INT32_MAX, "a sample at the highest gain fits");

/* Where a span stands at sample i: from + (to - from) * (i + 1) / PCM_FRAME, without dividing in
 * the loop. STEP_BITS more of precision keep the end within one part in 2^14. */
enum { STEP_BITS = 14 };

struct slope {
	int32_t start, step;
};

static struct slope slope_of(struct gain_span span)
{
	return (struct slope){ span.from * (1 << STEP_BITS),
		(span.to - span.from) * (1 << STEP_BITS) / PCM_FRAME };
}

static inline int32_t gained(int16_t sample, struct slope s, int32_t i)
{
	int32_t gain = (s.start + s.step * (i + 1)) >> STEP_BITS;

	return (sample * gain + GAIN_UNITY / 2) >> GAIN_BITS;
}

static inline int16_t clip16(int32_t v)
{
	v = v > INT16_MAX ? INT16_MAX : v;
	return (int16_t)(v < INT16_MIN ? INT16_MIN : v);
}

void mix_clear(struct mix *m)
{
	memset(m->sum, 0, sizeof(m->sum));
}

void mix_add(struct mix *m, const int16_t in[PCM_FRAME])
{
	for (int i = 0; i < PCM_FRAME; i++)
		m->sum[i] += in[i];
}

void mix_add_mix(struct mix *m, const struct mix *in)
{
	for (int i = 0; i < PCM_FRAME; i++)
		m->sum[i] += in->sum[i];
}

void mix_subtract(struct mix *m, const int16_t in[PCM_FRAME])
{
	for (int i = 0; i < PCM_FRAME; i++)
		m->sum[i] -= in[i];
}

void mix_add_gained(struct mix *m, const int16_t in[PCM_FRAME], struct gain_span span)
{
	struct slope s = slope_of(span);

	if (span.from == GAIN_UNITY && span.to == GAIN_UNITY) {
		mix_add(m, in);
		return;
	}
	for (int i = 0; i < PCM_FRAME; i++)
		m->sum[i] += gained(in[i], s, i);
}

bool mix_out(const struct mix *m, int16_t out[PCM_FRAME])
{
	int32_t any = 0;

	for (int i = 0; i < PCM_FRAME; i++) {
		any |= m->sum[i];
		out[i] = clip16(m->sum[i]);
	}
	return any != 0;
}

void mix_scale(int16_t frame[PCM_FRAME], struct gain_span span)
{
	struct slope s = slope_of(span);

	for (int i = 0; i < PCM_FRAME; i++)
		frame[i] = clip16(gained(frame[i], s, i));
}
