#ifndef MEDIA_ENGINE_TRACK_H
#define MEDIA_ENGINE_TRACK_H

/*
 * A sound in packets: its frames in one codec, encoded once for all who will ever hear it.
 *
 * A track is made outside the 20 ms clock, on the thread that writes recordings, when a sound is
 * first to be played to a leg of that codec; until it is there, shards encode as they go. It is
 * never changed afterwards and lives as long as the sound.
 *
 * A frame is good behind the frame before it. The first one stands there twice: behind silence,
 * and at last once more behind the last one, for music that goes round.
 */

#include "bot/base/ring.h"
#include "media/codec/codec.h"
#include "media/engine/sound.h"

#define TRACK_NONE SIZE_MAX

enum { TRACK_FRAMES_MAX = 180000 }; /* an hour; longer sounds are encoded as they are played */

struct track {
	size_t n; /* frames of the sound; the last one padded */
	const uint8_t *payload;
	uint32_t at[]; /* n + 2 of them: where each frame begins, and the end */
};

/* NULL is fine. */
void track_free(struct track *t);

/* Frame 0 to n. */
static inline const uint8_t *track_payload(const struct track *t, size_t frame, size_t *bytes)
{
	*bytes = t->at[frame + 1] - t->at[frame];
	return t->payload + t->at[frame];
}

/* A sound to be pressed. The sound outlives it. */
struct pressing {
	struct sound *sound;
	const struct codec *codec;
};

/* One under way: so many frames of it are encoded. */
struct press {
	struct pressing job; /* its sound NULL: none is */
	struct track *track;
	uint8_t *payload;
	void *encoder;
	size_t at;
};

struct presser {
	struct ring inbox; /* struct pressing: control to pressing thread */
	struct ring done;  /* struct pressing: back */
	struct press now;  /* the pressing thread's */
};

enum { PRESS_FRAMES = 500 /* of a turn: ten seconds of sound, far less to encode */ };

/* So many at once. E_SYSTEM: no memory. presser_fini also after a failure. */
enum err presser_init(struct presser *p, uint32_t pressings_max) MUST_CHECK;
void presser_fini(struct presser *p);
/* Press a piece of what waits: the thread has other things to do. false: nothing did. */
bool presser_turn(struct presser *p);
/* The thread has ended: what was not pressed comes back, until false. */
bool presser_back(struct presser *p, struct pressing *out);

#endif
