#ifndef GRAPH_SIM_PHONE_RTP_H
#define GRAPH_SIM_PHONE_RTP_H

/*
 * RTP packets and keys pressed, as bytes. Pure.
 * Source: RFC 3550 section 5.1, RFC 4733 section 2.
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RTP_HEAD = 12, RTP_BYTES_MAX = 1500, RTP_TICK = 960, PHONE_KEYS_MAX = 32 };

struct phone_rtp {
	uint8_t payload_type;
	bool marker;
	uint16_t seq;
	uint32_t ts, ssrc;
	const uint8_t *payload; /* borrowed */
	size_t n;
};

/* false: not an RTP packet. Skips contributing sources, header extension and padding. */
bool phone_rtp_read(const uint8_t *bytes, size_t n, struct phone_rtp *out);
/* The number of bytes written; room has RTP_HEAD + rtp->n bytes at least. */
size_t phone_rtp_write(uint8_t *room, const struct phone_rtp *rtp);

/* -1: no key of a telephone; else RFC 4733's event, 0 to 15. */
int phone_key_event(char digit);

/* The keys of one sender, one after another. All zero to begin with. */
struct phone_keys {
	char waiting[PHONE_KEYS_MAX];
	unsigned n;     /* waiting, the running one included */
	unsigned step;  /* ticks of the running key that are over */
	uint32_t since; /* its timestamp */
};

/* false: PHONE_KEYS_MAX wait already. digit is a key. */
bool phone_keys_push(struct phone_keys *k, char digit) MUST_CHECK;

/*
 * What the tick that starts at timestamp now has to send: fills marker, ts, payload (from room)
 * and n, and leaves the rest alone. false: nothing.
 */
bool phone_keys_next(
	struct phone_keys *k, uint32_t now, uint8_t room[4], struct phone_rtp *out) MUST_CHECK;

#endif
