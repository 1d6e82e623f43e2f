/* Plain samples in network byte order, RFC 3551's L16 at our own rate. There is no state. */
#include "media/codec/codec.h"

#include <string.h>

enum { SAMPLE_BYTES = 2 };

_Static_assert(PCM_FRAME *SAMPLE_BYTES <= CODEC_PAYLOAD_MAX, "a frame fits one packet");
_Static_assert(CODEC_PAYLOAD_MAX / SAMPLE_BYTES <= CODEC_SAMPLES_MAX, "a packet fits its room");

static void *state_new(void)
{
	static char none; /* not NULL, which would mean no memory */

	return &none;
}

static void state_keep(void *state)
{
	(void)state;
}

static size_t state_bytes(void)
{
	return 0;
}

static bool state_init(void *state)
{
	(void)state;
	return true;
}

static size_t encode(void *encoder, const int16_t in[PCM_FRAME], uint8_t *out)
{
	(void)encoder;
	for (size_t i = 0; i < PCM_FRAME; i++) {
		out[2 * i] = (uint8_t)((uint16_t)in[i] >> 8);
		out[2 * i + 1] = (uint8_t)in[i];
	}
	return PCM_FRAME * SAMPLE_BYTES;
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
	size_t n = samples(payload, bytes);

	(void)decoder;
	for (size_t i = 0; i < n; i++)
		out[i] = (int16_t)(payload[2 * i] << 8 | payload[2 * i + 1]);
	return n;
}

static void conceal(void *decoder, int16_t out[PCM_FRAME])
{
	(void)decoder;
	memset(out, 0, PCM_FRAME * sizeof(*out));
}

static const uint8_t silence[PCM_FRAME * SAMPLE_BYTES];

const struct codec codec_l16 = {
	.name = "L16",
	.clock_hz = PCM_RATE,
	.channels = 1,
	.payload_type = 97, /* dynamic: the static types of RFC 3551 are for 44.1 kHz */
	.bpl = 4.3,
	.silence = silence,
	.silence_bytes = sizeof(silence),
	.encoder_new = state_new,
	.encoder_free = state_keep,
	.encoder_bytes = state_bytes,
	.encoder_init = state_init,
	.encode = encode,
	.decoder_new = state_new,
	.decoder_free = state_keep,
	.decoder_bytes = state_bytes,
	.decoder_init = state_init,
	.decoder_reset = state_keep,
	.decode = decode,
	.conceal = conceal,
	.samples = samples,
	.activity = activity,
	.join = codec_join_bytes,
};
