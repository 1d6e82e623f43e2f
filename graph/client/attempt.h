#ifndef GRAPH_CLIENT_ATTEMPT_H
#define GRAPH_CLIENT_ATTEMPT_H

/* Inside graph/client: one attempt of an exchange, in curl's terms. The client's thread only. */

#include "graph/client/exchange.h"

#include <curl/curl.h>

struct attempt_conf {
	const char *user_agent;
	const char *extra_ca; /* PEM, the text itself; NULL: none */
	size_t extra_ca_bytes;
	uint32_t connect_ms;
};

struct attempt {
	struct attempt *next, *before; /* among those under way, or idle */
	CURL *easy;
	struct exchange *x;
	struct curl_slist *headers; /* the exchange's, and this attempt's own before them */
	size_t body_sent;
	bool too_large; /* the answer */
	char error[CURL_ERROR_SIZE];
};

/* NULL: no memory. */
struct attempt *attempt_new(void);
void attempt_free(struct attempt *a);

/* Make a->easy ready for curl_multi_add_handle. E_SYSTEM: no memory, or a curl without an option we
 * need. */
enum err attempt_begin(struct attempt *a, struct exchange *x, const struct attempt_conf *conf,
	uint64_t now_ms) MUST_CHECK;
/* What curl's result means; the exchange's answer and story are set. */
enum attempt_end attempt_end(struct attempt *a, CURLcode rc);
/* Trust, configuration and size do not heal by repeating. */
bool attempt_is_hopeless(const struct attempt *a, CURLcode rc);
/* The attempt is over: forgets the exchange and what curl was given. */
void attempt_fini(struct attempt *a);

#endif
