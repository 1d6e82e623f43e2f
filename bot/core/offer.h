#ifndef BOT_CORE_OFFER_H
#define BOT_CORE_OFFER_H

/*
 * Callers meet agents: who is offered to whom.
 *
 * After each step no caller is ready in a queue with a free and available member. So a caller who
 * becomes ready is the only one to match, an agent who becomes free likewise, and nobody ever scans
 * the rest.
 */

#include "bot/core/state.h"

/* Agents who may have become free in the middle of something, and are offered a caller when it is
 * settled. */
struct freed {
	uint32_t agent[PARTIES_MAX];
	uint32_t n;
};

/* agent 0: nothing. */
void freed_add(struct freed *f, uint32_t agent);

/* k has become ready (or not: nothing happens): the queue's strategy picks. */
void offer_contact(struct centre *c, struct contact *k);
/* The agent has become free (or is not, or 0): who has waited longest over all its queues. */
void offer_agent(struct centre *c, uint32_t agent);
/* In order. */
void offer_freed(struct centre *c, const struct freed *f);
/* k and agents are free again at once. */
void offer_all(struct centre *c, struct contact *k, const struct freed *f);
/* The agent's presence became another; one that makes her available brings an offer at once. */
void offer_presence(struct centre *c, const struct event *ev);

#endif
