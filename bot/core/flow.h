#ifndef BOT_CORE_FLOW_H
#define BOT_CORE_FLOW_H

/* A contact walks through the steps of flows, until a queue takes it or the call ends. */

#include "bot/core/state.h"

/* A contact's step when a new plan has lost the one it was at: flow_due begins the flow. */
#define FLOW_ANEW UINT32_MAX

void flow_begin(struct centre *c, struct contact *k, uint32_t flow);
/* Where a digit or its absence leads. */
void flow_go(struct centre *c, struct contact *k, struct plan_target target);
/* The step that waits is done. */
void flow_next(struct centre *c, struct contact *k);
/* The step that waits is begun anew: its prompt may have been lost. */
void flow_again(struct centre *c, struct contact *k);

void flow_play_ended(struct centre *c, struct contact *k);
void flow_digit(struct centre *c, struct contact *k, char digit);
void flow_due(struct centre *c, struct contact *k);

/* The oldest digit typed ahead; 0: none. */
char flow_typed(struct contact *k);

#endif
