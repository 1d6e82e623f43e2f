#ifndef MEDIA_LEG_RTP_H
#define MEDIA_LEG_RTP_H

/*
 * RTP's header and the key presses that travel beside the sound.
 *
 * Pure; any thread. Source: RFC 3550 section 5.1, RFC 4733 section 2.3, RFC 5761 (RTCP on the
 * same port).
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RTP_HEADER_BYTES = 12, RTP_EVENT_BYTES = 4 };

struct rtp {
	bool marker;
	uint8_t payload_type;
	uint16_t seq;
	uint32_t ts;
	uint32_t ssrc;
	const uint8_t *payload; /* points into the packet; may be empty */
	size_t payload_bytes;
};

/* Bytes of a stranger's. E_MALFORMED: not RTP (RTCP neither): drop it. out is set on OK only. */
enum err rtp_parse(const uint8_t *packet, size_t bytes, struct rtp *out) MUST_CHECK;

/* The header alone, of rtp's first five fields: no padding, extension or CSRC. */
void rtp_write(const struct rtp *rtp, uint8_t out[RTP_HEADER_BYTES]);

/* The presses of one stream: which one is under way, so that each is told once. */
struct rtp_presses {
	bool any, ended;
	uint8_t event;
	uint32_t ssrc, ts;
};

/*
 * One telephone-event packet. A press sends many packets with one timestamp, the end three times;
 * it is told at the first of them that comes. A press longer than 0xffff ticks goes on under the
 * timestamp where that ran out.
 *
 * Returns the digit (0-9 * # A-D) of a press not told yet; 0: told before, out of date, not a
 * digit (flash, tones), or too short a payload.
 */
char rtp_press(struct rtp_presses *p, const struct rtp *packet);

#endif
