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

/* k has become ready (or not: nothing happens): the queue's strategy picks; or whom she knows. */
void offer_contact(struct centre *c, struct contact *k);
/* The agent has become free (or is not, or 0): who is first over all her queues, each with its head
 * start. */
void offer_agent(struct centre *c, uint32_t agent);
/* That caller, and the agent's place in the queue; NULL: nobody. Nothing is done. */
struct contact *offer_first(struct centre *c, uint32_t agent, struct serving **in);
/* In order. */
void offer_freed(struct centre *c, const struct freed *f);
/* k and agents are free again at once. */
void offer_all(struct centre *c, struct contact *k, const struct freed *f);
/* Whoever became idle in this step, and nobody offered anything yet. */
void offer_loose(struct centre *c);
/*
 * k to the agent, who is free, now: picked by herself or assigned, whatever the strategy, her
 * classes, a pause or her presence. Who rings for k already is withdrawn. Refused where k does not
 * wait, or is on the way to somebody; where the agent does not serve the queue, or is not free.
 */
enum refusal offer_pick(struct centre *c, struct contact *k, uint32_t agent);
/* The agent's presence became another; one that makes her available brings an offer at once. */
void offer_presence(struct centre *c, const struct event *ev);

#endif
