/*
 * All free agents at once, and the first to answer has the caller.
 *
 * Where more are free than may ring at once, those who follow the ones offered last, so that a
 * caller whom nobody of them answers does not meet the same ones again.
 */
#include "bot/core/strategy.h"

static uint32_t steps_ahead(const struct candidate *a, struct turn turn)
{
	return (a->rank + turn.n_members - turn.next_rank) % turn.n_members;
}

static bool before(const struct candidate *a, const struct candidate *b, struct turn turn)
{
	return steps_ahead(a, turn) < steps_ahead(b, turn);
}

extern const struct strategy strategy_ring_all;
const struct strategy strategy_ring_all = { .name = "ring-all", .all = true, .before = before };
