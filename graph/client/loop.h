#ifndef GRAPH_CLIENT_LOOP_H
#define GRAPH_CLIENT_LOOP_H

/* Inside graph/client: the client whole, and what its thread does. */

#include "bot/base/inbox.h"
#include "graph/client/attempt.h"
#include "graph/client/courier.h"

#include <pthread.h>
#include <stdatomic.h>

enum { LOOP_IDLE_MAX = 32 };

/* To the client's thread: an exchange, or the lane to be dropped. */
struct mail {
	struct exchange *x;
	uint64_t drop;
};

struct client {
	struct client_conf conf; /* its strings are in attempt_conf */
	struct attempt_conf attempt_conf;
	char *user_agent, *extra_ca;
	struct inbox *mail;    /* any thread to ours; it holds all requests there may be */
	struct inbox *answers; /* ours to the caller's */
	struct inbox *notices; /* the same way */
	_Atomic unsigned n;    /* sent and not yet taken */
	_Atomic bool stop;
	pthread_t thread;
	bool running;

	/* the client's thread only */
	CURLM *multi;
	struct attempt *idle, *under_way; /* linked by next; curl has those under way */
	size_t n_idle;
	struct courier courier;
};

/* The thread: until c->stop, which curl_multi_wakeup makes it see. */
void *loop_run(void *client);
/* After it, frees every exchange that has no answer. */
void loop_fini(struct client *c);

#endif
