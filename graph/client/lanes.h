#ifndef GRAPH_CLIENT_LANES_H
#define GRAPH_CLIENT_LANES_H

/*
 * Inside graph/client: who may go, and who waits behind whom. A lane exists while it has
 * an exchange. Lane 0 is none: there everybody goes at once. The client's thread only.
 */

#include "graph/client/exchange.h"

enum { LANE_BUCKETS = 512 };

struct lane {
	struct lane *next; /* of its bucket */
	uint64_t id;
	struct exchange *active;
	struct exchange *first, *last; /* those that wait */
};

struct lanes {
	struct lane *bucket[LANE_BUCKETS];
};

/* true: it may go now. false: it waits; or there is no memory for a lane, told by *e. */
bool lanes_enter(struct lanes *l, struct exchange *x, enum err *e);
/* The active one of its lane is over: the next that may go, or NULL. */
struct exchange *lanes_leave(struct lanes *l, struct exchange *x);
/* Takes one that waits out of its lane. */
void lanes_remove(struct lanes *l, struct exchange *x);
/* Takes all that wait out of a lane: a list linked by next. */
struct exchange *lanes_drop(struct lanes *l, uint64_t id);
/* The active one of a lane, or NULL. */
struct exchange *lanes_active(struct lanes *l, uint64_t id);

/* Frees the lanes, not the exchanges in them. */
void lanes_fini(struct lanes *l);

#endif
