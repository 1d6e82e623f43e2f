/* fuzz: media/leg */
/*
 * Datagrams of a stranger's, one after another, through everything they meet before they are
 * sound: header, key presses, jitter buffer, decoder. Input: a byte that says how long the next
 * datagram is and when our clock ticks, then the datagram.
 */
#include "media/codec/codec.h"
#include "media/dsp/jitter.h"
#include "media/leg/rtp.h"

#include <assert.h>

_Static_assert((int)JITTER_PAYLOAD_MAX == (int)CODEC_PAYLOAD_MAX, "what a codec takes can wait");

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct jitter jitter;
static struct rtp_presses presses;

static void arrive(const struct rtp *p, uint64_t now_ms)
{
	struct jitter_packet in = { .ssrc = p->ssrc,
		.ts = p->ts,
		.seq = p->seq,
		.payload = p->payload,
		.payload_bytes = p->payload_bytes };

	if (p->payload_type == 101) {
		rtp_press(&presses, p);
		jitter_other(&jitter, p->ssrc, p->seq);
		return;
	}
	in.ticks = (uint32_t)codec_opus.samples(p->payload, p->payload_bytes) * 3;
	if (in.ticks)
		jitter_put(&jitter, &in, now_ms * 1000);
}

static void tick(void *decoder, uint64_t now_ms)
{
	int16_t out[CODEC_SAMPLES_MAX];
	struct jitter_packet p;

	int32_t excess;

	if (jitter_take(&jitter, now_ms * 1000, &p) != JITTER_PACKET)
		return;
	excess = jitter_excess_us(&jitter, 0);
	if (excess)
		jitter_adjusted(&jitter);
	if (excess > 0)
		jitter_skip(&jitter);
	assert(codec_opus.samples(p.payload, p.payload_bytes) * 3 == p.ticks);
	codec_opus.decode(decoder, p.payload, p.payload_bytes, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static void *decoder;
	uint64_t now_ms = 0;

	decoder = decoder ? decoder : codec_decoder_new(&codec_opus);
	(void)codec_opus.decoder_init(decoder);
	jitter_init(&jitter, 960, 20);
	presses = (struct rtp_presses){ 0 };
	for (size_t at = 0; at < n;) {
		size_t bytes = data[at] & 0x7f;
		struct rtp p;

		if (data[at++] & 0x80)
			tick(decoder, now_ms += 20);
		bytes = bytes < n - at ? bytes : n - at;
		if (rtp_parse(data + at, bytes, &p) == OK)
			arrive(&p, now_ms);
		at += bytes;
	}
	return 0;
}
