#ifndef BOT_CORE_FLOW_H
#define BOT_CORE_FLOW_H

/*
 * A contact walks through the steps of flows, until a queue takes it or the call ends.
 *
 * A configuration may lead in circles without ever waiting: then so many jumps are made in one
 * moment, and the contact has failed.
 */

#include "bot/core/state.h"

/* A contact's step when a new plan has lost the one it was at: flow_due begins the flow. */
#define FLOW_ANEW UINT32_MAX

/* From anywhere: k is in no line and with no agent, and nothing plays. */
void flow_begin(struct centre *c, struct contact *k, uint32_t flow);
/* Where a digit or its absence leads, or a queue that lets go. */
void flow_go(struct centre *c, struct contact *k, struct plan_target target);
/* The same, and without a target the next step. */
void flow_go_or_next(struct centre *c, struct contact *k, struct plan_target target);
/* The step that waits is done. */
void flow_next(struct centre *c, struct contact *k);
/* After a restart: the step that waits is begun anew, for its prompt may have been lost. */
void flow_again(struct centre *c, struct contact *k);

/*
 * The conversation is over and the caller is still there: her last queue's survey, if it has one.
 * k has left queue and agent. However she leaves the flow, her outcome is `outcome`. false: no
 * survey, close it.
 */
bool flow_survey(struct centre *c, struct contact *k, enum outcome outcome);

void flow_play_ended(struct centre *c, struct contact *k);
void flow_digit(struct centre *c, struct contact *k, char digit);
void flow_due(struct centre *c, struct contact *k);
/* looked-up, recorded, transferred, transfer-failed. */
void flow_told(struct centre *c, struct contact *k, const struct event *ev);
/* The effect of k's task failed. */
void flow_task_failed(struct centre *c, struct contact *k, enum effect_end end);

/* The call is gone while a task is under way whose answer says how it ended: it is waited for a
 * little. false: there is none. */
bool flow_ends_later(struct centre *c, struct contact *k, enum outcome unless);
/* In doubt since now: whether what is under way was ever begun. */
void flow_doubt(struct contact *k);

/* The oldest digit typed ahead; 0: none. */
char flow_typed(struct contact *k);
/* A task begins: its attempt, for the effect. */
uint32_t flow_task(struct centre *c, struct contact *k, uint64_t ms);

#endif
