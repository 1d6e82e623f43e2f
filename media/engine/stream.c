#include "media/engine/stream.h"

#include <string.h>

enum { SILENT_FRAMES_CODED = 3 };

enum err stream_init(struct stream *s, const struct codec *codec)
{
	*s = (struct stream){ .codec = codec, .encoder = codec->encoder_new() };
	return s->encoder ? OK : E_SYSTEM;
}

void stream_fini(struct stream *s)
{
	if (s->encoder)
		s->codec->encoder_free(s->encoder);
	s->encoder = NULL;
}

static void stored_silence(struct stream *s)
{
	memcpy(s->payload, s->codec->silence, s->codec->silence_bytes);
	s->bytes = s->codec->silence_bytes;
}

bool stream_encode(struct stream *s, const int16_t frame[PCM_FRAME], bool is_silent)
{
	if (is_silent && s->silent_frames == SILENT_FRAMES_CODED) {
		stored_silence(s);
		return false;
	}
	s->silent_frames = is_silent ? s->silent_frames + 1 : 0;
	s->bytes = s->codec->encode(s->encoder, frame, s->payload);
	if (!s->bytes) /* the codec gave up on this frame: time must go on */
		stored_silence(s);
	return true;
}
