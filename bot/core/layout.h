#ifndef BOT_CORE_LAYOUT_H
#define BOT_CORE_LAYOUT_H

#include "bot/core/state.h"

/* Count each queue's signed-in members anew. */
void layout_count_signed_in(struct centre *c);

#endif
