#ifndef GRAPH_CLIENT_TIMERS_H
#define GRAPH_CLIENT_TIMERS_H

/* Inside graph/client: exchanges by wake_ms, the earliest first. A heap of fixed size. */

#include "graph/client/exchange.h"

struct timers {
	struct exchange **at;
	size_t n, size;
};

/* E_SYSTEM: no memory. */
enum err timers_init(struct timers *t, size_t size) MUST_CHECK;
void timers_fini(struct timers *t);
/* x is not in it; there is room, for no more exchanges exist than size. */
void timers_add(struct timers *t, struct exchange *x);
/* Does nothing when x is not in it. */
void timers_remove(struct timers *t, struct exchange *x);
/* NULL: empty. */
struct exchange *timers_first(const struct timers *t);

#endif
