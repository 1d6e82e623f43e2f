/*
 * The free agent who follows the one offered last, in order of the configuration.
 *
 * An offer counts as a turn whether or not it is answered.
 */
#include "bot/core/strategy.h"

extern const struct strategy strategy_round_robin;
const struct strategy strategy_round_robin = { .name = "round-robin", .order = ORDER_TURN };
