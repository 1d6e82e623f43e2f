#ifndef GRAPH_SIM_ANNEX_H
#define GRAPH_SIM_ANNEX_H

/*
 * What the cloud does beside calls: presence, chat, subscriptions, records. A part of the state
 * machine, with the same clock and the same dice; its state is its own, and calls know nothing
 * of it. Requests come here first, and go on to the calling verbs when they are none of its.
 */

#include "graph/sim/sim.h"

struct annex;
struct sim_call;

/* NULL: no memory. */
struct annex *annex_new(const struct scenario *scn);
void annex_free(struct annex *a);

/* false: not a request for the annex; nothing was done. */
bool annex_request(struct sim *s, const struct sim_request *q);

void annex_place(struct annex *a, const char *origin, uint64_t unix_at_0_ms);
/* What people do of their own accord begins. */
void annex_start(struct sim *s);
/* A call is over; its record is written later. */
void annex_call_ended(struct sim *s, const struct sim_call *c);
void annex_timer(struct sim *s, uint32_t key);
void annex_sent(struct sim *s, const struct sim_in *in);

/* Adds its members to the books. */
void annex_books(struct sim *s, json_t *books);

#endif
