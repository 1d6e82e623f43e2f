#ifndef MEDIA_LEG_RTCP_H
#define MEDIA_LEG_RTCP_H

/*
 * RTCP's packets, to read and to write: what each side says of the sound it sends and gets.
 *
 * Pure; any thread. Source: RFC 3550 sections 6.1 (compound), 6.4 (SR, RR), 6.5 (SDES), 6.6 (BYE);
 * RFC 5506 (what is not compound is taken too); RFC 5761 section 4 (how to tell it from RTP).
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RTCP_CNAME_MAX = 32,
	RTCP_BYTES_MAX = 128, /* of what rtcp_write makes */
};

/* What a receiver says of one stream. */
struct rtcp_block {
	uint32_t ssrc;     /* of the stream it speaks of */
	uint8_t fraction;  /* lost since the report before, in 1/256 */
	int32_t lost;      /* since the start, 24 bits with sign: duplicates make it negative */
	uint32_t seq_high; /* the highest that came, with the count of its wraps above it */
	uint32_t jitter;   /* in the stream's ticks */
	uint32_t lsr;      /* middle of the NTP time of the last SR that came; 0: none */
	uint32_t dlsr;     /* since it came, in 1/65536 s */
};

/* What a sender says of itself. */
struct rtcp_sender {
	uint64_t ntp; /* seconds above their fraction */
	uint32_t ts;  /* the same moment in the stream's clock */
	uint32_t packets, bytes;
};

/* What one datagram says to one stream. */
struct rtcp {
	uint32_t ssrc; /* of who sent it */
	bool has_sender, has_block, is_bye;
	struct rtcp_sender sender;
	struct rtcp_block block; /* about the stream asked for */
};

/* Whether a datagram is RTCP, if it is anything of ours. */
bool rtcp_is(const uint8_t *packet, size_t bytes);

/* A stranger's. about: our SSRC, whose report block is looked for. E_MALFORMED: lengths that do not
 * fit: drop it. Kinds we have no use for are passed over. out is set on OK only. */
enum err rtcp_parse(
	const uint8_t *packet, size_t bytes, uint32_t about, struct rtcp *out) MUST_CHECK;

/* SR (or RR without has_sender) with at most one block, CNAME, and BYE. Returns the bytes, at most
 * RTCP_BYTES_MAX. */
size_t rtcp_write(
	const struct rtcp *r, const char cname[RTCP_CNAME_MAX], uint8_t out[RTCP_BYTES_MAX]);

#endif
