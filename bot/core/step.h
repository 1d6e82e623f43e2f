#ifndef BOT_CORE_STEP_H
#define BOT_CORE_STEP_H

/*
 * One kind of step in a flow: a file step_NAME.c and a line in steps.def.
 *
 * While a step waits, what happens to the contact is told to it; a NULL function
 * means that it cannot happen to this kind, or does not concern it.
 */

#include "bot/core/state.h"

struct step {
	/* true: done, the next step begins. false: it waits, or the contact has left the flow. */
	bool (*begin)(struct centre *c, struct contact *k, const struct plan_step *s);
	/* Its prompt is over, heard or not. */
	void (*play_ended)(struct centre *c, struct contact *k, const struct plan_step *s);
	/* NULL: kept for the next step that wants it. */
	void (*digit)(struct centre *c, struct contact *k, const struct plan_step *s, char digit);
	/* DUE_STAGE, while no prompt is under way. */
	void (*due)(struct centre *c, struct contact *k, const struct plan_step *s);
};

#endif
