/*
 * Opus as a telephone wants it: CELT at 48 kb/s, constant, complexity 0 unless told otherwise,
 * every frame for itself.
 *
 * Against SILK at 24 kb/s and full complexity this measured better on speech, at a fourteenth of
 * the cost, with 2.5 ms of look-ahead; what it gives up is in-band FEC. With prediction disabled a
 * decoder is in step from the second frame of any stream it joins, so a listener may change
 * between encoders without an audible seam.
 *
 * For a way that loses packets there is the other profile, lossy: SILK at 32 kb/s with in-band FEC.
 * A decoder changes between the two without a click, because the mode changes with them. Any
 * peer's stream is decoded, whatever its mode, bandwidth, channels and length.
 */
#include "media/codec/codec.h"

#include <assert.h>
#include <opus/opus.h>
#include <string.h>

enum {
	BITS_PER_S = 48000,
	FRAMES_MAX = 48, /* of one packet: 120 ms of 2.5 */
	/* Of the first byte, RFC 6716, section 3.1. */
	CONFIG_HYBRID = 12,
	CONFIG_CELT = 16,
	TOC_STEREO = 4,
	TOC_ONE_FRAME = 0xfc, /* all but the count of frames */
	REPACKETIZER_MAX = 1024,
	FEC_MID = 0x40, /* of a SILK frame's first byte, RFC 6716, section 4.2.4 */
	FEC_SIDE = 0x10,
	LOSSY_BITS_PER_S = 32000,
	LOSSY_PERCENT = 15, /* of packets, that it is made for: how much FEC may cost */
};

static int plain_complexity = CODEC_OPUS_COMPLEXITY, lossy_complexity = CODEC_OPUS_LOSSY_COMPLEXITY;

void codec_opus_complexity(unsigned plain, unsigned lossy)
{
	assert(plain <= CODEC_OPUS_COMPLEXITY_MAX && lossy <= CODEC_OPUS_COMPLEXITY_MAX);
	plain_complexity = (int)plain;
	lossy_complexity = (int)lossy;
}

static int tune(OpusEncoder *e)
{
	return opus_encoder_ctl(e, OPUS_SET_BITRATE(BITS_PER_S)) ||
	       opus_encoder_ctl(e, OPUS_SET_VBR(0)) ||
	       opus_encoder_ctl(e, OPUS_SET_COMPLEXITY(plain_complexity)) ||
	       opus_encoder_ctl(e, OPUS_SET_PREDICTION_DISABLED(1)) ||
	       opus_encoder_ctl(e, OPUS_SET_BANDWIDTH(OPUS_BANDWIDTH_WIDEBAND)) ||
	       opus_encoder_ctl(e, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE)) ||
	       opus_encoder_ctl(e, OPUS_SET_LSB_DEPTH(16)) || opus_encoder_ctl(e, OPUS_SET_DTX(0));
}

static size_t encoder_bytes(void)
{
	return (size_t)opus_encoder_get_size(1);
}

static bool encoder_init(void *encoder)
{
	return opus_encoder_init(encoder, PCM_RATE, 1, OPUS_APPLICATION_RESTRICTED_LOWDELAY) ==
		       OPUS_OK &&
	       tune(encoder) == OPUS_OK;
}

/* DTX stays off: libopus 1.3 with it starts loudly after a pause, and silence is not coded
 * anyway. */
static bool lossy_init(void *encoder)
{
	OpusEncoder *e = encoder;

	return opus_encoder_init(e, PCM_RATE, 1, OPUS_APPLICATION_VOIP) == OPUS_OK &&
	       opus_encoder_ctl(e, OPUS_SET_BITRATE(LOSSY_BITS_PER_S)) == OPUS_OK &&
	       opus_encoder_ctl(e, OPUS_SET_COMPLEXITY(lossy_complexity)) == OPUS_OK &&
	       opus_encoder_ctl(e, OPUS_SET_BANDWIDTH(OPUS_BANDWIDTH_WIDEBAND)) == OPUS_OK &&
	       opus_encoder_ctl(e, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE)) == OPUS_OK &&
	       opus_encoder_ctl(e, OPUS_SET_INBAND_FEC(1)) == OPUS_OK &&
	       opus_encoder_ctl(e, OPUS_SET_PACKET_LOSS_PERC(LOSSY_PERCENT)) == OPUS_OK &&
	       opus_encoder_ctl(e, OPUS_SET_DTX(0)) == OPUS_OK;
}

static size_t encode(void *encoder, const int16_t in[PCM_FRAME], uint8_t *out)
{
	opus_int32 bytes = opus_encode(encoder, in, PCM_FRAME, out, CODEC_PAYLOAD_MAX);

	return bytes > 0 ? (size_t)bytes : 0;
}

static size_t decoder_bytes(void)
{
	return (size_t)opus_decoder_get_size(1);
}

static bool decoder_init(void *decoder)
{
	return opus_decoder_init(decoder, PCM_RATE, 1) == OPUS_OK;
}

static size_t samples(const uint8_t *payload, size_t bytes)
{
	int n;

	if (bytes < 1 || bytes > CODEC_PAYLOAD_MAX)
		return 0;
	n = opus_packet_get_nb_samples(payload, (opus_int32)bytes, PCM_RATE);
	return n > 0 && n <= CODEC_SAMPLES_MAX ? (size_t)n : 0;
}

static size_t decode(void *decoder, const uint8_t *payload, size_t bytes, int16_t *out)
{
	int n;

	if (!samples(payload, bytes))
		return 0;
	n = opus_decode(decoder, payload, (opus_int32)bytes, out, CODEC_SAMPLES_MAX, 0);
	return n > 0 ? (size_t)n : 0;
}

/* RFC 6716, section 4.2.3: the flags of the SILK layer are its first bits, whose probability is
 * one half, so they lie in the first byte as they are: of each channel one for each 20 ms, then
 * LBRR. Section 4.3: the CELT layer begins with 15 ones when it is silent. */
static enum codec_activity frame_activity(uint8_t toc, const uint8_t *frame, int bytes)
{
	unsigned config = toc >> 3, n, voices;

	if (bytes <= 1)
		return CODEC_SILENT; /* DTX */
	if (config >= CONFIG_CELT)
		return frame[0] == 0xff && frame[1] >= 0xfe ? CODEC_SILENT : CODEC_UNKNOWN;
	n = config < CONFIG_HYBRID && config % 4 > 1 ? config % 4 : 1;
	voices = frame[0] >> (8 - n);
	if (toc & TOC_STEREO)
		voices |= (uint8_t)(frame[0] << (n + 1)) >> (8 - n);
	return voices ? CODEC_ACTIVE : CODEC_SILENT;
}

static enum codec_activity activity(const uint8_t *payload, size_t bytes)
{
	enum codec_activity sum = CODEC_SILENT;
	const uint8_t *frame[FRAMES_MAX];
	int16_t size[FRAMES_MAX];
	uint8_t toc;
	int n;

	if (!samples(payload, bytes))
		return CODEC_UNKNOWN;
	n = opus_packet_parse(payload, (opus_int32)bytes, &toc, frame, size, NULL);
	for (int i = 0; i < n; i++) {
		enum codec_activity one = frame_activity(toc, frame[i], size[i]);

		if (one == CODEC_ACTIVE)
			return CODEC_ACTIVE;
		sum = one == CODEC_UNKNOWN ? CODEC_UNKNOWN : sum;
	}
	return n > 0 ? sum : CODEC_UNKNOWN;
}

static void conceal(void *decoder, int16_t out[PCM_FRAME])
{
	if (opus_decode(decoder, NULL, 0, out, PCM_FRAME, 0) != PCM_FRAME)
		memset(out, 0, PCM_FRAME * sizeof(*out));
}

/* Behind the voice flag of 20 ms stands whether the frame before is in it, too. */
static bool has_fec(const uint8_t *payload, size_t bytes)
{
	const uint8_t *frame[FRAMES_MAX];
	int16_t size[FRAMES_MAX];
	uint8_t toc;

	if (samples(payload, bytes) != PCM_FRAME || payload[0] >> 3 >= CONFIG_CELT ||
		opus_packet_parse(payload, (opus_int32)bytes, &toc, frame, size, NULL) != 1 ||
		size[0] <= 1)
		return false;
	return frame[0][0] & (toc & TOC_STEREO ? FEC_MID | FEC_SIDE : FEC_MID);
}

/* Without it libopus would conceal, and call it FEC. */
static bool recover(void *decoder, const uint8_t *next, size_t bytes, int16_t out[PCM_FRAME])
{
	if (!has_fec(next, bytes))
		return false;
	return opus_decode(decoder, next, (opus_int32)bytes, out, PCM_FRAME, 1) == PCM_FRAME;
}

/* What SILK makes of digital silence once it has come to rest. */
static const uint8_t lossy_silence[] = { 0x48, 0x07, 0xc9, 0x79, 0xc5, 0x12, 0xf7, 0xbc };

/* RFC 6716: TOC of CELT, wideband, 20 ms, mono; then a frame whose silence flag is set. */
static const uint8_t silence[] = { 0xb8, 0xff, 0xfe };

static size_t join(const uint8_t *const payload[], const size_t bytes[], unsigned n,
	uint8_t out[CODEC_PAYLOAD_MAX])
{
	_Alignas(max_align_t) uint8_t room[REPACKETIZER_MAX];
	OpusRepacketizer *r = (OpusRepacketizer *)(void *)room;
	opus_int32 got;

	assert(opus_repacketizer_get_size() <= REPACKETIZER_MAX);
	opus_repacketizer_init(r);
	for (unsigned i = 0; i < n; i++)
		if (opus_repacketizer_cat(r, payload[i], (opus_int32)bytes[i]) != OPUS_OK)
			return 0;
	got = opus_repacketizer_out(r, out, CODEC_PAYLOAD_MAX);
	return got > 0 ? (size_t)got : 0;
}

/* The first byte of a packet alone is a frame of the same mode without any data: DTX to a decoder,
 * which makes its comfort noise or conceals. */
static size_t absent(const uint8_t *last, size_t last_bytes, uint8_t out[CODEC_PAYLOAD_MAX])
{
	out[0] = last_bytes ? last[0] & TOC_ONE_FRAME : silence[0];
	if (samples(out, 1) != PCM_FRAME)
		out[0] = silence[0];
	return 1;
}

/* What does not depend on how it is sent. RFC 7587: always written with two channels. */
#define OPUS_EITHER_WAY                                                                         \
	.name = "opus", .clock_hz = 48000, .channels = 2, .payload_type = 111, .bpl = 25.1,     \
	.encoder_bytes = encoder_bytes, .encode = encode, .decoder_bytes = decoder_bytes,       \
	.decoder_init = decoder_init, .decode = decode, .conceal = conceal, .recover = recover, \
	.samples = samples, .activity = activity, .join = join, .absent = absent

const struct codec codec_opus = {
	OPUS_EITHER_WAY,
	.lossy = &codec_opus_lossy,
	.silence = silence,
	.silence_bytes = sizeof(silence),
	.encoder_init = encoder_init,
};

const struct codec codec_opus_lossy = {
	OPUS_EITHER_WAY,
	.has_memory = true,
	.silence = lossy_silence,
	.silence_bytes = sizeof(lossy_silence),
	.encoder_init = lossy_init,
};
