#ifndef BOT_CORE_ESTIMATE_H
#define BOT_CORE_ESTIMATE_H

/*
 * How long a caller will wait, and whether to say so.
 *
 * With N agents, mean time with a caller 1/mu and mean patience 1/theta, the caller at position p
 * advances with rate N*mu + k*theta from each position k, p to 1; so if she stays, she waits
 *
 *     sum over k = 1..p of 1 / (N*mu + k*theta)
 *
 * on average, exactly so where both times are memoryless, the line is first come, first served, and
 * the agents serve no other (M/M/N+M). Half of all callers wait longer than that, so what is
 * promised is the time that four in five keep within.
 *
 * Where the world is not like that, the estimate is wrong; so it is compared with what became of
 * it, for everybody who was served or waited longer in vain, and while fewer or more than it
 * claims kept within it, nothing is said.
 */

#include <stdbool.h>
#include <stdint.h>

struct centre;
struct contact;

enum {
	ESTIMATE_MINUTES_MAX = 30, /* the longest that is promised */
	ESTIMATE_OVER = 255,       /* more than that */
};

struct rates {
	uint32_t n_agents;    /* N; 0: nobody knows */
	uint32_t service_ms;  /* 1/mu */
	uint64_t patience_ms; /* 1/theta; 0: nobody leaves */
};

/* A sum that forgets, and how many are in it, both in 1/256. */
struct fading {
	uint64_t sum;
	uint64_t n;
};

/* What a queue has learnt. */
struct learnt {
	struct fading service; /* ms of talk and wrap-up */
	struct fading ring;    /* ms from the offer to the conversation */
	struct fading waited;  /* ms; n: those who left the line before it was their turn */
	struct fading kept;    /* promises, told or not: 1 where it took no longer */
	uint16_t n_services, n_promises; /* up to enough */
};

/* Of who stands at a position, from 1; any number, in O(log position). */
uint64_t estimate_mean_ms(struct rates r, uint32_t position);
/* Four in five wait no longer. */
uint64_t estimate_most_ms(struct rates r, uint32_t position);
/* As it is spoken: the next of 1, 2, 3, 5, 10, 15, 20, 30; else ESTIMATE_OVER. */
uint32_t estimate_rounded(uint64_t ms);

/* Of the queue, as it stands. 0: not known. */
uint64_t estimate_ms(const struct centre *c, uint32_t queue, uint32_t position);
/* The same in minutes to be spoken; 0: to be silent. */
uint32_t estimate_minutes(const struct centre *c, uint32_t queue, uint32_t position);

/* k begins to wait, as nobody is free: what is thought now will be held against what comes. */
void estimate_promise(const struct centre *c, struct contact *k);
/* k has met an agent, who was offered her ring_ms ago. */
void estimate_met(struct centre *c, struct contact *k, uint64_t ring_ms);
/* k leaves the line without; abandoned: of her own will. */
void estimate_left(struct centre *c, struct contact *k, bool abandoned);
/* An agent was with a caller of the queue for so long, wrap-up included. */
void estimate_served(struct centre *c, uint32_t queue, uint64_t ms);

#endif
