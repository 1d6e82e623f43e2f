/* Any free agent, with a chance as her weight in the queue. The same journal draws the same ones.
 */
#include "bot/core/race.h"

static uint64_t key(const struct candidate *it)
{
	return race_arrival(it, it->weight);
}

extern const struct strategy strategy_weighted;
const struct strategy strategy_weighted = { .name = "weighted", .order = ORDER_KEY, .key = key };
