#ifndef GRAPH_CLIENT_EXCHANGE_H
#define GRAPH_CLIENT_EXCHANGE_H

/*
 * Inside graph/client: one request on its way, from client_send to client_take, with all
 * its attempts. Made on the sender's thread, then owned by the client's.
 */

#include "graph/client/client.h"
#include "graph/wire/retry.h"

#include <curl/curl.h>

enum exchange_where {
	EXCHANGE_QUEUED,    /* behind another of its lane; never tried */
	EXCHANGE_UNDER_WAY, /* curl has it */
	EXCHANGE_RESTING,   /* between two attempts */
};

struct exchange {
	struct exchange *next; /* in its lane, or among those that wait */
	enum exchange_where where;
	uint64_t wake_ms; /* queued: its deadline; resting: the next attempt */
	size_t timer;     /* place in the timers, plus one; 0: none */

	/* the request */
	uint64_t cookie, lane;
	char *method, *url, *body;
	size_t body_bytes;
	struct curl_slist *headers;
	bool loopback;
	uint32_t attempt_ms, answer_bytes_max;
	struct retry retry;

	/* the attempt */
	CURL *easy;
	struct curl_slist *attempt_headers; /* those above and this attempt's own */
	size_t body_sent;
	bool fresh;      /* on a new connection */
	bool too_large;  /* the answer */
	bool maybe_done; /* an attempt so far has an unknown outcome */
	char error[CURL_ERROR_SIZE];

	struct client_answer answer;
	size_t body_size; /* of the answer's storage */
};

/* E_MALFORMED: the URL or a header is not allowed. E_SYSTEM: no memory. */
enum err exchange_new(const struct client_request *r, const struct client_conf *conf,
	uint64_t now_ms, struct exchange **out, struct why *why) MUST_CHECK;
/* Secrets are wiped. NULL is fine. */
void exchange_free(struct exchange *x);

#endif
