/*
 * The agent who may serve the fewest kinds of callers, so that those who can do everything are
 * left for whom nobody else can serve.
 */
#include "bot/core/strategy.h"

static uint64_t key(const struct candidate *it)
{
	return it->n_classes;
}

extern const struct strategy strategy_skills;
const struct strategy strategy_skills = { .name = "skills", .order = ORDER_KEY, .key = key };
