#ifndef MEDIA_ENGINE_STREAM_H
#define MEDIA_ENGINE_STREAM_H

/*
 * One encoder and what it made of the current frame.
 *
 * An encoder belongs to an audience, the legs that hear the same for as long as they do, and not
 * to a mix: so it always sees one continuous sound. A leg sends the payload of the stream it
 * listens to under its own header; today every audience is one leg.
 */

#include "media/codec/codec.h"

#include <stdbool.h>

struct stream {
	const struct codec *codec;
	void *encoder;
	unsigned silent_frames; /* coded in a row */
	size_t bytes;           /* of payload, of the frame encoded last */
	uint8_t payload[CODEC_PAYLOAD_MAX];
};

/* E_SYSTEM: no memory. */
enum err stream_init(struct stream *s, const struct codec *codec) MUST_CHECK;
void stream_fini(struct stream *s);

/* Fill payload with this frame; is_silent: all its samples are 0. Returns whether the encoder had
 * to run: the first silent frames are coded, so that encoder and decoder come to rest, and the
 * following ones are the codec's stored one. */
bool stream_encode(struct stream *s, const int16_t frame[PCM_FRAME], bool is_silent);

#endif
