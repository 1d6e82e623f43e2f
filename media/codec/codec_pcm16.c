/* Plain samples at our own rate, the low byte first: what WebSockets carry ("pcm16KMono"). */
#include "media/codec/share.h"

#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the low byte comes first in memory, too"
#endif

enum { SAMPLE_BYTES = 2 };

struct decoder {
	int16_t last; /* of the packet before, for concealing */
};

static size_t encode(void *encoder, const int16_t in[PCM_FRAME], uint8_t *out)
{
	(void)encoder;
	memcpy(out, in, PCM_FRAME * SAMPLE_BYTES);
	return PCM_FRAME * SAMPLE_BYTES;
}

static size_t decoder_bytes(void)
{
	return sizeof(struct decoder);
}

static bool decoder_init(void *decoder)
{
	memset(decoder, 0, sizeof(struct decoder));
	return true;
}

static size_t decode(void *decoder, const uint8_t *payload, size_t bytes, int16_t *out)
{
	struct decoder *d = decoder;
	size_t n = share_samples16(payload, bytes);

	memcpy(out, payload, n * SAMPLE_BYTES);
	if (n)
		d->last = out[n - 1];
	return n;
}

static void conceal(void *decoder, int16_t out[PCM_FRAME])
{
	share_die_away(&((struct decoder *)decoder)->last, out, PCM_FRAME);
}

static const uint8_t silence[PCM_FRAME * SAMPLE_BYTES];

const struct codec codec_pcm16 = {
	.name = "pcm16",
	.clock_hz = PCM_RATE,
	.channels = 1,
	.payload_type = 98, /* dynamic; RTP has no name for this byte order */
	.bpl = 4.3,
	.silence = silence,
	.silence_bytes = sizeof(silence),
	.encoder_bytes = share_no_bytes,
	.encoder_init = share_no_init,
	.encode = encode,
	.decoder_bytes = decoder_bytes,
	.decoder_init = decoder_init,
	.decode = decode,
	.conceal = conceal,
	.samples = share_samples16,
	.activity = share_activity16,
	.join = share_join,
};
