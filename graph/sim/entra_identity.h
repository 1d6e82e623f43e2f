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

/* The HTTP status, a body to own, and the seconds of a Retry-After (0: none). */
int entra_identity(struct entra *e, const struct identity_ask *ask, uint64_t now_unix,
	unsigned *retry_after_s, json_t **body);
/* The same while the weather says status. */
int identity_weather(int status, json_t **body);
/* The next times requests are answered by status; 0 ends that. */
void identity_fail(struct entra *e, int status, unsigned times, unsigned retry_after_s);

#endif
