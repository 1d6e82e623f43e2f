#ifndef BOT_CORE_RING_H
#define BOT_CORE_RING_H

/*
 * How an offer goes: asking, ringing, answered or not, and the conversation's end.
 *
 * Several may ring for one caller. The first to answer has her, the others are withdrawn in the
 * same step; one who fails leaves the others ringing. A party is one whom party_find found.
 */

#include "bot/core/offer.h"
#include "bot/core/party.h"

/* How many agents are offered k at once. */
uint32_t ring_at_once(const struct centre *c, const struct contact *k);
/* One more agent, idle, is offered k, whose phase is PHASE_RINGING. */
void ring_begin(struct centre *c, struct contact *k, uint32_t agent);

/* Take k from its queue and its agents, whatever it was doing: rings are withdrawn, a talking agent
 * let go and wrapping up. Offer f once k is settled. */
void ring_detach(struct centre *c, struct contact *k, struct freed *f);

/* Whoever rings for k is let go without blame, and k waits again, not yet ready. */
void ring_undo(struct centre *c, struct contact *k, struct freed *f);
/* The caller is there for whom an agent was reserved, who is rung now. */
void ring_reserved(struct centre *c, struct contact *k);

/* Say (again) that the caller and the agent of the ring hear each other. */
void ring_connect(struct centre *c, struct contact *k);
/* The agent who was asked may be rung. */
void ring_accepted(struct centre *c, struct contact *k, struct party p);
void ring_answered(struct centre *c, struct contact *k, struct party p);
void ring_failed(struct centre *c, struct contact *k, struct party p, enum ring_end end);
void ring_left(struct centre *c, struct contact *k, struct party p);
void ring_handed_over(struct centre *c, struct contact *k, struct party p);
/* FX_RING itself failed. */
void ring_effect_failed(struct centre *c, struct contact *k, struct party p, enum effect_end end);
/* DUE_RING: the ring has lasted too long, or the rest after a failed one is over. */
void ring_due(struct centre *c, struct contact *k);
/* The agent is not there for the queue any more: an offer that rings at hers is withdrawn, and
 * nobody blamed. A transfer in flight is not. */
void ring_take_back(struct centre *c, uint32_t agent);
/* An agent answered a ring that is no longer in force. */
void ring_too_late(struct centre *c, const struct event *ev);

#endif
