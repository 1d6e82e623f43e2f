#ifndef MEDIA_DSP_TRANSIT_H
#define MEDIA_DSP_TRANSIT_H

/*
 * How unevenly packets arrive, and what delay evens that out.
 *
 * A packet's lateness is how much longer it was on its way than the fastest of the last two
 * seconds; those also follow a clock that drifts against ours, or stood still, or another way of
 * another length. What 97 of 100 packets keep to, the last ten seconds counting most, is the delay
 * wanted.
 *
 * Pure. Source: RFC 3550 section 6.4.1 (transit: arrival less timestamp).
 */

#include <stdbool.h>
#include <stdint.h>

enum {
	TRANSIT_BINS = 64,
	TRANSIT_BIN_US = 5000,
	TRANSIT_LOWS = 4, /* of half a second each */
};

struct transit {
	bool any;
	uint32_t frame_ticks; /* of 20 ms */
	uint32_t ts;          /* the last one, and how many ticks it lies from the first */
	int64_t ticks;
	uint64_t began_us;         /* the first arrival */
	int64_t low[TRANSIT_LOWS]; /* the least transit of each half second */
	uint64_t half;             /* the one low[half % TRANSIT_LOWS] is of */
	int64_t base;              /* the least of them */
	float all, weight;
	uint32_t packets;
	uint32_t wanted_us; /* what 97 of 100 keep to; 0 before the first packets came */
	float bin[TRANSIT_BINS];
};

void transit_init(struct transit *t, uint32_t frame_ticks);

/* A packet arrived. */
void transit_packet(struct transit *t, uint32_t ts, uint64_t at_us);

/* How late after the fastest one this timestamp's packet would be if it came now; below 0: earlier
 * than any. Not before a first packet. */
int64_t transit_late_us(const struct transit *t, uint32_t ts, uint64_t now_us);

#endif
