#ifndef BOT_CORE_TOUCH_H
#define BOT_CORE_TOUCH_H

/*
 * What a step may have changed, for those who tell others: noted where it happens, so that nobody
 * looks through all there is. More than what changed is harmless; less is not. Nothing is decided
 * by it.
 */

#include "bot/core/state.h"

/* A new step: nothing is touched. */
void touch_begin(struct centre *c);
void touch_contact(struct centre *c, struct contact *k);
void touch_agent(struct centre *c, uint32_t agent);
void touch_queue(struct centre *c, uint32_t queue);

#endif
