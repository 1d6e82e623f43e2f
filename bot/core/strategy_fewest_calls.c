/*
 * The agent who has had the fewest callers since she signed in, whichever queues they came from:
 * who works for two queues is not twice as busy as she is.
 */
#include "bot/core/strategy.h"

static uint64_t key(const struct candidate *it)
{
	return it->n_handled;
}

extern const struct strategy strategy_fewest_calls;
const struct strategy strategy_fewest_calls = {
	.name = "fewest-calls", .order = ORDER_KEY, .key = key
};
