#ifndef MEDIA_CODEC_SHARE_H
#define MEDIA_CODEC_SHARE_H

/* What codecs of samples, one after another, have in common. For this room. */

#include "media/codec/codec.h"

/* A packet of digital silence of 160 bytes. */
#define SHARE_TEN(x) x, x, x, x, x, x, x, x, x, x
#define SHARE_FORTY(x) SHARE_TEN(x), SHARE_TEN(x), SHARE_TEN(x), SHARE_TEN(x)
#define SHARE_160(x) SHARE_FORTY(x), SHARE_FORTY(x), SHARE_FORTY(x), SHARE_FORTY(x)

/* Of a coder that remembers nothing. */
size_t share_no_bytes(void);
bool share_no_init(void *state);

/* join, of packets that are just bytes after bytes. */
size_t share_join(const uint8_t *const payload[], const size_t bytes[], unsigned n,
	uint8_t out[CODEC_PAYLOAD_MAX]);

/* samples, of packets of 16 bits a sample at 16 kHz. */
size_t share_samples16(const uint8_t *payload, size_t bytes);
/* And activity, of those at any rate. */
enum codec_activity share_activity16(const uint8_t *payload, size_t bytes);
/* Silence is where each byte, of these bits, is rest. */
enum codec_activity share_activity(
	const uint8_t *payload, size_t bytes, uint8_t bits, uint8_t rest);

/* n samples to conceal with: the last value dies away in 5 ms instead of breaking off, and is
 * forgotten. */
void share_die_away(int16_t *last, int16_t *x, int n);

#endif
