#ifndef BOT_HISTORY_TELLER_H
#define BOT_HISTORY_TELLER_H

/*
 * Follows a centre, step by step, and tells rows. The same journal tells the same rows, numbers
 * included, so that what was kept of them already may be told again. Aborts without memory.
 *
 * Rows are told again as they grow: a visit under the same contact and n, a span under its number;
 * the last one told is the whole of it, but for what a span leaves out (see rows.h).
 */

#include "bot/core/view.h"
#include "bot/history/rows.h"

struct teller;

struct telling {
	void (*contact)(void *arg, const struct contact_told *row);
	void (*visit)(void *arg, const struct visit_told *row);
	void (*span)(void *arg, const struct span_told *row);
	void (*moment)(void *arg, const struct moment_told *row);
	/* Wrap-up of a contact is over: so much more for its last visit that was answered. */
	void (*wrap_up)(void *arg, uint32_t contact, uint64_t ms);
	/* The wrap-up code of a contact that is over. */
	void (*code)(void *arg, uint32_t contact, uint16_t code);
};

/* to is borrowed for the teller's life. */
struct teller *teller_new(const struct telling *to, void *arg);
void teller_free(struct teller *t);

/* After a step: c and plan as they are now, seq the event's place in the journal. */
void teller_saw(struct teller *t, const struct centre *c, const struct plan *plan, uint64_t seq,
	const struct event *ev, const struct effects *fx);

#endif
