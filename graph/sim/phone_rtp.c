#include "graph/sim/phone_rtp.h"

#include <assert.h>
#include <string.h>

/* A key sounds for 100 ms; its end is told three times, 20 ms apart (RFC 4733 section 2.5.1.4),
 * and 40 ms of pause keep two equal keys apart. */
enum { KEY_SOUNDS = 5, KEY_ENDS = 3, KEY_PAUSE = 2, KEY_VOLUME = 10, KEY_END_BIT = 0x80 };

static uint32_t read32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void write16(uint8_t *at, uint16_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static void write32(uint8_t *at, uint32_t v)
{
	write16(at, (uint16_t)(v >> 16));
	write16(at + 2, (uint16_t)v);
}

bool phone_rtp_read(const uint8_t *bytes, size_t n, struct phone_rtp *out)
{
	size_t head, tail = 0;

	if (n < RTP_HEAD || bytes[0] >> 6 != 2)
		return false;
	head = RTP_HEAD + 4u * (bytes[0] & 0x0f);
	if (bytes[0] & 0x10) { /* one extension: 16 bits of kind, 16 of length in words */
		if (n < head + 4)
			return false;
		head += 4 + 4u * ((size_t)bytes[head + 2] << 8 | bytes[head + 3]);
	}
	if (bytes[0] & 0x20) {
		tail = bytes[n - 1];
		if (tail == 0)
			return false;
	}
	if (n < head + tail)
		return false;
	*out = (struct phone_rtp){
		.payload_type = bytes[1] & 0x7f,
		.marker = bytes[1] >> 7,
		.seq = (uint16_t)(bytes[2] << 8 | bytes[3]),
		.ts = read32(bytes + 4),
		.ssrc = read32(bytes + 8),
		.payload = bytes + head,
		.n = n - head - tail,
	};
	return true;
}

size_t phone_rtp_write(uint8_t *room, const struct phone_rtp *rtp)
{
	room[0] = 2 << 6;
	room[1] = (uint8_t)(rtp->marker << 7 | rtp->payload_type);
	write16(room + 2, rtp->seq);
	write32(room + 4, rtp->ts);
	write32(room + 8, rtp->ssrc);
	memcpy(room + RTP_HEAD, rtp->payload, rtp->n);
	return RTP_HEAD + rtp->n;
}

int phone_key_event(char digit)
{
	static const char keys[] = "0123456789*#ABCD";
	const char *at = digit ? strchr(keys, digit) : NULL;

	return at ? (int)(at - keys) : -1;
}

bool phone_keys_push(struct phone_keys *k, char digit)
{
	assert(phone_key_event(digit) >= 0);
	if (k->n == PHONE_KEYS_MAX)
		return false;
	k->waiting[k->n++] = digit;
	return true;
}

/* All packets of one key carry the timestamp of its begin; the duration grows until the end. */
static void key_packet(const struct phone_keys *k, uint8_t room[4], struct phone_rtp *out)
{
	bool end = k->step >= KEY_SOUNDS - 1;
	unsigned ticks = end ? KEY_SOUNDS : k->step + 1;

	room[0] = (uint8_t)phone_key_event(k->waiting[0]);
	room[1] = (uint8_t)((end ? KEY_END_BIT : 0) | KEY_VOLUME);
	write16(room + 2, (uint16_t)(ticks * RTP_TICK));
	out->marker = k->step == 0;
	out->ts = k->since;
	out->payload = room;
	out->n = 4;
}

bool phone_keys_next(struct phone_keys *k, uint32_t now, uint8_t room[4], struct phone_rtp *out)
{
	bool some;

	if (k->n == 0)
		return false;
	if (k->step == 0)
		k->since = now;
	some = k->step < KEY_SOUNDS - 1 + KEY_ENDS;
	if (some)
		key_packet(k, room, out);
	if (++k->step >= KEY_SOUNDS - 1 + KEY_ENDS + KEY_PAUSE) {
		memmove(k->waiting, k->waiting + 1, --k->n);
		k->step = 0;
	}
	return some;
}
