#ifndef MEDIA_ENGINE_PACE_H
#define MEDIA_ENGINE_PACE_H

/*
 * Which ticks to run when the clock wakes, perhaps late.
 *
 * Deadlines are absolute, so lateness does not add up. Up to three ticks that are due are run at
 * once; the others are given up and counted, never queued: a machine that was paused must be on
 * time again with the next tick, not after seconds of catching up.
 */

#include <stdint.h>

enum { PACE_AT_ONCE_MAX = 3 };

#define PACE_TICK_NS UINT64_C(20000000)

struct pace {
	uint64_t deadline_ns; /* of the next tick */
};

struct pace_due {
	unsigned run;     /* ticks to run now; 0: it is early */
	uint64_t lost;    /* ticks given up, before those that run */
	uint64_t late_ns; /* behind the first deadline */
};

struct pace_due pace_due(struct pace *p, uint64_t now_ns);

#endif
