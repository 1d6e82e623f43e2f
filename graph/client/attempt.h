#ifndef GRAPH_CLIENT_ATTEMPT_H
#define GRAPH_CLIENT_ATTEMPT_H

/* Inside graph/client: one attempt of an exchange, in curl's terms. The client's thread only. */

#include "graph/client/exchange.h"

struct attempt_conf {
	const char *user_agent;
	const char *extra_ca; /* PEM, the text itself; NULL: none */
	size_t extra_ca_bytes;
	uint32_t connect_ms;
};

/* Make x->easy (taken from the caller, who keeps it) ready for curl_multi_add_handle. E_SYSTEM: no
 * memory, or a curl without an option we need. */
enum err attempt_begin(struct exchange *x, CURL *easy, const struct attempt_conf *conf,
	uint64_t now_ms) MUST_CHECK;

/* What curl's result means. x->answer.status and what was collected are set; x->easy still is. */
enum attempt_end attempt_end(struct exchange *x, CURLcode rc);
/* Trust and configuration do not heal by repeating. */
bool attempt_is_hopeless(CURLcode rc);
/* Lets x->easy go, wiping what it was given. */
void attempt_fini(struct exchange *x);

#endif
