#include "media/leg/rtcp.h"

#include "media/leg/wire.h"

#include <string.h>

enum {
	VERSION = 2,
	SR = 200,
	RR = 201,
	SDES = 202,
	BYE = 203,
	FIRST = 192, /* RFC 5761: what RTP with its marker set may not use */
	LAST = 223,
	HEADER = 4,
	SSRC = 4,
	SENDER = 20,
	BLOCK = 24,
	CNAME = 1,
};

bool rtcp_is(const uint8_t *packet, size_t bytes)
{
	return bytes >= HEADER + SSRC && packet[0] >> 6 == VERSION && packet[1] >= FIRST &&
	       packet[1] <= LAST;
}

static int32_t signed24(uint32_t v)
{
	return (int32_t)(v << 8) >> 8;
}

static struct rtcp_block get_block(const uint8_t *at)
{
	uint32_t lost = wire_get32(at + 4);

	return (struct rtcp_block){
		.ssrc = wire_get32(at),
		.fraction = (uint8_t)(lost >> 24),
		.lost = signed24(lost & 0xffffff),
		.seq_high = wire_get32(at + 8),
		.jitter = wire_get32(at + 12),
		.lsr = wire_get32(at + 16),
		.dlsr = wire_get32(at + 20),
	};
}

static enum err get_blocks(
	const uint8_t *at, size_t bytes, size_t n, uint32_t about, struct rtcp *out)
{
	if (bytes < n * BLOCK)
		return E_MALFORMED;
	for (; n; n--, at += BLOCK)
		if (wire_get32(at) == about) {
			out->block = get_block(at);
			out->has_block = true;
		}
	return OK;
}

/* One packet of the compound, without its header. */
static enum err get_packet(const uint8_t packet[HEADER], const uint8_t *at, size_t bytes,
	uint32_t about, struct rtcp *out)
{
	size_t n = packet[0] & 0x1f;

	if (packet[1] == BYE)
		out->is_bye = true;
	if (packet[1] != SR && packet[1] != RR)
		return OK;
	if (bytes < SSRC)
		return E_MALFORMED;
	out->ssrc = wire_get32(at);
	if (packet[1] == RR)
		return get_blocks(at + SSRC, bytes - SSRC, n, about, out);
	if (bytes < SSRC + SENDER)
		return E_MALFORMED;
	out->has_sender = true;
	out->sender = (struct rtcp_sender){
		.ntp = (uint64_t)wire_get32(at + 4) << 32 | wire_get32(at + 8),
		.ts = wire_get32(at + 12),
		.packets = wire_get32(at + 16),
		.bytes = wire_get32(at + 20),
	};
	return get_blocks(at + SSRC + SENDER, bytes - SSRC - SENDER, n, about, out);
}

enum err rtcp_parse(const uint8_t *packet, size_t bytes, uint32_t about, struct rtcp *out)
{
	struct rtcp r = { 0 };
	size_t n;

	if (!rtcp_is(packet, bytes))
		return E_MALFORMED;
	r.ssrc = wire_get32(packet + HEADER);
	for (size_t at = 0; at < bytes; at += n) {
		if (bytes - at < HEADER || packet[at] >> 6 != VERSION)
			return E_MALFORMED;
		n = ((size_t)wire_get16(packet + at + 2) + 1) * 4;
		if (n > bytes - at)
			return E_MALFORMED;
		if (get_packet(packet + at, packet + at + HEADER, n - HEADER, about, &r) != OK)
			return E_MALFORMED;
	}
	*out = r;
	return OK;
}

static uint8_t *put_header(uint8_t *at, unsigned count, uint8_t type, size_t bytes)
{
	at[0] = (uint8_t)(VERSION << 6 | count);
	at[1] = type;
	wire_put16(at + 2, (uint16_t)(bytes / 4 - 1));
	return at + HEADER;
}

static uint8_t *put_word(uint8_t *at, uint32_t v)
{
	wire_put32(at, v);
	return at + 4;
}

static uint8_t *put_block(uint8_t *at, const struct rtcp_block *b)
{
	at = put_word(at, b->ssrc);
	at = put_word(at, (uint32_t)b->fraction << 24 | ((uint32_t)b->lost & 0xffffff));
	at = put_word(at, b->seq_high);
	at = put_word(at, b->jitter);
	at = put_word(at, b->lsr);
	return put_word(at, b->dlsr);
}

static uint8_t *put_report(uint8_t *at, const struct rtcp *r)
{
	size_t bytes = HEADER + SSRC + (r->has_sender ? SENDER : 0) + (r->has_block ? BLOCK : 0);

	at = put_header(at, r->has_block, r->has_sender ? SR : RR, bytes);
	at = put_word(at, r->ssrc);
	if (r->has_sender) {
		at = put_word(at, (uint32_t)(r->sender.ntp >> 32));
		at = put_word(at, (uint32_t)r->sender.ntp);
		at = put_word(at, r->sender.ts);
		at = put_word(at, r->sender.packets);
		at = put_word(at, r->sender.bytes);
	}
	return r->has_block ? put_block(at, &r->block) : at;
}

/* The items end with a zero, and the chunk at a word. */
static uint8_t *put_cname(uint8_t *at, uint32_t ssrc, const char cname[RTCP_CNAME_MAX])
{
	size_t n = strnlen(cname, RTCP_CNAME_MAX - 1);
	size_t bytes = HEADER + SSRC + ((2 + n + 1 + 3) & ~(size_t)3);

	memset(at, 0, bytes);
	put_header(at, 1, SDES, bytes);
	wire_put32(at + HEADER, ssrc);
	at[HEADER + SSRC] = CNAME;
	at[HEADER + SSRC + 1] = (uint8_t)n;
	memcpy(at + HEADER + SSRC + 2, cname, n);
	return at + bytes;
}

size_t rtcp_write(
	const struct rtcp *r, const char cname[RTCP_CNAME_MAX], uint8_t out[RTCP_BYTES_MAX])
{
	uint8_t *at = put_cname(put_report(out, r), r->ssrc, cname);

	if (r->is_bye)
		at = put_word(put_header(at, 1, BYE, HEADER + SSRC), r->ssrc);
	return (size_t)(at - out);
}
