#ifndef BOT_CORE_STEP_H
#define BOT_CORE_STEP_H

/*
 * One kind of step in a flow: a file step_NAME.c and a line in steps.def.
 *
 * While a step waits, what happens to the contact is told to it; a NULL function
 * means that it cannot happen to this kind, or does not concern it.
 *
 * A step that asks somebody outside to do something (look up, record, transfer) has a task: the
 * attempt in k->task. While there is one, DUE_STAGE is its deadline, also beside a prompt.
 */

#include "bot/core/state.h"

struct step {
	/* true: done, the next step begins. false: it waits, or the contact has left the flow. */
	bool (*begin)(struct centre *c, struct contact *k, const struct plan_step *s);
	/* Its prompt is over, heard or not. */
	void (*play_ended)(struct centre *c, struct contact *k, const struct plan_step *s);
	/* NULL: kept for the next step that wants it. */
	void (*digit)(struct centre *c, struct contact *k, const struct plan_step *s, char digit);
	/* DUE_STAGE, while neither prompt nor task is under way. */
	void (*due)(struct centre *c, struct contact *k, const struct plan_step *s);
	/* The answer to its task, which is no longer in force. */
	void (*told)(struct centre *c, struct contact *k, const struct plan_step *s,
		const struct event *ev);
	/* Its task came to nothing: refused, too late, or its answer lost at a restart. */
	void (*lost)(struct centre *c, struct contact *k, const struct plan_step *s);
	/* After a restart the step is begun anew; with this, its task is lost instead. */
	bool once;
	/* Nobody knows whether a task whose request timed out is done: its deadline decides. */
	bool may_be_done;
	/* The caller may leave and the task's answer still says how it ended. */
	enum outcome (*ended)(const struct event *ev);
};

#endif
