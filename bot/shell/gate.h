#ifndef BOT_SHELL_GATE_H
#define BOT_SHELL_GATE_H

/*
 * The API's one gate: who comes is asked for her token and her role before the line of routes.def
 * that she wants is served. Handlers of routes are a file a noun, and answer by the functions here.
 */

#include "bot/api/route.h"
#include "bot/shell/people.h"

#include <jansson.h>

/* As routes.def has them: who is let in already, and borrowed like the visit. */
#define ROUTE(name, ...) \
	void route_##name(struct shell *s, struct visit *v, const struct person *who);
#define ROUTE_LARGE(bytes, name, ...) ROUTE(name, __VA_ARGS__)
#include "bot/api/routes.def"
#undef ROUTE_LARGE
#undef ROUTE

/* root is taken over; NULL is no memory: 503. */
void gate_answer(struct shell *s, uint64_t visit, int status, json_t *root);
/* {"error":{..}}; target, the member that it is about, may be NULL. */
void gate_refuse(struct shell *s, uint64_t visit, int status, const char *target, const char *says);

#endif
