#include "media/dsp/transit.h"

#include "media/dsp/pcm.h"

#include <string.h>

enum {
	HALF_US = 500000,
	LEAP_US = 1000000, /* later than this is a clock that stood still */
	PRIOR = 500,       /* packets in time are believed in before the first came: as many as are
			      remembered, so that one stall at the start is no habit yet */
	STEP_US = 20000,   /* all of two seconds later by this: the way is another one */
	FEW = 10,          /* packets that tell nothing yet, and between two looks at the bins */
};

#define KEPT 0.97f
#define FORGETTING 0.998f
#define WEIGHT_MAX 1e20f

static void forget_spread(struct transit *t)
{
	memset(t->bin, 0, sizeof(t->bin));
	t->weight = 1;
	t->bin[0] = t->all = PRIOR;
}

void transit_init(struct transit *t, uint32_t frame_ticks)
{
	memset(t, 0, sizeof(*t));
	t->frame_ticks = frame_ticks;
	forget_spread(t);
}

static int64_t us_of(const struct transit *t, int64_t ticks)
{
	return ticks * (PCM_FRAME_MS * 1000) / t->frame_ticks;
}

static int64_t transit_of(const struct transit *t, uint32_t ts, uint64_t at_us)
{
	int64_t ticks = t->ticks + (int32_t)(ts - t->ts);

	return (int64_t)(at_us - t->began_us) - us_of(t, ticks);
}

int64_t transit_late_us(const struct transit *t, uint32_t ts, uint64_t now_us)
{
	return transit_of(t, ts, now_us) - t->base;
}

/* Times in which nothing came know no least. What was counted as late for two seconds, because the
 * way had become a longer one, was not. */
static void keep_low(struct transit *t, int64_t way, uint64_t at_us)
{
	uint64_t half = (at_us - t->began_us) / HALF_US;
	int64_t before = t->base;

	for (int i = 0; t->half < half && i < TRANSIT_LOWS; i++)
		t->low[++t->half % TRANSIT_LOWS] = INT64_MAX;
	t->half = half > t->half ? half : t->half;
	if (way < t->low[t->half % TRANSIT_LOWS])
		t->low[t->half % TRANSIT_LOWS] = way;
	t->base = INT64_MAX;
	for (int i = 0; i < TRANSIT_LOWS; i++)
		if (t->low[i] < t->base)
			t->base = t->low[i];
	if (t->base - before > STEP_US)
		forget_spread(t);
}

/* Weights grow instead of all bins shrinking, until they have to. */
static void count(struct transit *t, int64_t late_us)
{
	int64_t bin = late_us / TRANSIT_BIN_US;

	t->bin[bin < TRANSIT_BINS ? bin : TRANSIT_BINS - 1] += t->weight;
	t->all += t->weight;
	t->weight /= FORGETTING;
	if (t->weight < WEIGHT_MAX)
		return;
	for (int i = 0; i < TRANSIT_BINS; i++)
		t->bin[i] /= WEIGHT_MAX;
	t->all /= WEIGHT_MAX;
	t->weight /= WEIGHT_MAX;
}

static uint32_t quantile_us(const struct transit *t)
{
	float sum = 0;
	uint32_t i = 0;

	while (i < TRANSIT_BINS && (sum += t->bin[i]) < KEPT * t->all)
		i++;
	return (i < TRANSIT_BINS ? i + 1 : TRANSIT_BINS) * TRANSIT_BIN_US;
}

/* From here on transits are measured anew. What is known of their spread stays. */
static void begin(struct transit *t, uint32_t ts, uint64_t at_us)
{
	t->any = true;
	t->ts = ts;
	t->ticks = 0;
	t->began_us = at_us;
	t->half = 0;
	t->base = 0;
	for (int i = 0; i < TRANSIT_LOWS; i++)
		t->low[i] = INT64_MAX;
}

void transit_packet(struct transit *t, uint32_t ts, uint64_t at_us)
{
	int64_t way;

	if (!t->any || transit_late_us(t, ts, at_us) > LEAP_US)
		begin(t, ts, at_us);
	/* The kernel's stamps may go back a little behind the first one. */
	at_us = at_us < t->began_us ? t->began_us : at_us;
	way = transit_of(t, ts, at_us);
	if ((int32_t)(ts - t->ts) > 0) {
		t->ticks += (int32_t)(ts - t->ts);
		t->ts = ts;
	}
	keep_low(t, way, at_us);
	count(t, way - t->base);
	if (++t->packets % FEW == 0)
		t->wanted_us = quantile_us(t);
}
