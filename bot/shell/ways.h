#ifndef BOT_SHELL_WAYS_H
#define BOT_SHELL_WAYS_H

/* Where a step or a queue may lead, whatever its kind, so that walking a plan needs no list of
 * kinds. */

#include "bot/core/plan.h"

#include <stddef.h>

enum { STEP_WAYS = PLAN_KEYS + 2, QUEUE_WAYS = PLAN_KEYS + 5 };

/* The i-th way out, i below STEP_WAYS; TARGET_NONE: not a way. That the next step follows is not
 * among them. */
struct plan_target step_way(const struct plan_step *s, size_t i);
/* The same of a queue: its exits, its survey, its keys. */
struct plan_target queue_way(const struct plan_queue *q, size_t i);

#endif
