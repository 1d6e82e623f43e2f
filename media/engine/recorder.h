#ifndef MEDIA_ENGINE_RECORDER_H
#define MEDIA_ENGINE_RECORDER_H

/*
 * The thread that writes recordings and presses tracks, one for the engine: both take time, and the
 * 20 ms clock may not wait.
 */

#include "media/engine/recording.h"
#include "media/engine/track.h"

#include <pthread.h>

struct recorder {
	struct ring inbox; /* struct recording *: control to recorder */
	struct ring done;  /* struct recording *: back */
	int wake_fd;       /* the engine's; borrowed */
	struct presser *presser;
	struct recording *first;
	pthread_t thread;
	bool has_thread;
	_Atomic bool stops;
};

/* wake_fd and presser are borrowed. E_SYSTEM: no memory, no thread. recorder_fini also after a
 * failure. */
enum err recorder_init(struct recorder *r, unsigned recordings_max, int wake_fd,
	struct presser *presser, bool has_thread, struct why *why) MUST_CHECK;
/* Everything that came is written; the shards have stopped. */
void recorder_fini(struct recorder *r);

/* What the thread does ten times a second, or at once again where it returns true: more of a sound
 * may wait to be pressed. All that was recorded is written before each piece of that. */
bool recorder_turn(struct recorder *r);

#endif
