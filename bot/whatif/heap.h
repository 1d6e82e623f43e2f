#ifndef BOT_WHATIF_HEAP_H
#define BOT_WHATIF_HEAP_H

/* What is to happen, by time, and in order of planning where times are the same. */

#include "bot/core/event.h"

#include <stddef.h>

enum planned_kind {
	PLANNED_EVENT,   /* as it stands */
	PLANNED_LEAVE,   /* the caller gives up, if she still waits */
	PLANNED_GONE,    /* the caller leaves the flow, if she is still in it */
	PLANNED_OVER,    /* the conversation ends */
	PLANNED_WRAPPED, /* the agent ends her wrap-up, if it is still that one */
};

struct planned {
	uint64_t at_ms, seq;
	enum planned_kind kind;
	uint64_t since_ms; /* of that wrap-up */
	struct event ev;
};

struct heap {
	struct planned *item;
	size_t n, room;
	uint64_t seq;
};

/* Aborts without memory. */
void heap_put(struct heap *h, struct planned it);
/* n must be above 0. */
struct planned heap_take(struct heap *h);

#endif
