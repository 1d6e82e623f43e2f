#ifndef BOT_SHELL_TO_CORE_INSIDE_H
#define BOT_SHELL_TO_CORE_INSIDE_H

/* What the to_core_*.c share; nobody outside includes it. */

#include "bot/shell/to_core.h"

void to_core_say(struct to_core *out, struct event ev);
/* Of a client context of ours; 0: it is none. */
uint32_t to_core_attempt(const char *client_context);
bool to_core_failed(const struct result *r);
enum ring_end to_core_ring_end(const struct result *r);

/* to_core_operation.c: the end of something asked of Graph for the call. */
void to_core_operation(struct line *l, const struct note *note, struct to_core *out);

#endif
