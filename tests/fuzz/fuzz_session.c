/* fuzz: media/leg */
/*
 * Datagrams of a peer's who may say anything, through a leg's session: RTP, RTCP and comfort noise,
 * plain, sealed by a stranger, and sealed by one who has the key. Input: a byte a datagram that
 * says how long it is, whether it is sealed first and whether time goes on; the first byte says
 * whether the session has keys. What is sent in between must be what was meant.
 */
#include "media/leg/session.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct rtp_key key = { .master = "a key and its salt, thirty byt" };

static void arrive(struct session *s, uint8_t *packet, size_t bytes, uint64_t now_us)
{
	struct leg_item item;
	struct rtp rtp;

	switch (session_read(s, packet, &bytes, &rtp)) {
	case SESSION_RTCP:
		session_told(s, packet, bytes, now_us);
		break;
	case SESSION_RTP:
		if (session_take(s, &rtp, now_us, &item))
			assert(!item.is_sound || (item.payload_bytes > 0 &&
							 item.payload_bytes <= CODEC_PAYLOAD_MAX));
		break;
	case SESSION_NEITHER:
		break;
	}
}

static void speak(struct session *s, uint64_t now_us)
{
	uint8_t packet[SESSION_PACKET_MAX];
	struct leg_quality q;

	assert(session_report(s, now_us, packet) <= sizeof(packet));
	assert(session_say(s, (const uint8_t *)"sound", 5, 1, packet) <= sizeof(packet));
	session_quality(s, &q);
	assert(q.lost <= q.expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct leg_conf conf = { .codec = &codec_pcmu };
	uint64_t now_us = 0;
	struct rtp_seal *peer = NULL;
	struct session s;

	if (!n)
		return 0;
	if (data[0] & 1) {
		conf.key_in = conf.key_out = &key;
		if (rtp_seal_new(&key, &peer, NULL) != OK)
			return 0;
	}
	if (session_begin(&s, &conf, NULL) != OK)
		return 0;
	for (size_t at = 1; at < n;) {
		uint8_t how = data[at++], packet[256 + RTP_GROWTH_MAX];
		size_t bytes = (how & 0x3f) * 4u;

		bytes = bytes < n - at ? bytes : n - at;
		memcpy(packet, data + at, bytes);
		at += bytes;
		if (peer && how & 0x40 &&
			(rtcp_is(packet, bytes) ? rtcp_protect(peer, packet, &bytes)
						: rtp_protect(peer, packet, &bytes)) != OK)
			continue;
		arrive(&s, packet, bytes, now_us);
		if (how & 0x80)
			speak(&s, now_us += 20000);
	}
	session_end(&s);
	rtp_seal_free(peer);
	return 0;
}
