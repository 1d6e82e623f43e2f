#ifndef BOT_SHELL_FROM_CORE_H
#define BOT_SHELL_FROM_CORE_H

/* What the from_core*.c share; relay.c, which they ask, tells from_core_relayed. */

#include "bot/shell/ask.h"

/* from_core.c */
void from_core_answer(struct shell *s, struct line *l, uint32_t attempt, const char *blob);
/* What plays and what waits to play is over. */
void from_core_cancel(struct shell *s, struct line *l);

/* from_core_agent.c: agents come and go. */
void from_core_ring(struct shell *s, struct line *l, const struct effect *fx);
void from_core_ask(struct shell *s, const struct effect *fx);
void from_core_drop(struct shell *s, struct line *l, const struct effect *fx);
void from_core_connect(struct shell *s, struct line *l, const struct effect *fx);

/* from_core_dial.c: calls that we make, and calls that leave us. */
void from_core_dial(struct shell *s, struct line *l, const struct effect *fx);
/* With live audio: the relay's leg is there. */
void from_core_dial_with(struct shell *s, struct line *l, uint32_t attempt, const char *blob);
void from_core_undial(struct shell *s, struct line *l, const struct effect *fx);
void from_core_leave(struct shell *s, struct line *l, const struct effect *fx);

/* from_core_record.c */
void from_core_record(struct shell *s, struct line *l, const struct effect *fx);

/* from_core_hear.c: who hears whom. The line's books say what is wanted. */
void from_core_hearing(struct shell *s, struct line *l, const struct effect *fx);
/* Live audio: the matrix as it should be. */
void from_core_mix(struct shell *s, struct line *l);
/* Graph's audio: what can be done now that somebody's participant id is known. */
void from_core_heard(struct shell *s, struct line *l);

/* The attempt of the agent who has the caller; 0: nobody has. */
uint32_t from_core_lead(const struct shell *s, const struct line *l);

/* One of a call: the caller, or whose ring it is. */
struct ear {
	bool is_lead; /* the agent who has the caller: whispers are for her */
	bool apart;   /* out of Graph's default mix */
	uint8_t hearing;
};
bool ear_hears(const struct ear *listener, const struct ear *talker);

/* from_core_groups.c: audio routing groups. */
/* They exist in this cloud. */
bool groups_exist(const struct shell *s);
/* Make those of the line what its books want, as far as Graph has answered. */
void groups_settle(struct shell *s, struct line *l);

#endif
