#ifndef BOT_HISTORY_COUNT_H
#define BOT_HISTORY_COUNT_H

/*
 * Reports: what rows of history come to, by interval. The definitions, exactly:
 *
 * An interval is [from, to). A visit is one coming into one queue. What is counted at the entry is
 * counted in the interval of the entry, what is known at the end in the interval of the end, and an
 * agent's time in the intervals it lies in, split at their bounds. A place kept for a call-back,
 *and a caller sent on in vain who is back in line, are no new visit: only call_backs tell of the
 *first.
 *
 *	offered          visits that began
 *	handled          visits whose caller and agent heard each other (at that moment)
 *	within           of them: not later than the queue's service level after the entry
 *	abandoned        hung up while waiting or while an agent rang, not short
 *	abandoned_short  the same, sooner than the queue's short_abandon after the entry
 *	otherwise        left in any other way; by name in `end`
 *	service_level    within / (handled + abandoned)
 *	asa              sum of waits of the handled, ringing included / handled
 *	aht              talk (hold included) and wrap-up of conversations that ended / their number
 *	longest          the longest wait of a visit that ended its wait
 *	transfers        sendings on to another agent or queue, of conversations that ended
 *	call_backs       places kept; call_backs_answered: those that spoke with an agent
 *	occupancy        handling / (handling + available); handling is talking and wrapping up,
 *	                 available is signed in, not paused and free. Of a queue: its members' time,
 *	                 whichever queue it went to.
 *
 * Over all intervals, offered = handled + abandoned + abandoned_short + otherwise + still waiting.
 * A ratio whose lower part is 0 has no value.
 */

#include "bot/history/rows.h"

#include <stddef.h>

enum { COUNT_KEYS_MAX = 2000, COUNT_CELLS_MAX = 60000, COUNT_KEY_BYTES = 256 };

struct cell {
	uint64_t offered, handled, within, abandoned, abandoned_short, otherwise;
	uint64_t end[VISIT_ENDS];
	uint64_t wait_ms, longest_ms; /* wait_ms: of the handled */
	uint64_t talks, talk_ms, wrap_up_ms, transfers;
	uint64_t call_backs, call_backs_answered;
	uint64_t duty_ms[DUTIES];
	/* By flow: contacts. self_served and left before any queue; the rest came to a queue. */
	uint64_t contacts, self_served, left_in_flow, to_queue;
};

struct count;

/* bound: n + 1 rising times, the intervals between them; borrowed. NULL: no memory. */
struct count *count_new(const uint64_t *bound, size_t n);
void count_free(struct count *c);

/* Each: false when there are more than COUNT_KEYS_MAX keys or COUNT_CELLS_MAX cells. */
bool count_entered(struct count *c, const char *key, const struct visit_told *v);
bool count_left(struct count *c, const char *key, const struct visit_told *v);
bool count_talk(struct count *c, const char *key, const struct visit_told *v, uint64_t wrap_up_ms);
/* now_ms: until when a span that goes on is known. */
bool count_span(struct count *c, const char *key, const struct span_told *s, uint64_t now_ms);
bool count_contact(struct count *c, const char *key, uint64_t offered_ms, enum outcome outcome,
	unsigned n_queues);

/* Into the first interval. */
bool count_journey(struct count *c, const char *path, enum outcome outcome, uint64_t waited_ms);

size_t count_keys(const struct count *c);
/* Keys in order of the alphabet, from 0. */
const char *count_key(const struct count *c, size_t key);
/* NULL: nothing in it. */
const struct cell *count_cell(const struct count *c, size_t key, size_t interval);
void cell_add(struct cell *sum, const struct cell *more);

/* x / y in thousandths, rounded; -1: no value. */
int64_t count_per_mille(uint64_t x, uint64_t y);
/* x / y, rounded; -1: no value. */
int64_t count_mean(uint64_t x, uint64_t y);
int64_t count_service_level(const struct cell *c);
int64_t count_occupancy(const struct cell *c);

#endif
