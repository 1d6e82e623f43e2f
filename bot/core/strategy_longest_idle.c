/*
 * The agent who has been free for longest.
 *
 * Free since the end of wrap-up, or of the back-off after an unanswered ring: who did not
 * answer goes behind those who are ready to. A ring withdrawn because the caller left costs
 * nothing.
 */
#include "bot/core/strategy.h"

static bool before(const struct candidate *a, const struct candidate *b, struct turn turn)
{
	(void)turn;
	return a->idle_seq < b->idle_seq;
}

extern const struct strategy strategy_longest_idle;
const struct strategy strategy_longest_idle = { .name = "longest-idle", .before = before };
