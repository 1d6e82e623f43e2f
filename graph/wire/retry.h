#ifndef GRAPH_WIRE_RETRY_H
#define GRAPH_WIRE_RETRY_H

/*
 * When to ask again: pure, time and chance are arguments.
 *
 * 429 and 503 name a time (Retry-After, seconds, may be fractional, or an HTTP date): never
 * earlier than that. Without it, full-jitter back-off: random below min(cap, base * 2^n).
 *
 * An answer that was lost after the request may have been sent (timeout, reset, HTTP/2
 * stream error, a gateway's 502 or 504), and a 500, which may come after the effect, leave the
 * outcome unknown: repeated only when repeating is harmless, else reported as unknown, to be
 * resolved by GET. 408, 429 and 503 say that it was not done, and are repeated always.
 * Source: Graph's throttling and errors pages; RFC 9110 sections 9.2.2, 10.2.3, 15.
 */

#include "bot/base/rng.h"

#include <stdbool.h>
#include <stdint.h>

enum attempt_end {
	ATTEMPT_ANSWERED, /* an HTTP status came */
	ATTEMPT_NOT_SENT, /* could not connect: nothing reached the other side */
	ATTEMPT_UNKNOWN,  /* lost after it may have been sent */
};

enum retry_verdict {
	RETRY_NO,      /* this was the last attempt, however it ended */
	RETRY_AT,      /* again at at_ms, on a new connection after 503 */
	RETRY_UNKNOWN, /* the outcome is unknown and repeating is not harmless */
	RETRY_LATE,    /* would be after the deadline: give up */
};

struct retry {
	unsigned n;           /* attempts so far */
	unsigned n_max;       /* at most so many attempts */
	uint64_t deadline_ms; /* no attempt starts after this */
	bool harmless;        /* repeating an attempt that took effect changes nothing */
};

struct retry_decision {
	enum retry_verdict verdict;
	uint64_t at_ms;
};

/* Call it once after each attempt; it counts r->n. retry_after_ms: from the answer's header,
 * UINT64_MAX if none. */
struct retry_decision retry_next(struct retry *r, uint64_t now_ms, enum attempt_end end,
	int http_status, uint64_t retry_after_ms, struct rng *rng);

/* Retry-After's value in milliseconds, at most one hour; now_unix_ms for the date form.
 * UINT64_MAX: unreadable. */
uint64_t retry_after_read(const char *value, uint64_t now_unix_ms);
/* An HTTP date ("Sun, 06 Nov 1994 08:49:37 GMT") in Unix milliseconds; 0: unreadable. */
uint64_t retry_date_read(const char *value);

#endif
