#ifndef GRAPH_CLIENT_EXCHANGE_H
#define GRAPH_CLIENT_EXCHANGE_H

/*
 * Inside graph/client: one request on its way, from client_send to client_take, with all
 * its attempts. Made on the sender's thread, then owned by the client's: the courier decides when
 * it is tried, the loop carries each attempt out.
 */

#include "graph/client/client.h"
#include "graph/wire/retry.h"

enum { HOST_MAX = 96 };

struct curl_slist;

enum exchange_where {
	EXCHANGE_QUEUED,    /* behind another of its lane; never tried */
	EXCHANGE_READY,     /* its attempt may begin */
	EXCHANGE_UNDER_WAY, /* whoever called courier_next has it */
	EXCHANGE_RESTING,   /* between two attempts */
	EXCHANGE_HELD,      /* its turn, but its group rests or its host is being probed */
};

struct exchange {
	struct exchange *next; /* in its lane, among the ready, or among those a host holds */
	enum exchange_where where;
	uint64_t wake_ms; /* queued, held: at the latest its deadline; resting: the next attempt */
	size_t timer;     /* place in the timers, plus one; 0: none */

	/* the request */
	uint64_t cookie, lane, throttle;
	uint64_t same; /* as another's: method, URL and group are */
	char *method, *url, *body;
	size_t body_bytes;
	struct curl_slist *headers; /* all but the attempt's own */
	char host[HOST_MAX];        /* "https://graph.microsoft.com:443" */
	bool loopback, urgent;
	uint32_t attempt_ms, answer_bytes_max;
	struct retry retry;

	/* the attempts so far */
	bool probe;      /* the one under way tells whether its host lives again */
	bool fresh;      /* the next on a new connection */
	bool maybe_done; /* one had an unknown outcome */

	struct client_answer answer;
	size_t body_size; /* of the answer's storage */
};

/* E_MALFORMED: the URL or a header is not allowed. E_SYSTEM: no memory. */
enum err exchange_new(const struct client_request *r, const struct client_conf *conf,
	uint64_t now_ms, struct exchange **out, struct why *why) MUST_CHECK;
/* Secrets are wiped. NULL is fine. */
void exchange_free(struct exchange *x);

/* For an attempt's beginning and its end: nothing is answered yet. The body's storage stays. */
void exchange_forget_answer(struct exchange *x);
/* n more bytes of the answer's body. false: it becomes larger than allowed, or there is no memory.
 */
bool exchange_take_body(struct exchange *x, const char *bytes, size_t n);
/* One line of the answer's head, without its end. The status line makes all before it provisional.
 */
void exchange_take_header(struct exchange *x, const char *line, uint64_t now_unix_ms);
/* The whole answer is there, with this status. false: no memory for the last byte. */
bool exchange_answered(struct exchange *x, int status);
/* Why there is no answer. */
void exchange_tell(struct exchange *x, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
