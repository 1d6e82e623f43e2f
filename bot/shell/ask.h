#ifndef BOT_SHELL_ASK_H
#define BOT_SHELL_ASK_H

/*
 * A request to Graph about a contact's call, and what its answer means: the half of from_core that
 * hears back.
 */

#include "bot/shell/shell.h"

/* Requests of one lane go one after another; an agent's own call (attempt != 0) has a lane of its
 * own. */
uint64_t ask_lane(uint32_t contact, uint32_t attempt);
/* Ask about the caller's call, unless in->call_id names another. */
void ask_graph(struct shell *s, errand_done *done, enum op_kind op, struct line *l,
	uint32_t attempt, struct op_in *in);
/* Ask about an agent's own call, which has a lane of its own; in->call_id names it, or nothing
 * where it is to be made. attempt: what the answer is told of, or 0. */
void ask_own_call(struct shell *s, errand_done *done, enum op_kind op, const struct line *l,
	const struct ring_out *r, uint32_t attempt, const struct op_in *in);
/* The usual done: failures become events, successes what they tell. */
void ask_replied(struct shell *s, const struct errand *e, const struct client_answer *a);
void ask_failed(struct shell *s, uint32_t contact, uint32_t attempt, enum effect_end end);
/* GET the call; done is ask_probed for a probe of the centre's. */
void ask_state(struct shell *s, struct line *l, uint32_t attempt, errand_done *done);
void ask_probed(struct shell *s, const struct errand *e, const struct client_answer *a);
/* GET its participants; attempt of the probe that wants to know, or 0. */
void ask_roster(struct shell *s, struct line *l, uint32_t probe_attempt);

#endif
