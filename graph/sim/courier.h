#ifndef GRAPH_SIM_COURIER_H
#define GRAPH_SIM_COURIER_H

/* What the annex sends to the bot, dressed with what the state machine cannot know: keys, tokens
 * and the wall clock. The loop's thread. */

#include "graph/sim/desk.h"

/* A SIM_SEND. false: it did not leave, and nothing will come back. */
bool courier_send(struct desk *d, const struct sim_out *o);
/* Change notifications: what is rich is encrypted for its subscriber, and one token for each says
 * that it was Graph. */
void courier_dress(const struct entra *e, json_t *body, const char *app_id);
/* What came back; a step. */
void courier_back(struct desk *d, struct post_result *r);

#endif
