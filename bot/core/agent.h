#ifndef BOT_CORE_AGENT_H
#define BOT_CORE_AGENT_H

/*
 * One agent at a time does one thing. None of these offers anything: offer.h does, once all is
 * settled, and for those nobody asked it to at the end of the step.
 *
 * Who may be offered a caller of a queue: idle, signed in to that queue, not paused, and of a
 * presence that the queue offers callers to.
 */

#include "bot/core/state.h"

/* Whether somebody may ask for her by hand: neither engaged nor resting. */
bool agent_is_free(const struct centre *c, uint32_t agent);
/* A free agent rings for somebody; party.h says for whom. */
void agent_ring(struct centre *c, uint32_t agent);
/* Free again as if nothing had happened: keeps the place among the idle. */
void agent_release(struct centre *c, uint32_t agent);
void agent_talk(struct centre *c, uint32_t agent);
/* The conversation is over; free after ms. */
void agent_wrap_up(struct centre *c, uint32_t agent, uint32_t ms);
/* The same for who had not the caller. */
void agent_helped(struct centre *c, uint32_t agent, uint32_t ms);
/* Wrap-up lasts longer. false: it has been made longer already, or may not be. */
bool agent_wrap_up_more(struct centre *c, uint32_t agent) MUST_CHECK;
/* Did not answer; free after ms. */
void agent_back_off(struct centre *c, uint32_t agent, uint32_t ms);
/* Wrap-up or back-off ends now; else nothing. */
void agent_free(struct centre *c, uint32_t agent);
/* Wrap-up or back-off ran out. */
void agent_due(struct centre *c, uint32_t agent);

/* Signed in to a queue, 0: all of hers; or out of it. What she does goes on. */
void agent_sign(struct centre *c, uint32_t agent, uint32_t queue, bool in);
bool agent_is_signed_in(const struct centre *c, uint32_t agent, uint32_t queue);
/* Not to be offered anything, for a reason; 0: no longer. What she does goes on. */
void agent_pause(struct centre *c, uint32_t agent, uint32_t reason);
/* Elsewhere she is now p. */
void agent_presence(struct centre *c, uint32_t agent, enum presence_class p);

/* Her place in a queue; NULL: she does not serve it. */
struct serving *agent_serving(const struct centre *c, uint32_t agent, uint32_t queue);
/* What she is for the queue; s is hers. */
enum staffing agent_staffing(const struct centre *c, uint32_t agent, const struct serving *s);

/* Who became idle in this step and is neither offered a caller nor settled yet; 0: nobody more. */
uint32_t agent_next_loose(struct centre *c);
/* Her places are those of her idle_seq, in every queue; for a new plan, in their order. */
void agent_place(struct centre *c, uint32_t agent);
/* Nobody waits for her: if she is idle, into the pools of the queues she is open to. */
void agent_settle(struct centre *c, uint32_t agent);

#endif
