/* Plain samples in network byte order, RFC 3551's L16 at our own rate. There is no state. */
#include "media/codec/share.h"

#include <string.h>

enum { SAMPLE_BYTES = 2 };

_Static_assert(PCM_FRAME *SAMPLE_BYTES <= CODEC_PAYLOAD_MAX, "a frame fits one packet");
_Static_assert(CODEC_PAYLOAD_MAX / SAMPLE_BYTES <= CODEC_SAMPLES_MAX, "a packet fits its room");

static size_t encode(void *encoder, const int16_t in[PCM_FRAME], uint8_t *out)
{
	(void)encoder;
	for (size_t i = 0; i < PCM_FRAME; i++) {
		out[2 * i] = (uint8_t)((uint16_t)in[i] >> 8);
		out[2 * i + 1] = (uint8_t)in[i];
	}
	return PCM_FRAME * SAMPLE_BYTES;
}

static size_t decode(void *decoder, const uint8_t *payload, size_t bytes, int16_t *out)
{
	size_t n = share_samples16(payload, bytes);

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
	.encoder_bytes = share_no_bytes,
	.encoder_init = share_no_init,
	.encode = encode,
	.decoder_bytes = share_no_bytes,
	.decoder_init = share_no_init,
	.decode = decode,
	.conceal = conceal,
	.samples = share_samples16,
	.activity = share_activity16,
	.join = share_join,
};
