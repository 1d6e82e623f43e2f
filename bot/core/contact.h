#ifndef BOT_CORE_CONTACT_H
#define BOT_CORE_CONTACT_H

/* One caller from the first ring to the outcome. */

#include "bot/core/state.h"

/* Effects of the step under way. attempt: 0 where none is wanted. */
struct effect *effect_emit(
	struct centre *c, enum effect_kind kind, const struct contact *k, uint32_t attempt);
/* A number no effect has had. */
uint32_t attempt_next(struct centre *c);

/* NULL: not in progress. */
struct contact *contact_find(const struct centre *c, uint32_t number);
/* A cleared slot, listed under number. NULL: contacts_max are in progress. */
struct contact *contact_new(struct centre *c, uint32_t number);

void contact_phase_set(struct centre *c, struct contact *k, enum contact_phase phase);
/* NEVER disarms. */
void contact_due(struct centre *c, struct contact *k, enum due which, uint64_t at_ms);

/* Play a prompt (not 0), with its deadline. */
void contact_play(struct centre *c, struct contact *k, uint32_t prompt);
/* Nothing of ours is to be heard any more; only said where something is. */
void contact_stop_play(struct centre *c, struct contact *k);

/* A call rings at us. */
void contact_offered(struct centre *c, const struct event *ev);
/* The caller can hear us. */
void contact_active(struct centre *c, struct contact *k);

/*
 * Let the caller go: leave queue and agent, play a last prompt (0: none), hang up. The outcome is
 * settled here, whatever the call does until it ends.
 */
void contact_close(struct centre *c, struct contact *k, enum outcome outcome, uint32_t prompt);
/* The phase alone, for a call that ends by itself. */
void contact_closing(struct centre *c, struct contact *k);
/* The same for a caller who left, or of whom nothing is known any more. */
void contact_close_lost(struct centre *c, struct contact *k, enum call_end end);
/* The last prompt of a closing contact has ended one way or another. */
void contact_hang_up(struct centre *c, struct contact *k);
void contact_hang_up_failed(struct centre *c, struct contact *k);
void contact_closing_due(struct centre *c, struct contact *k);
/* The call is gone: the outcome leaves and the slot is free; or first, for a moment, the answer is
 * awaited that says what the outcome is. k is dead afterwards. */
void contact_gone(struct centre *c, struct contact *k, enum call_end end);

#endif
