#ifndef GRAPH_SIM_ENTRA_IDENTITY_H
#define GRAPH_SIM_ENTRA_IDENTITY_H

/* The machine's own token endpoints, /metadata/identity/oauth2/token and /msi/token. The loop's
 * thread. */

#include "graph/sim/entra.h"

struct identity_ask {
	const char *method, *path;
	const json_t *query;
	const char *metadata, *identity_header, *forwarded_for; /* headers, or NULL */
};

/* The HTTP status, and a body to own. */
int entra_identity(
	const struct entra *e, const struct identity_ask *ask, uint64_t now_unix, json_t **body);

#endif
