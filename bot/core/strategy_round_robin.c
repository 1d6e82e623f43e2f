/*
 * The free agent who follows the one offered last, in order of the configuration.
 *
 * An offer counts as a turn whether or not it is answered.
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

extern const struct strategy strategy_round_robin;
const struct strategy strategy_round_robin = { .name = "round-robin", .before = before };
