#ifndef GRAPH_SIM_SCENARIO_PEOPLE_H
#define GRAPH_SIM_SCENARIO_PEOPLE_H

/* The parts of a scenario that describe people; scenario.c reads the rest. */

#include "graph/sim/fields.h"
#include "graph/sim/scenario.h"

enum err agent_read(
	struct reader *r, const char *where, json_t *json, struct agent *out) MUST_CHECK;
enum err caller_read(struct reader *r, const char *where, json_t *json, const struct scenario *s,
	struct caller *out) MUST_CHECK;
enum err arrivals_read(
	struct reader *r, const char *where, json_t *json, void *scenario) MUST_CHECK;

#endif
