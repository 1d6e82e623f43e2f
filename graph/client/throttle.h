#ifndef GRAPH_CLIENT_THROTTLE_H
#define GRAPH_CLIENT_THROTTLE_H

/*
 * Inside graph/client: which groups of requests Graph has told to wait. Pure; time is an argument.
 *
 * Graph counts by application, tenant and workload, and counts throttled requests too: when two in
 * a row are told to wait, their whole group waits. One alone may have met a limit of its own, and
 * the others' calls go on. A group is a number that the caller chooses. Source: Graph's throttling
 * page.
 */

#include "bot/base/rng.h"

#include <stdbool.h>
#include <stddef.h>

/* Groups that rest at the same time. Where more do, the one that ends first is forgotten: its
 * requests meet a Retry-After of their own. */
enum { THROTTLES_MAX = 64 };

struct throttle {
	uint64_t group; /* 0: a free place */
	uint64_t until_ms;
	uint64_t held; /* since then: who comes back, and how many before */
};

struct throttles {
	struct throttle at[THROTTLES_MAX];
	uint64_t told[THROTTLES_MAX]; /* groups whose last answer told to wait; 0: a free place */
	size_t next_told;
};

/* An answer to the group's last request: did it tell to wait? true: so did the one before. */
bool throttle_twice(struct throttles *ts, uint64_t group, bool told);

/* Nothing of the group before until_ms. Group 0 is none. */
void throttle_note(struct throttles *ts, uint64_t group, uint64_t until_ms, uint64_t now_ms);
/* When the group may go on; 0: now. */
uint64_t throttle_until_ms(struct throttles *ts, uint64_t group, uint64_t now_ms);
/* When one more that waits for it shall wake: the more of them, the wider apart, none before the
 * time, nor after latest_ms (which is not before it). 0: now. */
uint64_t throttle_hold_ms(
	struct throttles *ts, uint64_t group, uint64_t latest_ms, uint64_t now_ms, struct rng *rng);

#endif
