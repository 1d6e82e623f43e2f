#include "media/codec/narrow.h"

#include <string.h>

size_t narrow_encoder_bytes(void)
{
	return sizeof(struct half_down);
}

size_t narrow_decoder_bytes(void)
{
	return sizeof(struct narrow_decoder);
}

bool narrow_encoder_init(void *encoder)
{
	memset(encoder, 0, sizeof(struct half_down));
	return true;
}

bool narrow_decoder_init(void *decoder)
{
	memset(decoder, 0, sizeof(struct narrow_decoder));
	return true;
}

size_t narrow_samples(const uint8_t *payload, size_t bytes)
{
	(void)payload;
	return bytes > CODEC_PAYLOAD_MAX ? 0 : 2 * bytes;
}

/* Both laws grow with the magnitude, so what is quiet is told without decoding it. */
enum codec_activity narrow_activity(
	const uint8_t *payload, size_t bytes, uint8_t zero, uint8_t hush)
{
	uint8_t peak = 0;

	for (size_t i = 0; i < bytes; i++) {
		uint8_t level = (payload[i] ^ zero) & NARROW_MAGNITUDE;

		peak = level > peak ? level : peak;
	}
	return !bytes || peak > hush ? CODEC_UNKNOWN : CODEC_SILENT;
}

size_t narrow_encode(void *encoder, const int16_t in[PCM_FRAME], uint8_t *out, uint8_t (*law)(int))
{
	int16_t x[NARROW_BYTES];

	half_down(encoder, in, PCM_FRAME, x);
	for (size_t i = 0; i < NARROW_BYTES; i++)
		out[i] = law(x[i]);
	return NARROW_BYTES;
}

size_t narrow_decode(void *decoder, const uint8_t *payload, size_t bytes, int16_t *out,
	int16_t (*linear)(uint8_t))
{
	struct narrow_decoder *d = decoder;
	size_t n = narrow_samples(payload, bytes);
	int16_t x[CODEC_PAYLOAD_MAX];

	if (!n)
		return 0;
	for (size_t i = 0; i < bytes; i++)
		x[i] = linear(payload[i]);
	d->last = x[bytes - 1];
	half_up(&d->half, x, bytes, out);
	return n;
}

void narrow_conceal(void *decoder, int16_t out[PCM_FRAME])
{
	struct narrow_decoder *d = decoder;
	int16_t x[NARROW_BYTES];

	share_die_away(&d->last, x, NARROW_BYTES);
	half_up(&d->half, x, NARROW_BYTES, out);
}
