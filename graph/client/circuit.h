#ifndef GRAPH_CLIENT_CIRCUIT_H
#define GRAPH_CLIENT_CIRCUIT_H

/*
 * Inside graph/client: which hosts are worth asking. Pure; times and chance are arguments.
 *
 * CIRCUIT_FAILURES in a row within CIRCUIT_WINDOW_MS, and nothing between, open a host's circuit:
 * no connection, a lost answer, or a 5xx. Whatever else answers, 4xx and 429 too, lives. While it
 * is open all are refused at once, so that those who wait with a caller on the line hear early.
 * After a pause, longer with each time, one request probes while the others wait for its result;
 * urgent ones (answer, reject, delete: their window is short) probe before the pause is over, one
 * at a time and not in a hurry. A host is in the books only while it fails.
 */

#include "bot/base/rng.h"
#include "graph/client/client.h"
#include "graph/client/exchange.h"

enum {
	CIRCUITS_MAX = 32, /* hosts that fail at once; further ones are simply asked */
	CIRCUIT_FAILURES = 8,
	CIRCUIT_WINDOW_MS = 30000,
	CIRCUIT_OPEN_MS = 2000,      /* the first pause; half of it is chance */
	CIRCUIT_OPEN_MS_MAX = 30000, /* the longest */
	CIRCUIT_GAP_MS = 500,        /* from a failed probe to an urgent one */
};

struct circuit {
	char host[HOST_MAX]; /* "": a free place */
	bool open, probing;
	unsigned failures;                       /* in a row */
	uint64_t failed_ms[CIRCUIT_FAILURES];    /* when, a ring */
	unsigned pauses;                         /* since it opened */
	uint64_t opened_ms, until_ms, urgent_ms; /* while open: whoever asks from then on probes */
	struct exchange *held;                   /* the courier's: those that wait for the probe */
};

struct circuits {
	struct circuit at[CIRCUITS_MAX];
};

enum circuit_word {
	CIRCUIT_GO,
	CIRCUIT_PROBE,  /* go, and say how it went: circuit_failed or circuit_close; or, when it
			   never left, c->probing = false */
	CIRCUIT_WAIT,   /* until the probe is over, or *wake_ms */
	CIRCUIT_REFUSE, /* fail at once */
};

/* May a request to this host go? *wake_ms is set with CIRCUIT_WAIT; UINT64_MAX: no time is known.
 * *which: the host's place when it is in the books, else NULL. */
enum circuit_word circuit_ask(struct circuits *cs, const char *host, bool urgent, uint64_t now_ms,
	uint64_t *wake_ms, struct circuit **which);
/* An attempt failed. Returns the host's place, or NULL when there is none; *news: it opened, or
 * begins another pause. */
struct circuit *circuit_failed(struct circuits *cs, const char *host, bool probe, uint64_t now_ms,
	struct rng *rng, bool *news);
/* The host's place in the books, or NULL. */
struct circuit *circuit_find(struct circuits *cs, const char *host);
/* The host lives, and its place is free. The caller takes those held out of it before. */
void circuit_close(struct circuit *c);

#endif
