/*
 * The agent who has been free for longest.
 *
 * Free since the end of wrap-up, or of the back-off after an unanswered ring: who did not
 * answer goes behind those who are ready to. A ring withdrawn because the caller left costs
 * nothing.
 */
#include "bot/core/strategy.h"

extern const struct strategy strategy_longest_idle;
const struct strategy strategy_longest_idle = { .name = "longest-idle", .order = ORDER_IDLE };
