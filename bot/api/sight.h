#ifndef BOT_API_SIGHT_H
#define BOT_API_SIGHT_H

/*
 * Who sees what: one rule for the view and for every event.
 *
 * A noun has an audience, a person is a viewer. Tenants never see each other. An agent sees the
 * queues she serves whole, those who serve them too and those who wait in them in short, and
 * whatever she is engaged by whole; a supervisor sees her queues and all that is in them whole; an
 * admin all of the tenant; an app its queues alone. Pure; any thread.
 */

#include "bot/api/route.h"
#include "bot/base/guid.h"
#include "bot/core/plan.h"

#include <stdbool.h>

enum { QUEUE_WORDS = (PLAN_QUEUES_MAX + 63) / 64, AUDIENCE_AGENTS = 16 };

/* A set of queues, as bits by index. */
struct queue_set {
	uint64_t word[QUEUE_WORDS];
};
static inline void queue_set_add(struct queue_set *s, uint32_t queue)
{
	s->word[queue / 64] |= (uint64_t)1 << queue % 64;
}
static inline bool queue_set_has(const struct queue_set *s, uint32_t queue)
{
	return s->word[queue / 64] >> queue % 64 & 1;
}

struct viewer {
	enum api_role role;
	struct guid tenant;
	uint16_t agent; /* index + 1; 0: none */
	bool all;       /* every queue of the tenant, and who is in none */
	struct queue_set queues;
};

struct audience {
	struct guid tenant;
	uint16_t queue;    /* index + 1: seen by who sees that one; 0: by who sees all */
	bool in_short;     /* also by its agents, in short */
	bool is_queue;     /* it is that queue, and has no secrets from its agents and apps */
	uint16_t of_agent; /* index + 1: it is an agent, seen by who sees a queue of hers */
	uint16_t agent[AUDIENCE_AGENTS]; /* index + 1: whom it concerns; 0 ends */
};

enum sight { UNSEEN, IN_SHORT, WHOLE };

/* served: by agent index, the queues she serves. */
enum sight sight_of(
	const struct viewer *v, const struct audience *a, const struct queue_set *served);

#endif
