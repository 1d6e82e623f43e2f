#ifndef GRAPH_SIM_CONTROL_H
#define GRAPH_SIM_CONTROL_H

/* /sim/: how tests steer the simulation and read its books. The loop's thread. */

#include "graph/sim/desk.h"

void control_exchange(struct desk *d, struct exchange *x);
/* Everybody hangs up; the loop ends soon. */
void control_stop(struct desk *d);
/* Answers those who wait for idleness, once it is there or their time is over. */
void control_tick(struct desk *d);
uint64_t control_deadline_ms(const struct desk *d);

#endif
