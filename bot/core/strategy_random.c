/* Any free agent, all with the same chance. The same journal draws the same ones. */
#include "bot/core/race.h"

static uint64_t key(const struct candidate *it)
{
	return race_arrival(it, 1);
}

extern const struct strategy strategy_random;
const struct strategy strategy_random = { .name = "random", .order = ORDER_KEY, .key = key };
