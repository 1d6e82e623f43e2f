#ifndef BOT_CORE_STRATEGY_H
#define BOT_CORE_STRATEGY_H

/*
 * Which of the free agents is offered the caller.
 *
 * A strategy says its order and sees no table, so how candidates are found may change without it.
 * Lower tiers come first whatever the strategy; within a tier its order decides, and between
 * equals who has been free for longer. So the order is total, and two replays agree.
 */

#include <stdbool.h>
#include <stdint.h>

enum order {
	ORDER_RANK, /* as the configuration lists the members */
	ORDER_TURN, /* the same, beginning behind the one offered last */
	ORDER_IDLE, /* who became free first */
	ORDER_KEY,  /* by key */
};

/* A member, the moment she becomes free. */
struct candidate {
	uint64_t idle_seq;    /* another one each time she becomes free; of no two agents */
	uint64_t offered_key; /* the highest key that the queue has offered a caller to */
	uint64_t talk_ms;     /* since she signed in: spent with callers, */
	uint32_t n_handled;   /* and how many they were */
	uint32_t n_classes;   /* of the queue's callers that she may serve */
	uint32_t queue;       /* key of the configuration; so that queues differ by chance */
	uint8_t weight;       /* from 1 */
};

struct strategy {
	const char *name;
	bool all; /* as many as may, at once */
	enum order order;
	/* ORDER_KEY: lower ones first, below CANDIDATE_KEYS. It stays as long as she is free. */
	uint64_t (*key)(const struct candidate *it);
};
#define CANDIDATE_KEYS ((uint64_t)1 << 60)

/* NULL: there is none of this name, or of this number. Numbers are plan_queue's. */
const struct strategy *strategy_named(const char *name);
const struct strategy *strategy_at(uint32_t number);
uint32_t strategy_number(const struct strategy *s);

#endif
