#ifndef BOT_CORE_POOL_H
#define BOT_CORE_POOL_H

/*
 * Of each queue, the members who may be offered a caller now, in the order of its strategy, and by
 * the classes of callers they may serve.
 *
 * Where the order is that of the configuration a member has a slot for good, and the row of masks
 * over slots says who is there; where it is a key, they are an ordered set. Which of the two
 * follows from the strategy's order, and nobody outside knows.
 */

#include "bot/core/state.h"

/* So many slots the pool of a queue has. */
uint32_t pool_slots(const struct plan_queue *q);
/* Lay the members of all queues out by tier; servings are filled in, and nobody is there. */
void pool_init(struct centre *c);
/* s comes in or goes soon: memory is slow, and an agent has many queues. */
void pool_expect(const struct centre *c, const struct serving *s);
/* s, of the agent, comes in or goes. */
void pool_add(struct centre *c, uint32_t agent, struct serving *s);
void pool_remove(struct centre *c, struct serving *s);
/* Where becoming idle decides, the place of her idle_seq is hers from now on. */
void pool_place(struct centre *c, uint32_t agent, struct serving *s);
/* Whom a caller of the class is offered to: her place in the queue; NULL: nobody is there. */
struct serving *pool_first(const struct centre *c, uint32_t queue, uint32_t class);
/* What decides about her there, for the dump; 0: only her place in the configuration. */
int64_t pool_key(const struct centre *c, const struct serving *s);
/* She is offered one, still being there: it is the next one's turn. */
void pool_turn(struct centre *c, struct serving *s);

#endif
