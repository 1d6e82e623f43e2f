/* Plain samples at our own rate, the low byte first: what WebSockets carry ("pcm16KMono"). */
#include "media/codec/codec.h"

#include <stdlib.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the low byte comes first in memory, too"
#endif

enum { SAMPLE_BYTES = 2, DYING = 80 };

struct decoder {
	int16_t last; /* of the packet before, for concealing */
};

static void *encoder_new(void)
{
	static char none; /* not NULL, which would mean no memory */

	return &none;
}

static void encoder_free(void *encoder)
{
	(void)encoder;
}

static size_t encoder_bytes(void)
{
	return 0;
}

static bool encoder_init(void *encoder)
{
	(void)encoder;
	return true;
}

static size_t encode(void *encoder, const int16_t in[PCM_FRAME], uint8_t *out)
{
	(void)encoder;
	memcpy(out, in, PCM_FRAME * SAMPLE_BYTES);
	return PCM_FRAME * SAMPLE_BYTES;
}

static void *decoder_new(void)
{
	return calloc(1, sizeof(struct decoder));
}

static size_t decoder_bytes(void)
{
	return sizeof(struct decoder);
}

static void decoder_reset(void *decoder)
{
	memset(decoder, 0, sizeof(struct decoder));
}

static bool decoder_init(void *decoder)
{
	decoder_reset(decoder);
	return true;
}

static size_t samples(const uint8_t *payload, size_t bytes)
{
	(void)payload;
	return bytes > CODEC_PAYLOAD_MAX || bytes % SAMPLE_BYTES ? 0 : bytes / SAMPLE_BYTES;
}

static enum codec_activity activity(const uint8_t *payload, size_t bytes)
{
	uint8_t any = 0;

	for (size_t i = 0; i < bytes; i++)
		any |= payload[i];
	return !samples(payload, bytes) || any ? CODEC_UNKNOWN : CODEC_SILENT;
}

static size_t decode(void *decoder, const uint8_t *payload, size_t bytes, int16_t *out)
{
	struct decoder *d = decoder;
	size_t n = samples(payload, bytes);

	memcpy(out, payload, n * SAMPLE_BYTES);
	if (n)
		d->last = out[n - 1];
	return n;
}

/* The signal's last value dies away in 5 ms instead of breaking off. */
static void conceal(void *decoder, int16_t out[PCM_FRAME])
{
	struct decoder *d = decoder;

	memset(out, 0, PCM_FRAME * sizeof(*out));
	for (int i = 0; i < DYING; i++)
		out[i] = (int16_t)(d->last * (DYING - i) / (DYING + 1));
	d->last = 0;
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
	.encoder_new = encoder_new,
	.encoder_free = encoder_free,
	.encoder_bytes = encoder_bytes,
	.encoder_init = encoder_init,
	.encode = encode,
	.decoder_new = decoder_new,
	.decoder_free = free,
	.decoder_bytes = decoder_bytes,
	.decoder_init = decoder_init,
	.decoder_reset = decoder_reset,
	.decode = decode,
	.conceal = conceal,
	.samples = samples,
	.activity = activity,
	.join = codec_join_bytes,
};
