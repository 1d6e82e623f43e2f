#ifndef MEDIA_ENGINE_KEYS_H
#define MEDIA_ENGINE_KEYS_H

/*
 * Key presses of a leg that knows no telephone-event: heard in its sound, and taken out of it.
 *
 * spandsp's receiver finds them (ITU-T Q.23, Q.24) after 25 to 38 ms of a tone, so the sound is
 * held back by two frames: when a press is known, all of it is still here and nobody hears or
 * records it, since it may be a card's number. Only what the leg says is looked at, never what it
 * hears.
 *
 * Made and freed on the control thread; used by the leg's shard, without memory.
 */

#include "media/dsp/pcm.h"

#include <stdbool.h>

enum { KEYS_HELD = 2 }; /* frames */

struct pressed;

/* NULL: no memory. */
struct pressed *pressed_new(void);
/* NULL is fine. */
void pressed_free(struct pressed *k);

/*
 * The next frame in, the one of KEYS_HELD frames ago out, silent while a key is pressed.
 *
 *   is_made_up  it came from no packet: a press that was going on goes on
 *
 * Returns the key whose press became known, 0: none.
 */
char pressed_frame(struct pressed *k, int16_t frame[PCM_FRAME], bool is_made_up);

#endif
