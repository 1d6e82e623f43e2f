#ifndef BOT_CORE_RACE_H
#define BOT_CORE_RACE_H

/*
 * Chance without dice: a race, which every candidate runs from the moment she becomes free and
 * which the next to arrive wins. Arrival is exponential with a rate of her weight, so whoever has
 * been passed over has the same chance as before, and wins are as weights are, exactly.
 * Source: the memorylessness of the exponential distribution.
 */

#include "bot/core/strategy.h"

/* When the candidate arrives; as a strategy's key. */
uint64_t race_arrival(const struct candidate *it, uint8_t weight);

#endif
