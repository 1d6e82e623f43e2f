#ifndef MEDIA_ENGINE_STUDIO_H
#define MEDIA_ENGINE_STUDIO_H

/* What the lines of one shard share: decoders, encoders, the mixer, and how players play. */

#include "media/engine/mixer.h"
#include "media/engine/player.h"
#include "media/engine/stream.h"

struct studio {
	struct pool decoder[CODECS];
	struct streams streams;
	struct mixer mixer;
	struct player_conf player;
};

/* For so many legs at most. E_SYSTEM: no memory. studio_fini also after a failure. */
enum err studio_init(struct studio *st, size_t legs_max) MUST_CHECK;
void studio_fini(struct studio *st);

#endif
