#ifndef MEDIA_CODEC_NARROW_H
#define MEDIA_CODEC_NARROW_H

/* What both laws of G.711 share: 8 kHz, a byte a sample, and the way between 8 and 16 kHz. For this
 * room's codec_pcmu.c and codec_pcma.c. */

#include "media/codec/share.h"
#include "media/dsp/half.h"

enum {
	NARROW_BYTES = PCM_FRAME / 2, /* a frame */
	NARROW_MAGNITUDE = 0x7f,      /* of a byte, beside its sign: the louder, the more */
};

struct narrow_decoder {
	struct half_up half;
	int16_t last; /* of the packet before, for concealing */
};

size_t narrow_encoder_bytes(void);
size_t narrow_decoder_bytes(void);
bool narrow_encoder_init(void *encoder);
bool narrow_decoder_init(void *decoder);
size_t narrow_samples(const uint8_t *payload, size_t bytes);
/* zero: the law's byte of silence. hush: the last magnitude above it that is not above CODEC_HUSH.
 */
enum codec_activity narrow_activity(
	const uint8_t *payload, size_t bytes, uint8_t zero, uint8_t hush);
size_t narrow_encode(void *encoder, const int16_t in[PCM_FRAME], uint8_t *out, uint8_t (*law)(int));
size_t narrow_decode(void *decoder, const uint8_t *payload, size_t bytes, int16_t *out,
	int16_t (*linear)(uint8_t));
void narrow_conceal(void *decoder, int16_t out[PCM_FRAME]);

#endif
