#ifndef BOT_CORE_RING_OVER_H
#define BOT_CORE_RING_OVER_H

/* How a ring ends that led to no conversation, for ring.c. */

#include "bot/core/ring.h"

/* How a ring went that did not lead to a conversation. */
enum fate {
	/* The agent did not take it: back-off. */
	FATE_UNANSWERED,
	FATE_BUSY,
	FATE_REJECTED,
	FATE_UNREACHABLE,
	FATE_FAILED,  /* Graph did not do it: the contact rests */
	FATE_CRASHED, /* nobody knows, or nobody is to blame: as if it had not been */
};

/* Whether agents ring together. A call can be transferred to one only. */
bool ring_is_for_all(const struct centre *c, const struct contact *k);
/* One party's ring is not in force any more. */
void ring_over(struct centre *c, struct contact *k, struct party p, enum fate fate);
/* Nor anybody's. */
void ring_all_over(
	struct centre *c, struct contact *k, enum fate fate, bool withdraw, struct freed *f);
/* k, whom nobody rings for any more, waits, not yet ready. */
void ring_wait_again(struct centre *c, struct contact *k, enum fate fate);

#endif
