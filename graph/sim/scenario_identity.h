#ifndef GRAPH_SIM_SCENARIO_IDENTITY_H
#define GRAPH_SIM_SCENARIO_IDENTITY_H

/* Who the machine is, and whose tokens a registration takes instead of a secret. */

#include "graph/sim/fields.h"
#include "graph/sim/scenario.h"

/* "managed_identities" of the machine. */
enum err identities_read(
	struct reader *r, const char *where, json_t *json, void *scenario) MUST_CHECK;
/* "federated_credentials", of the scenario's own registration and of one of "apps". */
enum err federated_read(
	struct reader *r, const char *where, json_t *json, void *scenario) MUST_CHECK;
enum err federated_of(struct reader *r, const char *where, json_t *json, void *app) MUST_CHECK;
/* Once everybody is known: a managed identity's issuer and subject. */
enum err federated_settle(struct reader *r, struct scenario *s) MUST_CHECK;

#endif
