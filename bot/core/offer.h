#ifndef BOT_CORE_OFFER_H
#define BOT_CORE_OFFER_H

/*
 * Callers meet agents: matching, ringing, and how a ring ends.
 *
 * After each step no caller is ready in a queue with a free and available member. So a caller who
 * becomes ready is the only one to match, an agent who becomes free likewise, and nobody ever scans
 * the rest.
 */

#include "bot/core/state.h"

/* k has become ready (or not: nothing happens): the queue's strategy picks. */
void offer_contact(struct centre *c, struct contact *k);
/* The agent has become free (or is not, or 0): who has waited longest over all its queues. */
void offer_agent(struct centre *c, uint32_t agent);

/* Take k from its queue and its agent, whatever it was doing: a ring is withdrawn, a talking agent
 * let go and wrapping up. Returns the agent for offer_agent once k is settled; 0: none. */
uint32_t offer_detach(struct centre *c, struct contact *k);

/* Say (again) that the caller and the agent of the ring hear each other. */
void offer_connect(struct centre *c, struct contact *k);
/* The agent who was asked may be rung. */
void offer_accepted(struct centre *c, struct contact *k);
void offer_answered(struct centre *c, struct contact *k);
void offer_failed(struct centre *c, struct contact *k, enum ring_end end);
void offer_left(struct centre *c, struct contact *k);
void offer_handed_over(struct centre *c, struct contact *k);
/* FX_RING itself failed. */
void offer_effect_failed(struct centre *c, struct contact *k, enum effect_end end);
/* DUE_RING: the ring has lasted too long, or the rest after a failed one is over. */
void offer_due(struct centre *c, struct contact *k);
/* The agent's presence became another; one that makes her available brings an offer at once. */
void offer_presence(struct centre *c, const struct event *ev);
/* An agent answered a ring that is no longer in force. */
void offer_too_late(struct centre *c, const struct event *ev);

#endif
