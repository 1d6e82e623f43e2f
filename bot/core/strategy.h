#ifndef BOT_CORE_STRATEGY_H
#define BOT_CORE_STRATEGY_H

/*
 * Which of the free agents is offered the caller.
 *
 * A strategy compares candidates and sees no table, so how they are found may change
 * without it. The order must be total for candidates of one queue, or two replays would differ.
 */

#include <stdbool.h>
#include <stdint.h>

struct candidate {
	uint64_t idle_seq; /* lower: free for longer; no two agents share one */
	uint32_t rank;     /* place among the queue's members; no two share one */
};

/* Whose turn it is in a queue. */
struct turn {
	uint32_t next_rank; /* the member behind the one offered last */
	uint32_t n_members;
};

struct strategy {
	const char *name;
	bool all; /* as many as may, at once */
	/* Whether a is offered the caller rather than b. */
	bool (*before)(const struct candidate *a, const struct candidate *b, struct turn turn);
};

/* NULL: there is none of this name, or of this number. Numbers are plan_queue's. */
const struct strategy *strategy_named(const char *name);
const struct strategy *strategy_at(uint32_t number);
uint32_t strategy_number(const struct strategy *s);

#endif
