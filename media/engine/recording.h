#ifndef MEDIA_ENGINE_RECORDING_H
#define MEDIA_ENGINE_RECORDING_H

/*
 * A conversation on its way to a file: the shard puts stereo frames into a ring, the recorder's
 * thread writes them. The shard never waits; what the writer is too slow for is lost and counted,
 * and silence stands in its place, so that both sides stay in step.
 *
 * Who owns what: the control thread makes it; the shard fills it until it says that it has ended;
 * then it is the recorder's until it is written, and the control thread's again.
 */

#include "bot/base/ring.h"
#include "media/dsp/pcm.h"

#include <stdatomic.h>
#include <stdbool.h>

struct line;

enum { RECORDING_FRAMES = 256 }; /* five seconds of a disk that does not answer */

struct stereo {
	uint32_t missed; /* frames before this one that found no room */
	int16_t at[2 * PCM_FRAME];
};

/* One kind of file: recording_NAME.c, a line in recordings.def. All on the recorder's thread. */
struct recording_kind {
	const char *name; /* its suffix, too */
	/* fd is the kind's from here on, also when it fails. NULL: errno says why. */
	void *(*open)(int fd);
	/* false: it cannot be written; errno says why. Nothing is written after that. */
	bool (*write)(void *file, const struct stereo *frame);
	/* Complete, or as complete as it can be; false as above. */
	bool (*close)(void *file);
};

#define RECORDING(id) extern const struct recording_kind recording_##id;
#include "media/engine/recordings.def"
#undef RECORDING

struct recording {
	uint32_t id, leg;
	uint64_t cookie;
	struct ring frames;      /* struct stereo */
	_Atomic bool has_ended;  /* said by the shard: no frame will follow */
	_Atomic bool has_failed; /* said by the recorder */

	/* The shard's. */
	struct line *side[2]; /* left and right; NULL: gone, silent */
	bool is_paused;
	uint32_t missed;
	uint32_t beep_every, beep_wait; /* frames between tones, 0: none; until the next one */
	unsigned beep;                  /* frames left of this one */

	/* The recorder's. */
	const struct recording_kind *kind;
	void *file; /* NULL: not open any more */
	int fd;     /* until it is open */
	int error;  /* errno of what failed */
	uint64_t n_frames;
	struct recording *next;
};

/* A shard's, all of which it owns. */
struct recordings {
	struct recording **at;
	size_t n, max;
};

void recordings_add(struct recordings *rs, struct recording *r);
/* Of one that has ended meanwhile nothing is known, and it may be freed: nothing happens. */
void recordings_pause(struct recordings *rs, const struct recording *r, bool is_paused);
void recordings_end(struct recordings *rs, const struct recording *r);
/* It is on its way out: its side is silent from now on; with both sides gone it ends. */
void recordings_forget(struct recordings *rs, const struct line *l);
/* The frame of this tick, of what the sides say. Those that cannot be written end. */
void recordings_frame(struct recordings *rs);

#endif
