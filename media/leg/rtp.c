#include "media/leg/rtp.h"

#include "media/leg/wire.h"

#include <string.h>

enum {
	VERSION = 2,
	CSRC_BYTES = 4,
	EXTENSION_BYTES = 4,
	EVENT_END = 0x80,
	EVENT_TICKS_MAX = 0xffff,
	STALE_TICKS = 480000, /* 10 s at 48 kHz */
};

/* Fixed header, CSRCs and extension; 0 when the packet is shorter than they say. */
static size_t header_bytes(const uint8_t *packet, size_t bytes)
{
	size_t n = RTP_HEADER_BYTES + (size_t)(packet[0] & 0x0f) * CSRC_BYTES;

	if (packet[0] & 0x10) {
		if (bytes < n + EXTENSION_BYTES)
			return 0;
		n += EXTENSION_BYTES + (size_t)wire_get16(packet + n + 2) * 4;
	}
	return n <= bytes ? n : 0;
}

enum err rtp_parse(const uint8_t *packet, size_t bytes, struct rtp *out)
{
	size_t header, padding = 0;

	if (bytes < RTP_HEADER_BYTES || packet[0] >> 6 != VERSION)
		return E_MALFORMED;
	if (packet[1] >= 192 && packet[1] <= 223) /* RFC 5761: RTCP's packet types */
		return E_MALFORMED;
	header = header_bytes(packet, bytes);
	if (!header)
		return E_MALFORMED;
	if (packet[0] & 0x20) {
		padding = packet[bytes - 1];
		if (padding == 0 || padding > bytes - header)
			return E_MALFORMED;
	}
	*out = (struct rtp){
		.marker = packet[1] >> 7,
		.payload_type = packet[1] & 0x7f,
		.seq = wire_get16(packet + 2),
		.ts = wire_get32(packet + 4),
		.ssrc = wire_get32(packet + 8),
		.payload = packet + header,
		.payload_bytes = bytes - header - padding,
	};
	return OK;
}

void rtp_write(const struct rtp *rtp, uint8_t out[RTP_HEADER_BYTES])
{
	out[0] = VERSION << 6;
	out[1] = (uint8_t)(rtp->marker << 7 | (rtp->payload_type & 0x7f));
	wire_put16(out + 2, rtp->seq);
	wire_put32(out + 4, rtp->ts);
	wire_put32(out + 8, rtp->ssrc);
}

static char digit_of(uint8_t event)
{
	static const char digits[] = "0123456789*#ABCD";

	return event < sizeof(digits) - 1 ? digits[event] : 0;
}

/* The same finger, still down: the press outlasted its duration field and got a new timestamp. */
static bool goes_on(const struct rtp_presses *p, const struct rtp *packet)
{
	return p->event == packet->payload[0] && !p->ended && !packet->marker &&
	       packet->ts - p->ts == EVENT_TICKS_MAX;
}

/* A copy of an earlier press that took its time. Further back it is a clock that began anew. */
static bool is_stale(const struct rtp_presses *p, uint32_t ts)
{
	return ts != p->ts && p->ts - ts < STALE_TICKS;
}

char rtp_press(struct rtp_presses *p, const struct rtp *packet)
{
	bool same_sender = p->any && packet->ssrc == p->ssrc, told = false;

	if (packet->payload_bytes < RTP_EVENT_BYTES)
		return 0;
	if (same_sender) {
		if (is_stale(p, packet->ts))
			return 0;
		told = packet->ts == p->ts || goes_on(p, packet);
	}
	if (!same_sender || packet->ts != p->ts)
		*p = (struct rtp_presses){ .any = true,
			.event = packet->payload[0],
			.ssrc = packet->ssrc,
			.ts = packet->ts };
	p->ended |= (packet->payload[1] & EVENT_END) != 0;
	return told ? 0 : digit_of(packet->payload[0]);
}
