#ifndef BOT_API_API_H
#define BOT_API_API_H

/*
 * What the service says of itself, as JSON. One file a noun; the shell puts each on a route.
 * Everything here is a pure rendering of views; any thread.
 */

#include "bot/base/text.h"
#include "bot/core/view.h"

/* GET /healthz: {"status":"ok","offered":..,"in_progress":..,"outcomes":{..}}. No names, no
 * numbers. */
void api_health(const struct ledger *ledger, struct text *out);

#endif
