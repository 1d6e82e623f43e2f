#ifndef GRAPH_SIM_SCENARIO_APPS_H
#define GRAPH_SIM_SCENARIO_APPS_H

/* Who is registered with Entra, where, and which resource accounts lead to whom. */

#include "graph/sim/fields.h"
#include "graph/sim/scenario.h"

/* "tenants": more of them that gave the scenario's own registration consent. */
enum err tenants_read(struct reader *r, const char *where, json_t *json, void *scenario) MUST_CHECK;
/* "apps": more registrations. */
enum err apps_read(struct reader *r, const char *where, json_t *json, void *scenario) MUST_CHECK;
enum err instances_read(
	struct reader *r, const char *where, json_t *json, void *scenario) MUST_CHECK;
/* A list of application permissions, as bits. */
enum err roles_of(struct reader *r, const char *where, json_t *json, unsigned *out) MUST_CHECK;
/* The scenario's own members as app[0]; after them all are read. */
void apps_settle(struct scenario *s);

#endif
