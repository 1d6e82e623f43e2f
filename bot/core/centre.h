#ifndef BOT_CORE_CENTRE_H
#define BOT_CORE_CENTRE_H

/*
 * The brain: a pure state machine. It knows calls, queues, agents and flows, and no
 * clock, socket, JSON, SQL, Graph URL or codec.
 *
 * Time arrives in the event, what should happen leaves as effects, and the next deadline
 * is a question the shell asks. The step cannot fail: overload is an effect too. One
 * thread at a time; no heap after centre_init; everything is sized from the plan.
 *
 * Invariants, asserted at every step:
 *   offered = sum of outcomes + in progress
 *   an agent has at most one offer or call
 *   every contact in progress has a deadline
 */

#include "bot/core/effect.h"
#include "bot/core/event.h"
#include "bot/core/plan.h"

struct centre;

/* Bytes of storage a centre for this plan wants. */
size_t centre_bytes(const struct plan *plan);
/* storage: centre_bytes(plan), 16-aligned, the caller's, no pointers of others into it; plan is
 * borrowed until centre_plan replaces it. */
struct centre *centre_init(void *storage, const struct plan *plan);

/*
 * Let a centre go on with another plan, in new storage of centre_bytes(plan): agents and queues are
 * found again by key, waiting callers keep their place. Who waits in a queue that is gone goes, at
 * the next step, where that queue sent those for whom it had no room; a contact whose flow is gone
 * starts the entry's flow anew. The old storage
 * is the caller's again when this returns. E_LIMIT: more contacts in progress than the new plan
 * holds: keep the old one.
 */
enum err centre_plan(const struct centre *old, void *storage, const struct plan *plan,
	struct centre **out) MUST_CHECK;

/* ev is borrowed for the call; out is overwritten. */
void centre_step(struct centre *c, const struct event *ev, struct effects *out);

/* When the next EV_TICK is due; UINT64_MAX: never, as things stand. */
uint64_t centre_deadline_ms(const struct centre *c);

/*
 * Canonical dump of everything the future depends on, for comparing two centres: "state after
 * recovery = state before the crash". Any thread that owns c. The sink is called with pieces of
 * text.
 */
void centre_dump(
	const struct centre *c, void (*sink)(void *arg, const char *text, size_t n), void *arg);

#endif
