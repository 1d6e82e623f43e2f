#ifndef GRAPH_SIM_DESK_H
#define GRAPH_SIM_DESK_H

/*
 * Between the wires and the state machine: what came in becomes a step, and what the step wants
 * is carried out. The loop's thread.
 */

#include "graph/sim/door.h"
#include "graph/sim/ears.h"
#include "graph/sim/entra.h"
#include "graph/sim/post_office.h"
#include "graph/sim/server.h"
#include "graph/sim/sim.h"

enum { DESK_EXCHANGES = DOOR_EXCHANGES_MAX, IDLERS_MAX = 16 };

struct desk {
	const struct server_conf *conf;
	struct scenario scenario;
	struct sim *sim;
	struct entra *entra;
	struct door *door, *machine; /* machine: plain http, or NULL */
	struct ears *ears;
	struct post_office *office;
	struct inbox *inbox;
	int signals;
	char origin[96];
	uint64_t stop_at_ms; /* 0: not stopping */
	struct {
		uint32_t id;
		struct exchange *x;
	} open[DESK_EXCHANGES]; /* asked of the state machine, not answered */
	uint32_t last_id;
	struct {
		struct exchange *x;
		uint64_t until_ms;
	} idler[IDLERS_MAX]; /* in /sim/idle */
};

/* A whole request; answers it, now or later. */
void desk_exchange(struct desk *d, struct exchange *x);
/* A request for the state machine. */
void desk_ask(struct desk *d, struct exchange *x);
/* A request for Entra, by its address and method; false: it is not, and not answered. */
bool desk_entra(struct desk *d, struct exchange *x);
/* A request for the machine's own token endpoints. */
void desk_machine(struct desk *d, struct exchange *x);
/* What came back from the bot. */
void desk_result(struct desk *d, struct post_result *r);
/* One step, and all that follows from it. */
void desk_step(struct desk *d, const struct sim_in *in);
/* Nobody will be answered any more. */
void desk_drop_all(struct desk *d);
/* json is taken over. */
void desk_answer_json(struct exchange *x, int status, json_t *json);

#endif
