/*
 * All free agents at once, and the first to answer has the caller.
 *
 * Where more are free than may ring at once, those who follow the ones offered last, so that a
 * caller whom nobody of them answers does not meet the same ones again.
 */
#include "bot/core/strategy.h"

extern const struct strategy strategy_ring_all;
const struct strategy strategy_ring_all = { .name = "ring-all", .all = true, .order = ORDER_TURN };
