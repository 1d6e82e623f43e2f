#ifndef BOT_CORE_CHECK_H
#define BOT_CORE_CHECK_H

/*
 * What is asserted at every step, as it is cheap: a centre that contradicts itself must not go on.
 *
 * A contact in progress has somebody whose turn it is to do something about it (the flow, a queue,
 * an agent, or we who hang up), and a deadline at which that one is done without; so that a stuck
 * call is impossible, and nobody has to look for stuck ones.
 */

#include "bot/core/state.h"

/* number: need not be in progress. */
void check_contact(const struct centre *c, uint32_t number);
void check_ledger(const struct centre *c);

#endif
