#include "media/engine/studio.h"

enum err studio_init(struct studio *st, size_t legs_max)
{
	for (size_t i = 0; i < CODECS; i++) {
		const struct codec *c = codec_at(i);

		if (pool_open(&st->decoder[i], c->decoder_bytes(), legs_max, c->decoder_init) != OK)
			return E_SYSTEM;
	}
	if (mixer_init(&st->mixer, legs_max) != OK)
		return E_SYSTEM;
	return streams_init(&st->streams, legs_max);
}

void studio_fini(struct studio *st)
{
	for (size_t i = 0; i < CODECS; i++)
		pool_close(&st->decoder[i]);
	mixer_fini(&st->mixer);
	streams_fini(&st->streams);
}
