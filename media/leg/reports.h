#ifndef MEDIA_LEG_REPORTS_H
#define MEDIA_LEG_REPORTS_H

/*
 * When to report by RTCP, what the other side reported, and the way there and back.
 *
 * Two speak here, so every one reports each 5 s, spread by chance between half and one and a half
 * of that, the first after half: RFC 3550 section 6.2 without its count of members.
 *
 * Times are the leg's own, in microseconds of a clock that never steps. What travels as NTP time is
 * that clock too: RFC 3550 section 4 allows it to him whose wall clock may not be trusted to run
 * on, and who mixes our streams finds one clock for all of them. Pure; any thread.
 */

#include "bot/base/rng.h"
#include "media/leg/reception.h"

enum { REPORTS_MEAN_MS = 5000, REPORTS_RTT_US_MAX = 10000000 };

struct reports {
	uint32_t packets, bytes; /* sent; of payload */
	bool has_begun, has_told;
	uint64_t due_us;
	struct rng chance;
	char cname[RTCP_CNAME_MAX]; /* RFC 7022: chance, good for this leg alone */
	uint32_t told_packets;      /* at the report before, and the one before that: */
	uint32_t told_before;       /* who was silent for two of them is no sender */

	/* Of what came. */
	uint32_t lsr; /* 0: no SR yet */
	uint64_t sr_us;
	bool has_rtt, has_theirs;
	uint32_t rtt_us;          /* the last one */
	struct rtcp_block theirs; /* how they get what we send */
	uint64_t came;            /* datagrams */
};

/* 12 bytes of chance for the name, 8 for the times. */
void reports_init(struct reports *r, const uint8_t chance[20]);

/* A packet of ours left. */
void reports_sent(struct reports *r, size_t payload_bytes);

/* One that came, at_us. in says what it holds about ssrc, our own. */
void reports_came(struct reports *r, const struct rtcp *in, uint64_t at_us);

/* Whether it is time. The first question starts the clock. */
bool reports_due(struct reports *r, uint64_t now_us);

/* What to say now. ts: the stream's clock at now_us. heard may be empty. Counts as told. */
struct rtcp reports_make(
	struct reports *r, struct reception *heard, uint32_t ssrc, uint32_t ts, uint64_t now_us);

#endif
