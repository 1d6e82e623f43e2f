#ifndef BOT_CORE_PLACES_H
#define BOT_CORE_PLACES_H

/*
 * Of a queue whose order is that of becoming idle: who becomes so takes the next slot of her tier,
 * and keeps it until she becomes so anew, whether she may be offered a caller or not. Slots given
 * up are swept up a few at a time, so that no step pays for all of them.
 */

#include "bot/core/state.h"

enum { PLACES_A_MEMBER = 4 };

/* The place of the agent's present idle_seq is hers. */
void places_take(struct centre *c, uint32_t agent, struct serving *s);

#endif
