#ifndef BOT_CORE_TAPE_H
#define BOT_CORE_TAPE_H

/* Which conversations are recorded: those of queues that record, with callers who agree. */

#include "bot/core/state.h"

/* At the end of each step of k: recording begins, moves to another agent, or ends, as things stand
 * now. */
void tape_follow(struct centre *c, struct contact *k);

#endif
