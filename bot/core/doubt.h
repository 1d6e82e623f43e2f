#ifndef BOT_CORE_DOUBT_H
#define BOT_CORE_DOUBT_H

/*
 * After a restart nobody knows which effects were carried out and what happened meanwhile:
 * ask Graph about every call, and go on from what it says. Deadlines stand.
 */

#include "bot/core/state.h"

void doubt_start(struct centre *c);
/* DUE_PROBE: ask (again), or give up. */
void doubt_due(struct centre *c, struct contact *k);
void doubt_present(struct centre *c, struct contact *k, enum call_presence presence);

#endif
