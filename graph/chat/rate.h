#ifndef GRAPH_CHAT_RATE_H
#define GRAPH_CHAT_RATE_H

/*
 * At most n in any window of w, for several such limits at once.
 *
 * A bucket of n tokens that refills n a window lets twice n through in the worst window. Each of
 * ours holds half of n and refills the other half, so that no window whatever holds more than n;
 * kept as one time a limit (the generic cell rate algorithm), not as tokens.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RATE_LIMITS_MAX = 4 };

struct rate_limit {
	uint32_t n;         /* at least 2 */
	uint32_t window_ms; /* at least 1 */
};

/* All zero: nothing sent yet. */
struct rate {
	uint64_t due_us[RATE_LIMITS_MAX]; /* when the bucket would be full again */
};

/* The first moment, not before now, at which one more may go. Pure, as all here. */
uint64_t rate_when_ms(
	const struct rate *r, const struct rate_limit *limits, size_t n_limits, uint64_t now_ms);
/* One goes now. Call it only when rate_when_ms says now. */
void rate_take(struct rate *r, const struct rate_limit *limits, size_t n_limits, uint64_t now_ms);

#endif
