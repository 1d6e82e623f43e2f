#ifndef BOT_CORE_QUEUE_H
#define BOT_CORE_QUEUE_H

/*
 * The waiting lines. Rank is (credit - priority, order of entering), and time does not change it.
 *
 * Who is ready is to be offered now: to the agents of her class; for a while, to nobody but the one
 * she knows; in a queue whose agents pick, to whoever does.
 */

#include "bot/core/state.h"

/* Enter a queue, or be let go because it is full or nobody serves it. */
void queue_enter(struct centre *c, struct contact *k, uint32_t queue);
/* Rank as from then, unless hers is better; before she is in line. */
void queue_credit(struct contact *k, uint64_t ms, uint64_t seq);
/* Leave line and ready; nothing where k is in neither. */
void queue_leave(struct centre *c, struct contact *k);
/* To be offered from now on, or not. */
void queue_ready(struct centre *c, struct contact *k);
void queue_unready(struct centre *c, struct contact *k);
bool queue_is_ready(const struct centre *c, const struct contact *k);
/* Put into the line by rank, not ready. */
void queue_put(struct centre *c, struct contact *k);
/* Her rank has changed. */
void queue_again(struct centre *c, struct contact *k);
/* 1 very high .. 5 very low, from now on. */
void queue_priority(struct centre *c, struct contact *k, uint32_t priority);
/* Rank of a slot in the queue's line in comparison with those of other queues. */
int64_t queue_key(const struct centre *c, uint32_t queue, uint32_t slot);
/* The bit that an agent's queue has among those who wait for her as they know her. */
uint64_t queue_fan_bit(const struct centre *c, uint32_t agent, const struct serving *s);

/* Which of the queue's callers k is, by what she needs and has waited. */
void queue_classify(const struct centre *c, struct contact *k);
/* DUE_MATCH: when that changes, or she waits for whom she knows no longer. */
void queue_match_arm(struct centre *c, struct contact *k);
void queue_match_due(struct centre *c, struct contact *k);

/* k is over: the facts of its last queue. */
void queue_count(struct centre *c, const struct contact *k);
/* Who stands first in line, and next behind k; NULL: nobody. */
struct contact *queue_first(const struct centre *c, uint32_t queue);
struct contact *queue_after(const struct centre *c, const struct contact *k);
/* Whether k stands in line. */
bool queue_has(const struct centre *c, const struct contact *k);
/* From 1; 0: not in line. */
uint32_t queue_position(const struct centre *c, const struct contact *k);

/* One round of waiting begins: what there is to say, and music. */
void queue_hold(struct centre *c, struct contact *k);
/* The same after a prompt. */
void queue_hold_after(struct centre *c, struct contact *k, uint32_t prompt);
/* The round has ended: the next one begins, but not sooner than rounds may. */
void queue_hold_ended(struct centre *c, struct contact *k);
/* Since this round of waiting began. */
static inline uint32_t hold_lasted_ms(const struct centre *c, const struct contact *k)
{
	return (uint32_t)c->now_ms - k->hold_ms;
}
/* Whether k must leave: the queue's limit of waiting has passed, or nobody serves it; arms DUE_WAIT
 * where she may stay. */
bool queue_waited_out(struct centre *c, struct contact *k);
/* She leaves, and hears why. */
void queue_time_out(struct centre *c, struct contact *k);

#endif
