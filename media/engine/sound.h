#ifndef MEDIA_ENGINE_SOUND_H
#define MEDIA_ENGINE_SOUND_H

/*
 * Sounds, and the orders to play them, on their way between the control thread and a shard.
 *
 * An order keeps its sounds alive. The control thread makes it, the shard plays it and returns it
 * through a ring, and the control thread lets it go: so the shard takes and frees no memory, and
 * nobody shares a counter.
 */

#include "bot/base/ring.h"
#include "media/codec/codec.h"

#include <stdatomic.h>
#include <stdbool.h>

struct track;

struct sound {
	struct pcm pcm; /* never changed; n_samples at least 1 */
	uint32_t id;
	unsigned refs;           /* control thread: the id's, those of orders and of pressings */
	bool is_pressed[CODECS]; /* control thread: or about to be, or cannot be */
	_Atomic(struct track *) track[CODECS]; /* NULL: not there yet */
};

static inline const struct track *sound_track(const struct sound *s, const struct codec *codec)
{
	return atomic_load_explicit(&s->track[codec_number(codec)], memory_order_acquire);
}

struct order {
	uint64_t cookie;
	bool is_hold;
	uint64_t period_frames; /* of a hold */
	struct sound *music;    /* of a hold; NULL: none */
	unsigned users;         /* shard: voices and the player that hold on to it */
	size_t n;
	struct sound *speech[]; /* one after another */
};

enum returned_kind { RETURNED_ORDER, RETURNED_LINE };

struct returned {
	enum returned_kind kind;
	void *what; /* struct order or struct line */
};

/* For the shard. The ring has room for everything that can be under way. */
static inline void order_use(struct order *o)
{
	o->users++;
}

void order_drop(struct order *o, struct ring *returns);

#endif
