#include "bot/core/doubt.h"

#include "bot/core/call_back.h"
#include "bot/core/contact.h"
#include "bot/core/exit.h"
#include "bot/core/flow.h"
#include "bot/core/queue.h"
#include "bot/core/ring.h"
#include "bot/core/talk.h"

void doubt_start(struct centre *c)
{
	for (uint32_t slot = c->all.first; slot; slot = c->contact[slot].link[LIST_ALL].after) {
		struct contact *k = &c->contact[slot];

		if (k->call_back) {
			call_back_doubt(c, k);
			continue;
		}
		k->n_probes = 0;
		k->probe = 0;
		if (k->call_gone)
			continue;
		if (k->phase == PHASE_RINGING)
			k->doubtful = true;
		flow_doubt(k);
		contact_due(c, k, DUE_PROBE, c->now_ms);
	}
}

void doubt_due(struct centre *c, struct contact *k)
{
	contact_due(c, k, DUE_PROBE, NEVER);
	k->probe = 0;
	if (k->n_probes < PROBES_MAX) {
		k->n_probes++;
		k->probe = attempt_next(c);
		effect_emit(c, FX_PROBE, k, k->probe);
		contact_due(c, k, DUE_PROBE, c->now_ms + PROBE_MS);
	} else {
		contact_close_lost(c, k, END_FAILED);
	}
}

static void ringing(struct centre *c, struct contact *k)
{
	if (k->phase != PHASE_ARRIVING)
		return; /* Older than what we know. */
	k->answer = attempt_next(c);
	effect_emit(c, FX_ANSWER, k, k->answer);
}

static void closing(struct centre *c, struct contact *k)
{
	/* A last prompt is not worth a second try, an open call is. */
	if (!k->record.estimated || k->n_hang_ups)
		contact_hang_up(c, k);
}

/* Whoever has the caller now may be gone as well, or never have been rung. */
static void left(struct centre *c, struct contact *k)
{
	uint32_t before = c->last_attempt;

	talk_left(c, k);
	if (k->phase == PHASE_TALKING) {
		k->n_probes = 0;
		contact_due(c, k, DUE_PROBE, c->now_ms);
	}
	k->doubtful = k->phase == PHASE_RINGING && k->ring <= before;
}

static void active(struct centre *c, struct contact *k)
{
	switch ((enum contact_phase)k->phase) {
	case PHASE_ARRIVING:
		contact_active(c, k);
		break;
	case PHASE_FLOW:
		effect_emit(c, FX_LISTEN, k, attempt_next(c));
		if (k->leaving)
			exit_go(c, k);
		else
			flow_again(c, k);
		break;
	case PHASE_WAITING:
	case PHASE_RINGING:
		if (k->queue && !k->transfer)
			queue_hold(c, k);
		break;
	case PHASE_TALKING:
		left(c, k);
		break;
	case PHASE_CLOSING:
		closing(c, k);
		break;
	case PHASE_CALL_BACK: /* has no call, and is not probed */
		break;
	}
}

static void connect_again(struct centre *c, struct contact *k)
{
	ring_connect(c, k);
	talk_again(c, k);
}

static void with_agent(struct centre *c, struct contact *k)
{
	/* Where several rang it is not said who; her own answer is to come, or all are rung in
	 * vain. */
	if (k->phase == PHASE_RINGING && party_count(c, k) < 2)
		ring_answered(c, k, party_lead(k));
	else if (k->phase == PHASE_TALKING)
		connect_again(c, k);
	else
		active(c, k);
}

void doubt_present(struct centre *c, struct contact *k, enum call_presence presence)
{
	k->probe = 0;
	contact_due(c, k, DUE_PROBE, NEVER);
	if (k->phase == PHASE_RINGING && k->due_ms[DUE_RING] == NEVER)
		contact_due(c, k, DUE_RING, c->now_ms); /* it ran out meanwhile */
	switch (presence) {
	case PRESENT_RINGING:
		ringing(c, k);
		break;
	case PRESENT_ACTIVE:
		active(c, k);
		break;
	case PRESENT_WITH_AGENT:
		with_agent(c, k);
		break;
	case PRESENT_PENDING:
		break; /* It lives, and its deadlines stand. */
	}
}
