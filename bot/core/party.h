#ifndef BOT_CORE_PARTY_H
#define BOT_CORE_PARTY_H

/*
 * The agents whom a contact engages: those who ring for the caller, the one who talks, whom she
 * asks, who listens. An agent is engaged by one contact at most, so the list runs through the
 * agents themselves, in order of coming in. At most PARTIES_MAX.
 */

#include "bot/core/state.h"

struct party {
	uint32_t agent; /* 0: a new plan has lost the agent */
	uint32_t attempt;
};

/* Engage an agent who is not engaged. Her phase is agent.h's affair. */
void party_add(struct centre *c, struct contact *k, struct party p, enum role role);
/* The agent is engaged no more. */
void party_remove(struct centre *c, struct contact *k, uint32_t agent);
/* false: the attempt is not one of those in force. */
bool party_find(
	const struct centre *c, const struct contact *k, uint32_t attempt, struct party *out);
/* Who has the caller, or rings first; attempt 0: nobody. */
struct party party_lead(const struct contact *k);
uint32_t party_count(const struct centre *c, const struct contact *k);
/* An effect about the party, in the contact's queue. */
struct effect *party_emit(
	struct centre *c, enum effect_kind kind, const struct contact *k, struct party p);

#endif
