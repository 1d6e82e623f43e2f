#ifndef MEDIA_ENGINE_GATE_H
#define MEDIA_ENGINE_GATE_H

/*
 * Whether what a leg says is worth decoding and hearing: open while somebody speaks and a little
 * after, shut in silence.
 *
 * Some packets tell themselves (media/codec/codec.h); of others only their sound does. A voice
 * opens it at once. What a sender's detector takes for no voice may still be loud, a street or
 * music: then it stays open, and when it is shut a packet is listened to now and then. Pure.
 */

#include "media/codec/codec.h"

#include <stdbool.h>

enum {
	GATE_HANG_FRAMES = 10,  /* of silence, then it shuts */
	GATE_LOOK_FRAMES = 256, /* shut for so long, a frame is listened to */
	GATE_PEAK = CODEC_HUSH,
	GATE_PEAK_NO_VOICE = 512 /* the same where the sender heard no voice */
};

struct gate {
	unsigned quiet; /* frames in a row */
	bool is_open;
};

/* What comes next is listened to, because somebody begins to, or there was a pause; when that is no
 * voice, it is enough. */
static inline void gate_open(struct gate *g)
{
	*g = (struct gate){ .is_open = true, .quiet = GATE_HANG_FRAMES - 1 };
}

/* Is this packet to be decoded? */
bool gate_wants(struct gate *g, enum codec_activity activity);

/* It was, and this is the loudest of its samples. */
void gate_heard(struct gate *g, enum codec_activity activity, int peak);

#endif
