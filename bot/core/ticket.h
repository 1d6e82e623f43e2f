#ifndef BOT_CORE_TICKET_H
#define BOT_CORE_TICKET_H

/*
 * Places kept for callers whose line dropped while they waited: who comes to the same queue again
 * in time stands where she stood. The contact that dropped has its outcome already; what is kept is
 * the credit alone.
 *
 * plan.tickets_max at once, then the oldest is dropped; one for a caller and queue.
 */

#include "bot/core/plan.h"

#include "bot/base/guid.h"

struct centre;
struct contact;
struct text;

struct ticket {
	struct guid caller; /* keyed hash */
	uint64_t credit_ms, credit_seq, until_ms;
	uint32_t queue;
	uint32_t next_in_bucket;
	uint32_t older, newer; /* kept; free ones by `newer` */
};

struct tickets {
	struct ticket *ticket; /* [tickets_max + 1], from 1 */
	uint32_t *bucket;      /* [mask + 1] */
	uint32_t mask;
	uint32_t oldest, newest, free;
};

/* Storage is laid out and clear. */
void ticket_init(struct tickets *t, uint32_t tickets_max);
/* k, who waits, is gone: keep her place, if her queue does that and we know who she is. */
void ticket_keep(struct centre *c, const struct contact *k);
/* k comes to the queue: take the place kept for her there. false: none is. */
bool ticket_take(struct centre *c, struct contact *k, uint32_t queue);
/* Those of another centre, oldest first; queue: the same queue's handle here, 0: gone. */
void ticket_move(struct centre *c, const struct ticket *from, uint32_t queue);

#endif
