#ifndef MEDIA_ENGINE_BEEP_H
#define MEDIA_ENGINE_BEEP_H

/*
 * The tone that says a conversation is recorded: 1400 Hz, 0.4 s, which both ends hear and the
 * recording holds. It peaks at -20 dBFS, beside speech and not over it.
 *
 * Source: 47 CFR 64.501 of old (a beep of 1400 Hz every 12 to 15 seconds), and what recorders do.
 */

#include "media/dsp/mix.h"

#include <stdint.h>

enum { BEEP_HZ = 1400, BEEP_FRAMES = 20 };

/* Add the frame of it that so many are left of, itself among them: 1 to BEEP_FRAMES. */
void beep_add(struct mix *m, unsigned left);
/* Its part of a key (media/engine/stream.h); 0: none is left. */
uint64_t beep_key(unsigned left);

#endif
