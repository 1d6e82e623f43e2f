#ifndef BOT_HISTORY_ROWS_H
#define BOT_HISTORY_ROWS_H

/*
 * Rows of what happened. Times are milliseconds since the Unix epoch, 0: not yet, or never.
 * Agents, queues and entries are index + 1 in the plan in force when the row is told, 0: none.
 */

#include "bot/base/guid.h"
#include "bot/core/effect.h"

/* A contact; told when it comes, and again with all of it when it is over. */
struct contact_told {
	uint32_t contact;
	uint16_t entry;     /* index */
	struct guid caller; /* the journal's keyed hash; none: cannot be told from others */
	struct record record;
};

/* How a visit to a queue ended. */
#define VISIT_END_LIST(X)                                                       \
	X(VISIT_WAITS, "waiting")                                               \
	X(VISIT_ANSWERED, "handled")                                            \
	X(VISIT_ABANDONED, "abandoned")             /* hung up while waiting */ \
	X(VISIT_ABANDONED_SHORT, "abandoned_short") /* before short_abandon */  \
	X(VISIT_TIMEOUT, "timeout")                                             \
	X(VISIT_OVERFLOW, "overflow")                                           \
	X(VISIT_NO_AGENTS, "no_agents")                                         \
	X(VISIT_CLOSED, "closed")                                               \
	X(VISIT_KEY, "left_by_key")                                             \
	X(VISIT_MOVED, "moved") /* to another queue, by hand */                 \
	X(VISIT_RELEASED, "released")                                           \
	X(VISIT_MERGED, "merged") /* called in again, with that place */        \
	X(VISIT_FAILED, "failed")
#define VISIT_END_ENUM(name, text) name,
enum visit_end { VISIT_END_LIST(VISIT_END_ENUM) VISIT_ENDS };
#undef VISIT_END_ENUM
const char *visit_end_name(enum visit_end e);

/* From coming into a queue until leaving it, with the conversation that came of it. */
struct visit_told {
	uint32_t contact;
	uint16_t n; /* from 1 */
	uint16_t queue;
	uint16_t agent; /* who had the caller last */
	uint8_t end;    /* enum visit_end */
	bool within;    /* answered within the queue's service level, as it was then */
	bool kept;      /* a place kept for a call-back: a wait that was counted before */
	bool again;     /* sent on to an agent in vain: back in line, counted before */
	uint8_t n_transfers;
	uint64_t entered_ms;
	uint64_t left_ms;     /* the wait's end: answered, or gone; 0: waits */
	uint64_t talk_end_ms; /* of the conversation; 0: talks, or never did */
	uint64_t talk_ms;     /* connected, hold included; set with talk_end_ms */
};

/* What an agent does with her time. */
#define DUTY_LIST(X)                                   \
	X(DUTY_OUT, "signed_out")                      \
	X(DUTY_AVAILABLE, "available")                 \
	X(DUTY_PAUSED, "paused")                       \
	X(DUTY_RINGING, "ringing")                     \
	X(DUTY_TALKING, "talking") /* hold included */ \
	X(DUTY_WRAP_UP, "wrap_up")                     \
	X(DUTY_BACK_OFF, "back_off")                   \
	X(DUTY_SUPERVISING, "supervising") /* in others' conversations */
#define DUTY_ENUM(name, text) name,
enum duty_kind { DUTY_LIST(DUTY_ENUM) DUTIES };
#undef DUTY_ENUM
const char *duty_name(enum duty_kind d);

struct span_told {
	uint64_t span; /* its number, rising */
	uint16_t agent;
	uint8_t duty;     /* enum duty_kind; never DUTY_OUT */
	uint32_t contact; /* ringing, talking, wrap-up, supervising */
	uint16_t queue;   /* of that contact; 0: none, or not known any more */
	uint64_t from_ms;
	uint64_t to_ms; /* 0: goes on. Then told again with agent, contact and queue 0 */
};

#define MOMENT(name, text) MOMENT_##name,
enum moment_kind {
#include "bot/history/moments.def"
	MOMENTS
};
#undef MOMENT
const char *moment_name(enum moment_kind m);

/* A line of a contact's story. */
struct moment_told {
	uint32_t contact;
	uint64_t seq; /* position of its event in the journal */
	uint16_t n;   /* among the event's, from 0 */
	uint64_t at_ms;
	uint8_t kind; /* enum moment_kind */
	uint16_t agent, queue;
	int32_t value;
	struct guid by; /* a command's: who gave it; else none */
};

#endif
