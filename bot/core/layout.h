#ifndef BOT_CORE_LAYOUT_H
#define BOT_CORE_LAYOUT_H

#include "bot/core/state.h"

/* A centre in which nobody is signed in yet; else as centre_init. */
struct centre *layout_init(void *storage, const struct plan *plan);

#endif
