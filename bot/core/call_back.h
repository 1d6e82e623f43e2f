#ifndef BOT_CORE_CALL_BACK_H
#define BOT_CORE_CALL_BACK_H

/*
 * A caller who hangs up and keeps her place: when her turn comes, an agent is reserved, she is
 * called, and then the agent is rung as for anybody.
 *
 * It is one contact with one wait. She stands in line with the credit she had, neither in front of
 * it nor behind. The agent comes first, so that she never answers to silence; that costs an agent
 * the time of a dialling, and a call-back that fails costs her nothing more. Who calls in again
 * meanwhile stands in her own place: the new call takes it, and nobody is called.
 */

#include "bot/core/state.h"

enum call_back {
	CALL_BACK_NONE,
	CALL_BACK_LEAVING,  /* kept, and her call is not over yet */
	CALL_BACK_AWAY,     /* no call; waiting, resting after a dial, or an agent is asked */
	CALL_BACK_DIALLING, /* for the agent who is reserved */
};

/* Not for who never was in a queue or has been called back already, nor where we do not know who
 * she is, or the plan calls nobody back. */
bool call_back_is_possible(const struct centre *c, const struct contact *k);
/* k, in a flow, keeps the place she had in the last queue: prompt (0: none), then hung up. From now
 * on she is not in the flow. */
void call_back_keep(struct centre *c, struct contact *k, uint32_t prompt);

/* Her prompt is over, or what was due is (DUE_STAGE). */
void call_back_leave(struct centre *c, struct contact *k);
/* Her call is over, or one that we dialled. */
void call_back_ended(struct centre *c, struct contact *k, enum call_end end);
/* Call p's caller; in place of FX_RING. */
void call_back_dial(struct centre *c, struct contact *k, uint32_t agent);
/* An effect about her, or about who left, has failed. */
void call_back_effect_failed(struct centre *c, struct contact *k, const struct event *ev);
/* The caller has answered. */
void call_back_active(struct centre *c, struct contact *k);
/* She has not, or nobody knows; undial: the call may be under way. */
void call_back_failed(struct centre *c, struct contact *k, bool undial);
/* Graph has placed a call; nobody wants it any more, k NULL: or is there any more. */
void call_back_dialled(struct centre *c, const struct contact *k, const struct event *ev);
/* FX_UNDIAL, before an agent who was reserved is let go. */
void call_back_undial(struct centre *c, struct contact *k);
/* After a restart: she who left is hung up again, and who was being called is called later. */
void call_back_doubt(struct centre *c, struct contact *k);
/* She is not to be called back, or not any more; whoever was reserved for her is free. */
void call_back_over(struct centre *c, struct contact *k, enum outcome outcome);

/* Who has kept a place in the queue and is the same caller as k; NULL: nobody. */
struct contact *call_back_of(const struct centre *c, const struct contact *k, uint32_t queue);
/* Found by call_back_of from now on, or no more; for a new plan, and for who is over. */
void call_back_list(struct centre *c, struct contact *k);
void call_back_unlist(struct centre *c, struct contact *k);

/* The outcome of who was called back, where o is that of others. */
enum outcome call_back_outcome(const struct contact *k, enum outcome o);

#endif
