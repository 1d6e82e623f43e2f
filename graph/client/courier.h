#ifndef GRAPH_CLIENT_COURIER_H
#define GRAPH_CLIENT_COURIER_H

/*
 * Inside graph/client: who is tried, and when; all that is decided about requests, without a
 * socket, a clock or curl. Lanes keep a call's order, retry.h says whether and when to repeat,
 * throttles hold a group that Graph told to wait, circuits leave a dead host alone, and the
 * deadline stands over all of them: what cannot start in time ends at once, and says why.
 *
 *	courier_enter(k, x, now);
 *	while ((x = courier_next(k, now)))          carry its attempt out; at its end:
 *		courier_attempted(k, x, end, false, now);
 *	while ((x = courier_over(k)))               x->answer is its answer; exchange_free(x)
 *
 * Exchanges belong to the courier from courier_enter to courier_over, except between courier_next
 * and courier_attempted. One thread.
 */

#include "graph/client/circuit.h"
#include "graph/client/lanes.h"
#include "graph/client/throttle.h"
#include "graph/client/timers.h"

enum { COURIER_NOTICES = 16 };

struct courier {
	struct lanes lanes;
	struct timers timers;
	struct circuits circuits;
	struct throttles groups, requests; /* who was told to wait: by throttle, and by same */
	struct rng rng;
	struct exchange *ready, *ready_last; /* linked by next */
	struct exchange *over, *over_last;
	struct client_notice notice[COURIER_NOTICES];
	size_t n_notices;
};

/* At most n_max exchanges are entered and not yet over. seed: of all jitter. E_SYSTEM: no memory.
 */
enum err courier_init(struct courier *k, size_t n_max, uint64_t seed) MUST_CHECK;
/* Frees every exchange it has; those under way are the caller's. */
void courier_fini(struct courier *k);

/* x becomes the courier's. */
void courier_enter(struct courier *k, struct exchange *x, uint64_t now_ms);
/* The next whose attempt is to begin now, NULL: none. Its answer is forgotten. */
struct exchange *courier_next(struct courier *k, uint64_t now_ms);
/*
 * The attempt of x ended; status and headers are in its answer, and a story unless it was
 * answered. hopeless: another would end alike.
 */
void courier_attempted(struct courier *k, struct exchange *x, enum attempt_end end, bool hopeless,
	uint64_t now_ms);
/* It could not even begin, for want of memory: it ends as not sent, and the host is not judged. */
void courier_refused(struct courier *k, struct exchange *x, uint64_t now_ms);
/* client_lane_drop. */
void courier_drop(struct courier *k, uint64_t lane, uint64_t now_ms);
/* One that is over, now the caller's; NULL: none. */
struct exchange *courier_over(struct courier *k);
/* What happened to circuits, oldest first; false: nothing more. Those nobody asks for in time are
 * forgotten. */
bool courier_notice(struct courier *k, struct client_notice *out);
/* When courier_next has something to do again; UINT64_MAX: when something happens. */
uint64_t courier_deadline_ms(const struct courier *k);

#endif
