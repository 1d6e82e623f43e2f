#include "media/engine/quality.h"

#include "media/dsp/level.h"

#include <math.h>

enum { FULL_SCALE = 32767, MS_BOTH_CODECS = 25 }; /* frame and look-ahead, on both sides together */

/* G.107 equation 7-26 to 7-28: nothing up to 100 ms. */
static double delay_impairment(double ms)
{
	double x = ms > 100 ? log2(ms / 100) : 0;

	if (x <= 0)
		return 0;
	return 25 * (pow(1 + pow(x, 6), 1.0 / 6) - 3 * pow(1 + pow(x / 3, 6), 1.0 / 6) + 2);
}

/* G.107 equation 7-29, losses for themselves (BurstR is 1). */
static double loss_impairment(const struct codec *codec, double loss)
{
	double percent = 100 * loss;

	return codec->ie + (95 - codec->ie) * percent / (percent + codec->bpl);
}

double quality_r(const struct codec *codec, double loss, double delay_ms)
{
	return 93.2 - delay_impairment(delay_ms) - loss_impairment(codec, loss);
}

double quality_mos(double r)
{
	if (r <= 6.5) /* below, the formula bends back above 1 */
		return 1;
	if (r >= 100)
		return 4.5;
	return 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;
}

void quality_frame(struct quality *q, const int16_t *frame, int peak)
{
	q->clipped += peak >= FULL_SCALE;
	q->sounding++;
	q->power += level_power(frame, PCM_FRAME);
}

static void show(struct quality *q, enum quality_shown what, uint64_t value)
{
	atomic_store_explicit(&q->shown[what], value, memory_order_relaxed);
}

void quality_show(struct quality *q, const struct leg *leg, uint32_t buffer_us, uint64_t decoded,
	uint64_t concealed)
{
	struct leg_quality l = { 0 };

	if (leg->kind->quality)
		leg->kind->quality(leg, &l);
	show(q, QUALITY_EXPECTED, l.expected);
	show(q, QUALITY_LOST, l.lost);
	show(q, QUALITY_JITTER_US, l.jitter_us);
	show(q, QUALITY_BUFFER_US, buffer_us);
	show(q, QUALITY_RTT_US, l.has_rtt ? (uint64_t)l.rtt_us + 1 : 0);
	show(q, QUALITY_FRAMES, decoded + concealed);
	show(q, QUALITY_CONCEALED, concealed);
	show(q, QUALITY_CLIPPED, q->clipped);
	show(q, QUALITY_POWER, q->sounding ? (uint64_t)(q->power / (double)q->sounding) : 0);
	show(q, QUALITY_THEIRS_LOST, l.has_theirs ? (uint64_t)l.theirs_lost + 1 : 0);
	show(q, QUALITY_THEIRS_JITTER_US, l.theirs_jitter_us);
	show(q, QUALITY_SENT, leg->out);
}

static uint64_t shown(const struct quality *q, enum quality_shown what)
{
	return atomic_load_explicit(&q->shown[what], memory_order_relaxed);
}

static double ratio(uint64_t lost, uint64_t all)
{
	return !all ? 0 : lost < all ? (double)lost / (double)all : 1;
}

static unsigned percent_of(const struct codec *codec, double loss, double delay_us)
{
	return (unsigned)lrint(
		100 * quality_mos(quality_r(codec, loss, delay_us / 1000 + MS_BOTH_CODECS)));
}

static int level_cb(uint64_t power)
{
	double db = power ? 10 * log10((double)power) - 20 * log10(32768) : LEVEL_SILENCE_DBOV;

	return (int)lrint(10 * db);
}

/* What was concealed though its packet came, too late, was lost to the ear all the same. */
void quality_read(const struct quality *q, const struct codec *codec, struct engine_quality *out)
{
	uint64_t rtt = shown(q, QUALITY_RTT_US), theirs = shown(q, QUALITY_THEIRS_LOST);

	*out = (struct engine_quality){
		.expected = shown(q, QUALITY_EXPECTED),
		.lost = shown(q, QUALITY_LOST),
		.jitter_us = (uint32_t)shown(q, QUALITY_JITTER_US),
		.buffer_us = (uint32_t)shown(q, QUALITY_BUFFER_US),
		.has_rtt = rtt > 0,
		.rtt_us = rtt ? (uint32_t)(rtt - 1) : 0,
		.frames = shown(q, QUALITY_FRAMES),
		.concealed = shown(q, QUALITY_CONCEALED),
		.clipped = shown(q, QUALITY_CLIPPED),
		.level_cb = level_cb(shown(q, QUALITY_POWER)),
		.sent = shown(q, QUALITY_SENT),
		.has_theirs = theirs > 0,
		.theirs_lost = theirs ? (uint32_t)(theirs - 1) : 0,
		.theirs_jitter_us = (uint32_t)shown(q, QUALITY_THEIRS_JITTER_US),
	};
	out->delay_us = out->buffer_us + out->rtt_us / 2;
	out->mos_percent = percent_of(codec,
		fmax(ratio(out->lost, out->expected), ratio(out->concealed, out->frames)),
		out->delay_us);
	/* Their buffer is not known; it holds about what their jitter asks for. */
	if (out->has_theirs)
		out->theirs_mos_percent = percent_of(codec, ratio(out->theirs_lost, out->sent),
			2 * out->theirs_jitter_us + out->rtt_us / 2.0);
}
