#ifndef MEDIA_ENGINE_FEED_H
#define MEDIA_ENGINE_FEED_H

/*
 * Where what a leg is sent comes from, frame by frame, the cheapest first:
 *
 *   silence  the codec's stored packet
 *   passed   the packets of the one talker it hears, as they came (media/engine/pass.h)
 *   track    the frames of a sound, encoded beforehand
 *   stream   an encoder, shared with all who hear the same
 *
 * Between them nothing is heard: RTP's sequence and time go on in the leg, and a stream that takes
 * over in mid-sound was shown what was sent before (media/engine/stream.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line;
struct sound;
struct stream;
struct studio;

enum { FEED_BEFORE = 2 }; /* frames an encoder is shown before it begins */

enum feed_kind { FEED_SILENCE, FEED_PASSED, FEED_TRACK, FEED_STREAM };

struct feed {
	enum feed_kind kind;   /* of the frame sent last */
	uint64_t key;          /* of that frame; 0: silence */
	struct stream *stream; /* FEED_STREAM */
	struct line *talker;   /* who is passed on; NULL: nobody */
	bool is_spared;        /* he need not be decoded for this line, and counts it */
	struct line *was;      /* FEED_PASSED: who was, in the frame sent last */
	unsigned ahead;        /* ticks whose frames were sent already, in a longer packet */
	uint8_t last[2];       /* FEED_PASSED: how his last packet began */
	uint8_t last_bytes;

	/* That frame was this one of this sound and nothing else; NULL: it was not. */
	const struct sound *sound;
	size_t frame;
};

/* Everybody in its room said the frame, and mixer_room knows: send what this line hears of it. */
void feed_line(struct studio *st, struct line *l);

/* Ticks that are not run went by. */
void feed_lapse(struct line *l, uint64_t ticks);

/* The line is on its way out. */
void feed_end(struct studio *st, struct line *l);

#endif
