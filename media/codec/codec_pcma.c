/* G.711 A-law, by spandsp's tables. RFC 3551: a static payload type. */
#include "media/codec/narrow.h"

#include <spandsp/telephony.h>

#include <spandsp/bit_operations.h>
#include <spandsp/g711.h>
#include <string.h>

enum { HUSH = 1 }; /* 8, 24 */

static uint8_t law(int linear)
{
	return linear_to_alaw(linear);
}

static int16_t linear(uint8_t byte)
{
	return alaw_to_linear(byte);
}

static size_t encode(void *encoder, const int16_t in[PCM_FRAME], uint8_t *out)
{
	return narrow_encode(encoder, in, out, law);
}

static size_t decode(void *decoder, const uint8_t *payload, size_t bytes, int16_t *out)
{
	return narrow_decode(decoder, payload, bytes, out, linear);
}

static const uint8_t silence[NARROW_BYTES] = { SHARE_160(0xd5) };

static enum codec_activity activity(const uint8_t *payload, size_t bytes)
{
	return narrow_activity(payload, bytes, silence[0], HUSH);
}

const struct codec codec_pcma = {
	.name = "PCMA",
	.clock_hz = 8000,
	.channels = 1,
	.payload_type = 8,
	.bpl = 4.3,
	.silence = silence,
	.silence_bytes = sizeof(silence),
	.encoder_bytes = narrow_encoder_bytes,
	.encoder_init = narrow_encoder_init,
	.encode = encode,
	.decoder_bytes = narrow_decoder_bytes,
	.decoder_init = narrow_decoder_init,
	.decode = decode,
	.conceal = narrow_conceal,
	.samples = narrow_samples,
	.activity = activity,
	.join = share_join,
};
