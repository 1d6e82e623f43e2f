#ifndef BOT_API_API_H
#define BOT_API_API_H

/*
 * What the service says of itself, as JSON. One file a noun; the shell puts each on a route.
 * Everything here is a pure rendering of views; any thread.
 */

#include "bot/base/text.h"
#include "bot/core/view.h"

/* GET /healthz: {"status":"ok","offered":..,"in_progress":..,"outcomes":{..}}. No names, no
 * numbers. */
void api_health(const struct ledger *ledger, struct text *out);

/* "wrap_up" */
const char *api_agent_phase(enum agent_phase p);

/* Of one queue; counts since the start of the process. */
struct queue_metrics {
	const char *name;
	uint64_t waiting, oldest_wait_ms, in_progress, entered, offers;
	uint64_t outcome[OUTCOMES];
};

/* Legs of live audio that are over, all together. What is spread is counted by bounds that stand
 * with it in metrics_legs.c. */
enum { SPREADS = 6, SPREAD_BOUNDS = 8 };
struct leg_metrics {
	uint64_t packets, lost, frames, concealed, clipped;
	struct spread {
		uint64_t at_most[SPREAD_BOUNDS]; /* of each bound, not of those below it */
		uint64_t n;
		double sum;
	} spread[SPREADS];
};
struct leg_row;
void leg_metrics_add(struct leg_metrics *m, const struct leg_row *row);

struct metrics {
	struct ledger ledger;
	uint32_t n_queues;
	const struct queue_metrics *queue;
	uint64_t agents[AGENT_PHASES];
	uint64_t event[EVENT_KINDS], effect[EFFECT_KINDS];
	struct leg_metrics legs;
};
/* GET /metrics, as Prometheus reads it. Owned by the receiver (free); NULL: no memory. */
char *api_metrics(const struct metrics *m);

enum { BOARD_CONTACTS_MAX = 1000 };

struct board {
	uint64_t now_ms; /* service time */
	uint32_t n_queues, n_agents;
	const char *(*queue_name)(void *arg, uint32_t index); /* NULL: not to be shown */
	const char *(*agent_name)(void *arg, uint32_t index); /* NULL: not to be shown */
	bool (*entry_shown)(void *arg, uint32_t index);       /* whether contacts by it are */
	void *arg;
	bool with_contacts; /* for supervisors: the first BOARD_CONTACTS_MAX contacts in progress,
			       without names */
};

/* GET /api/board: {"queues":[..],"agents":[..],"contacts":[..]}. Owned by the receiver (free);
 * NULL: no memory. */
char *api_board(const struct centre *c, const struct board *b);

#endif
