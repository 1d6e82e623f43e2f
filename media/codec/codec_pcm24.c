/* Plain samples at 24 kHz, the low byte first: what WebSockets carry ("pcm24KMono"). */
#include "media/codec/share.h"
#include "media/dsp/third.h"

#include <string.h>

enum {
	RATE = 24000,
	FRAME = RATE / 1000 * PCM_FRAME_MS,
	SAMPLE_BYTES = 2,
	GROUP_BYTES = 3 * SAMPLE_BYTES, /* three samples become two */
};

_Static_assert(FRAME *SAMPLE_BYTES <= CODEC_PAYLOAD_MAX, "a frame fits one packet");

struct decoder {
	struct third_down third;
	int16_t last; /* of the packet before, for concealing */
};

static size_t encoder_bytes(void)
{
	return sizeof(struct third_up);
}

static bool encoder_init(void *encoder)
{
	memset(encoder, 0, sizeof(struct third_up));
	return true;
}

static size_t encode(void *encoder, const int16_t in[PCM_FRAME], uint8_t *out)
{
	int16_t x[FRAME];

	third_up(encoder, in, PCM_FRAME, x);
	memcpy(out, x, sizeof(x));
	return sizeof(x);
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

static size_t samples(const uint8_t *payload, size_t bytes)
{
	(void)payload;
	return bytes > CODEC_PAYLOAD_MAX || bytes % GROUP_BYTES ? 0 : bytes / GROUP_BYTES * 2;
}

static enum codec_activity activity(const uint8_t *payload, size_t bytes)
{
	return samples(payload, bytes) ? share_activity16(payload, bytes) : CODEC_UNKNOWN;
}

static size_t decode(void *decoder, const uint8_t *payload, size_t bytes, int16_t *out)
{
	struct decoder *d = decoder;
	size_t n = samples(payload, bytes);
	int16_t x[CODEC_PAYLOAD_MAX / SAMPLE_BYTES];

	if (!n)
		return 0;
	memcpy(x, payload, bytes);
	d->last = x[bytes / SAMPLE_BYTES - 1];
	third_down(&d->third, x, bytes / SAMPLE_BYTES, out);
	return n;
}

static void conceal(void *decoder, int16_t out[PCM_FRAME])
{
	struct decoder *d = decoder;
	int16_t x[FRAME];

	share_die_away(&d->last, x, FRAME);
	third_down(&d->third, x, FRAME, out);
}

static const uint8_t silence[FRAME * SAMPLE_BYTES];

const struct codec codec_pcm24 = {
	.name = "pcm24",
	.clock_hz = RATE,
	.channels = 1,
	.payload_type = 99, /* dynamic; RTP has no name for this byte order */
	.bpl = 4.3,
	.silence = silence,
	.silence_bytes = sizeof(silence),
	.encoder_bytes = encoder_bytes,
	.encoder_init = encoder_init,
	.encode = encode,
	.decoder_bytes = decoder_bytes,
	.decoder_init = decoder_init,
	.decode = decode,
	.conceal = conceal,
	.samples = samples,
	.activity = activity,
	.join = share_join,
};
