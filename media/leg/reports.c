#include "media/leg/reports.h"

#include "media/leg/wire.h"

#include <stdio.h>

enum { CHANCE_NAME = 12 };

/* Seconds above, their fraction below. */
static uint64_t ntp_of(uint64_t us)
{
	return us / 1000000 << 32 | ((us % 1000000) << 32) / 1000000;
}

static uint32_t middle_of(uint64_t ntp)
{
	return (uint32_t)(ntp >> 16);
}

static uint64_t us_of_middle(uint32_t middle)
{
	return (uint64_t)middle * 1000000 >> 16;
}

void reports_init(struct reports *r, const uint8_t chance[20])
{
	*r = (struct reports){ .chance = { (uint64_t)wire_get32(chance + CHANCE_NAME) << 32 |
					   wire_get32(chance + CHANCE_NAME + 4) } };
	for (size_t i = 0; i < CHANCE_NAME; i++)
		snprintf(r->cname + 2 * i, 3, "%02x", chance[i]);
}

void reports_sent(struct reports *r, size_t payload_bytes)
{
	r->packets++;
	r->bytes += (uint32_t)payload_bytes;
}

static void take_block(struct reports *r, const struct rtcp_block *b, uint64_t at_us)
{
	uint32_t way = middle_of(ntp_of(at_us)) - b->lsr - b->dlsr;

	r->theirs = *b;
	r->has_theirs = true;
	/* What a stranger says may be anything; a way of hours is none. One of less than nothing is
	 * the coarseness of two clocks. */
	if (!b->lsr)
		return;
	if ((int32_t)way < 0 && (int32_t)way > -(1 << 16))
		way = 0;
	if (us_of_middle(way) > REPORTS_RTT_US_MAX)
		return;
	r->rtt_us = (uint32_t)us_of_middle(way);
	r->has_rtt = true;
}

void reports_came(struct reports *r, const struct rtcp *in, uint64_t at_us)
{
	r->came++;
	if (in->has_sender) {
		r->lsr = middle_of(in->sender.ntp);
		r->sr_us = at_us;
	}
	if (in->has_block)
		take_block(r, &in->block, at_us);
}

static void plan(struct reports *r, uint64_t now_us, unsigned mean_ms)
{
	r->due_us = now_us + 1000 * (mean_ms / 2 + rng_below(&r->chance, mean_ms));
}

bool reports_due(struct reports *r, uint64_t now_us)
{
	if (!r->has_begun)
		plan(r, now_us, REPORTS_MEAN_MS / 2);
	r->has_begun = true;
	return now_us >= r->due_us;
}

struct rtcp reports_make(
	struct reports *r, struct reception *heard, uint32_t ssrc, uint32_t ts, uint64_t now_us)
{
	struct rtcp out = { .ssrc = ssrc, .has_sender = r->packets != r->told_before };

	if (out.has_sender)
		out.sender = (struct rtcp_sender){
			.ntp = ntp_of(now_us), .ts = ts, .packets = r->packets, .bytes = r->bytes
		};
	out.has_block = reception_report(heard, &out.block);
	if (out.has_block && r->lsr) {
		out.block.lsr = r->lsr;
		out.block.dlsr = middle_of(ntp_of(now_us - r->sr_us));
	}
	r->told_before = r->told_packets;
	r->told_packets = r->packets;
	r->has_told = true;
	plan(r, now_us, REPORTS_MEAN_MS);
	return out;
}
