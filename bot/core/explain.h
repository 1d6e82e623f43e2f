#ifndef BOT_CORE_EXPLAIN_H
#define BOT_CORE_EXPLAIN_H

/*
 * Why an agent has not the caller who waits: the first rule, in the order in which the centre asks
 * them, that keeps the two apart at this moment. For people; nothing is decided by it.
 */

#include "bot/core/centre.h"

/* The text is for tests and logs; whoever tells people has names to put in. */
#define WHY_NOT_LIST(X)                                                                       \
	X(WHY_NO_CONTACT, "no such contact in progress")                                      \
	X(WHY_NOT_WAITING, "the caller does not wait") /* number: enum contact_phase */       \
	X(WHY_OFFERED, "she is offered the caller")                                           \
	X(WHY_NOT_MEMBER, "not a member of the queue")                                        \
	X(WHY_SIGNED_OUT, "not signed in to the queue")                                       \
	X(WHY_PAUSED, "paused")                            /* number: the reason */           \
	X(WHY_PRESENCE, "presence not one of the queue's") /* number: enum presence_class */  \
	X(WHY_RINGING, "rings for another contact")        /* number: that contact */         \
	X(WHY_TALKING, "busy with another contact")        /* number: that contact */         \
	X(WHY_WRAP_UP, "wrap-up")                          /* until_ms */                     \
	X(WHY_BACK_OFF, "back-off after an offer she did not take") /* until_ms */            \
	X(WHY_CLASS, "may not serve callers of the class")          /* number: the class */   \
	X(WHY_BY_HAND, "agents pick in this queue")                                           \
	X(WHY_STICKY, "the caller waits for whom she knows")      /* number: agent index + 1; \
								     until_ms */              \
	X(WHY_RESTS, "the caller rests after a ring that failed") /* until_ms */              \
	X(WHY_RINGS_ELSEWHERE, "another agent is offered the caller")                         \
	X(WHY_FREE, "free")
#define WHY_NOT_ENUM(name, text) name,
enum why_not { WHY_NOT_LIST(WHY_NOT_ENUM) WHY_NOTS };
#undef WHY_NOT_ENUM

struct explanation {
	enum why_not why;
	uint32_t number;
	uint64_t until_ms;
};

/* agent: index, below the plan's number. */
struct explanation centre_why(const struct centre *c, uint32_t contact, uint32_t agent);
const char *why_not_text(enum why_not why);

/* What a caller's rank is made of; less is first: credit - (normal - priority) * priority_ms, and
 * minus head_start_ms where agents choose among queues. */
struct rank_view {
	uint64_t credit_ms; /* since when she waits, by all that counts */
	uint8_t priority;
	uint32_t priority_ms, head_start_ms; /* of her queue */
	uint32_t queue;                      /* index + 1; 0: none */
	int64_t rank;                        /* all of it */
};
/* false: she is not in progress, or never was in a queue. */
bool centre_rank(const struct centre *c, uint32_t contact, struct rank_view *out);

#endif
