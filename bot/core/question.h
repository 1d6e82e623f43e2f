#ifndef BOT_CORE_QUESTION_H
#define BOT_CORE_QUESTION_H

/*
 * What every step that asks for keys does alike: the question, the silence in which it may be
 * answered, and the question again after a wrong answer or none, a few times.
 *
 * A prompt that failed is treated as heard: who knows the question can still answer.
 */

#include "bot/core/state.h"

/* The question from its beginning. */
void question_ask(struct centre *c, struct contact *k, const struct plan_step *s);
/* The prompt is over: of the question, or of the complaint before it. */
void question_play_ended(struct centre *c, struct contact *k, const struct plan_step *s);
/* Silence begins: for the answer, or its next digit. */
void question_listen(struct centre *c, struct contact *k, const struct plan_step *s);
/* A wrong answer or none. true: it is asked again. false: that was the last time, and what follows
 * is the step's to say. */
bool question_again(struct centre *c, struct contact *k, const struct plan_step *s);

#endif
