#ifndef BOT_CORE_STAFF_H
#define BOT_CORE_STAFF_H

/*
 * Whether a queue is served: how many of its members are signed in, active and present, counted
 * as they change, so that nobody ever looks through them.
 */

#include "bot/core/state.h"

/* Around each change of what an agent is signed in to, her pause and her presence. */
void staff_out(struct centre *c, uint32_t agent);
void staff_in(struct centre *c, uint32_t agent);
/* All of them anew, for a centre just laid out. */
void staff_count(struct centre *c);

/* Whether as many serve the queue as `needs` (enum staffing) asks for. */
bool staff_suffices(const struct centre *c, uint32_t queue, uint8_t needs);
/* The queue's timer: somebody waits where stay_needs is not met, and leaves; one at a time. */
void staff_due(struct centre *c, uint32_t queue);

#endif
