#include "media/leg/reception.h"

enum {
	DROPOUT_MAX = 3000,  /* more missing than this is a new count */
	MISORDER_MAX = 100,  /* further back than this, too */
	LOST_MAX = 0x7fffff, /* what 24 bits hold */
};

static uint32_t expected(const struct reception *r)
{
	return r->any ? r->seq_high - r->seq_base + 1 : 0;
}

static int32_t lost(const struct reception *r)
{
	return (int32_t)(expected(r) - r->received);
}

static void begin(struct reception *r, uint32_t ssrc, uint16_t seq)
{
	uint64_t past_expected = reception_expected(r), past_lost = reception_lost(r);

	*r = (struct reception){ .any = true,
		.ssrc = ssrc,
		.seq_base = seq,
		.seq_high = seq,
		.jitter16 = r->any && r->ssrc == ssrc ? r->jitter16 : 0,
		.past_expected = past_expected,
		.past_lost = past_lost };
}

/* A leap is believed when the next packet follows it: the sender began to count anew. */
static bool is_strange(struct reception *r, uint16_t seq)
{
	uint16_t ahead = (uint16_t)(seq - (uint16_t)r->seq_high);

	if (ahead < DROPOUT_MAX || ahead > UINT16_MAX - MISORDER_MAX)
		return false;
	if (r->strange && seq == r->strange_next)
		return false;
	r->strange = 1;
	r->strange_next = (uint16_t)(seq + 1);
	return true;
}

static void count(struct reception *r, uint32_t ssrc, uint16_t seq)
{
	uint16_t ahead = (uint16_t)(seq - (uint16_t)r->seq_high);

	if (!r->any || r->ssrc != ssrc ||
		(ahead >= DROPOUT_MAX && ahead <= UINT16_MAX - MISORDER_MAX))
		begin(r, ssrc, seq);
	else if (ahead < DROPOUT_MAX)
		r->seq_high += ahead;
	r->strange = 0;
	r->received++;
}

static void measure(struct reception *r, uint32_t ts, uint32_t at)
{
	uint32_t transit = at - ts;
	int32_t d = (int32_t)(transit - r->transit);

	if (r->has_transit) {
		uint32_t by = d < 0 ? 0u - (uint32_t)d : (uint32_t)d;

		/* A.8, without losing what is below a sixteenth. A leap is no jitter. */
		if (by < UINT32_C(1) << 20)
			r->jitter16 += by - ((r->jitter16 + 8) >> 4);
	}
	r->transit = transit;
	r->has_transit = true;
}

void reception_packet(
	struct reception *r, uint32_t ssrc, uint16_t seq, uint32_t ts, uint32_t at, bool is_sound)
{
	if (r->any && r->ssrc == ssrc && is_strange(r, seq))
		return;
	count(r, ssrc, seq);
	if (is_sound)
		measure(r, ts, at);
}

bool reception_report(struct reception *r, struct rtcp_block *out)
{
	uint32_t due = expected(r) - r->told_expected, came = r->received - r->told_received;
	int32_t all = lost(r);

	if (!r->any)
		return false;
	*out = (struct rtcp_block){
		.ssrc = r->ssrc,
		.fraction = due > came ? (uint8_t)((((uint64_t)due - came) << 8) / due) : 0,
		.lost = all > LOST_MAX        ? LOST_MAX
			: all < -LOST_MAX - 1 ? -LOST_MAX - 1
					      : all,
		.seq_high = r->seq_high,
		.jitter = r->jitter16 >> 4,
	};
	/* All of them lost is 256 of 256, which eight bits do not hold. */
	if (due && !came)
		out->fraction = UINT8_MAX;
	r->told_expected = expected(r);
	r->told_received = r->received;
	return true;
}

uint64_t reception_expected(const struct reception *r)
{
	return r->past_expected + expected(r);
}

uint64_t reception_lost(const struct reception *r)
{
	int32_t now = lost(r);

	return r->past_lost + (now > 0 ? (uint64_t)now : 0);
}
