/*
 * G.722 at 64 kb/s, by spandsp: 16 kHz sound, though RFC 3551 counts its RTP time at 8 kHz for
 * ever. The wideband codec of telephone trunks.
 */
#include "media/codec/share.h"

#include <spandsp/telephony.h>

#include <spandsp/g722.h>
#include <spandsp/private/g722.h> /* the size of its states */
#include <string.h>

enum { BITS_PER_S = 64000, SAMPLES_A_BYTE = 2, BYTES = PCM_FRAME / SAMPLES_A_BYTE };

static size_t encoder_bytes(void)
{
	return sizeof(struct g722_encode_state_s);
}

static bool encoder_init(void *encoder)
{
	return g722_encode_init(encoder, BITS_PER_S, 0) != NULL;
}

static size_t encode(void *encoder, const int16_t in[PCM_FRAME], uint8_t *out)
{
	int bytes = g722_encode(encoder, out, in, PCM_FRAME);

	return bytes > 0 ? (size_t)bytes : 0;
}

static size_t decoder_bytes(void)
{
	return sizeof(struct g722_decode_state_s);
}

static bool decoder_init(void *decoder)
{
	return g722_decode_init(decoder, BITS_PER_S, 0) != NULL;
}

static size_t samples(const uint8_t *payload, size_t bytes)
{
	(void)payload;
	return bytes > CODEC_PAYLOAD_MAX ? 0 : bytes * SAMPLES_A_BYTE;
}

static size_t decode(void *decoder, const uint8_t *payload, size_t bytes, int16_t *out)
{
	int n = samples(payload, bytes) ? g722_decode(decoder, out, payload, (int)bytes) : 0;

	return n > 0 ? (size_t)n : 0;
}

/* The code of nothing in both bands: whatever the predictors were at, they come to rest. */
static const uint8_t silence[BYTES] = { SHARE_160(0xfc) };

/* Nothing in both bands; the predictors may still ring for some milliseconds. */
static enum codec_activity activity(const uint8_t *payload, size_t bytes)
{
	return share_activity(payload, bytes, 0xff, silence[0]);
}

static void conceal(void *decoder, int16_t out[PCM_FRAME])
{
	if (decode(decoder, silence, sizeof(silence), out) != PCM_FRAME)
		memset(out, 0, PCM_FRAME * sizeof(*out));
}

static size_t absent(const uint8_t *last, size_t last_bytes, uint8_t out[CODEC_PAYLOAD_MAX])
{
	(void)last;
	(void)last_bytes;
	memcpy(out, silence, sizeof(silence));
	return sizeof(silence);
}

const struct codec codec_g722 = {
	.name = "G722",
	.clock_hz = 8000,
	.channels = 1,
	.payload_type = 9,
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
	.absent = absent,
};
