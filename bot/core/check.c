#include "bot/core/check.h"

#include "bot/core/contact.h"
#include "bot/core/queue.h"

#include <assert.h>

/* Whether somebody is to do something. Without its queue, which a new plan has not, a contact's
 * next deadline is what ends it. */
static bool has_owner(const struct centre *c, const struct contact *k)
{
	switch ((enum contact_phase)k->phase) {
	case PHASE_ARRIVING:
		return true; /* Graph */
	case PHASE_FLOW:
		return k->leaving || k->flow < c->plan->n_flows;
	case PHASE_WAITING:
	case PHASE_CALL_BACK:
		return !k->queue || queue_has(c, k);
	case PHASE_RINGING:
		return k->ring && (!k->queue || k->sent_on || queue_has(c, k));
	case PHASE_TALKING:
		return k->ring != 0;
	case PHASE_CLOSING:
		return k->play || k->n_hang_ups || k->call_gone || k->record.estimated;
	}
	return false;
}

/* A keep-alive is none: it would go on for ever. */
static uint64_t deadline_of(const struct contact *k)
{
	if (k->phase == PHASE_CALL_BACK)
		return k->due_ms[DUE_WAIT];
	if (k->phase == PHASE_RINGING) /* in doubt, its end is not before the answer */
		return k->due_ms[DUE_RING] != NEVER ? k->due_ms[DUE_RING] : k->due_ms[DUE_PROBE];
	return k->due_ms[DUE_STAGE];
}

void check_contact(const struct centre *c, uint32_t number)
{
	const struct contact *k = contact_find(c, number);

	if (!k)
		return;
	assert(has_owner(c, k));
	assert(deadline_of(k) != NEVER);
	assert(timer_due(&c->timers, contact_slot(c, k)) <= deadline_of(k));
	assert(!k->agent || (c->agent[k->agent].contact == contact_slot(c, k) &&
				    c->agent[k->agent].attempt == k->ring));
	assert((k->phase == PHASE_RINGING || k->phase == PHASE_TALKING) == (k->ring != 0));
	/* Who keeps her place without a call waits, or an agent is reserved for her. */
	assert(k->call_back || k->phase != PHASE_CALL_BACK);
	assert(!k->call_back || k->phase == PHASE_CALL_BACK || k->phase == PHASE_RINGING);
}

void check_ledger(const struct centre *c)
{
	uint64_t ended = 0;

	for (int i = 0; i < OUTCOMES; i++)
		ended += c->ledger.outcome[i];
	assert(c->ledger.offered == ended + c->ledger.in_progress);
}
