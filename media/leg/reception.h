#ifndef MEDIA_LEG_RECEPTION_H
#define MEDIA_LEG_RECEPTION_H

/*
 * What of a stream came: how much was lost, and how unevenly the rest arrived.
 *
 * Pure; any thread. Source: RFC 3550 section 6.4.1 and appendices A.1, A.3, A.8.
 */

#include "media/leg/rtcp.h"

struct reception {
	bool any;
	uint32_t ssrc;
	uint32_t seq_base, seq_high;           /* with the count of wraps above 16 bits */
	uint32_t received;                     /* duplicates too */
	uint32_t told_expected, told_received; /* at the report before */
	uint16_t strange;                      /* a leap of the sequence waits to be confirmed */
	uint16_t strange_next;
	bool has_transit;
	uint32_t transit;  /* of the last packet of sound: when it came less its timestamp */
	uint32_t jitter16; /* in 1/16 tick */
	/* Of senders before this one, so that a leg's figures never fall. */
	uint64_t past_expected, past_lost;
};

/* One packet. at: when it came, in ticks of its clock. is_sound: key presses keep the timestamp of
 * their beginning and say nothing about jitter. */
void reception_packet(
	struct reception *r, uint32_t ssrc, uint16_t seq, uint32_t ts, uint32_t at, bool is_sound);

/* The report on it; what it says of loss since the last report counts from here on. lsr and dlsr
 * are left 0. false: nothing came yet. */
bool reception_report(struct reception *r, struct rtcp_block *out);

/* Since the start, all senders together. lost is never negative. */
uint64_t reception_expected(const struct reception *r);
uint64_t reception_lost(const struct reception *r);

#endif
