#ifndef GRAPH_SIM_SCENARIO_WEATHER_H
#define GRAPH_SIM_SCENARIO_WEATHER_H

/* Members of a scenario that are neither people nor registrations. */

#include "graph/sim/fields.h"
#include "graph/sim/scenario.h"

/* "weather": rules, of the scenario or of a file of their own. */
enum err weather_read(struct reader *r, const char *where, json_t *json, void *scenario) MUST_CHECK;
/* "meetings"; their people are agents, who come before. */
enum err meetings_read(
	struct reader *r, const char *where, json_t *json, void *scenario) MUST_CHECK;

#endif
