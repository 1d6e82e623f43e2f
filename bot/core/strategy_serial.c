/* The first free agent in order of the configuration, each time from the top. */
#include "bot/core/strategy.h"

extern const struct strategy strategy_serial;
const struct strategy strategy_serial = { .name = "serial", .order = ORDER_RANK };
