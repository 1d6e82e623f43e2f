/* The agent who has spent the least time with callers since she signed in. */
#include "bot/core/strategy.h"

static uint64_t key(const struct candidate *it)
{
	return it->talk_ms;
}

extern const struct strategy strategy_least_talk;
const struct strategy strategy_least_talk = {
	.name = "least-talk", .order = ORDER_KEY, .key = key
};
