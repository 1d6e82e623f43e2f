#include "bot/core/call_back.h"

#include "bot/core/contact.h"
#include "bot/core/exit.h"
#include "bot/core/queue.h"
#include "bot/core/ring.h"
#include "bot/core/touch.h"

#include <assert.h>
#include <string.h>

enum { DIAL_MS_MIN = 5000 };

static uint32_t *bucket_of(const struct centre *c, const struct contact *k)
{
	uint32_t hash;

	memcpy(&hash, k->caller.byte, sizeof(hash));
	return &c->away[hash & c->away_mask];
}

void call_back_list(struct centre *c, struct contact *k)
{
	uint32_t *in = bucket_of(c, k);

	k->next_away = *in;
	*in = contact_slot(c, k);
	if (!k->queue)
		return;
	c->queue[k->queue].n_away++;
	touch_queue(c, k->queue);
}

void call_back_unlist(struct centre *c, struct contact *k)
{
	uint32_t *in = bucket_of(c, k);

	while (*in != contact_slot(c, k))
		in = &c->contact[*in].next_away;
	*in = k->next_away;
	k->next_away = 0;
	if (!k->queue)
		return;
	c->queue[k->queue].n_away--;
	touch_queue(c, k->queue);
}

struct contact *call_back_of(const struct centre *c, const struct contact *k, uint32_t queue)
{
	uint32_t at = guid_is_none(k->caller) ? 0 : *bucket_of(c, k);

	while (at &&
		(c->contact[at].queue != queue || !guid_same(c->contact[at].caller, k->caller)))
		at = c->contact[at].next_away;
	return at ? &c->contact[at] : NULL;
}

bool call_back_is_possible(const struct centre *c, const struct contact *k)
{
	if (!k->record.queue || !k->credit_seq || k->called_back || guid_is_none(k->caller))
		return false;
	return c->plan->call_back_ms_max && queue_plan(c, k->record.queue)->dials_max;
}

/* Hung up, and yet not over. */
static void hang_up(struct centre *c, struct contact *k)
{
	contact_hang_up(c, k);
	k->record.ended_ms = 0;
}

void call_back_keep(struct centre *c, struct contact *k, uint32_t prompt)
{
	assert(k->phase == PHASE_FLOW && !k->leaving);
	contact_stop_play(c, k);
	k->queue = k->record.queue;
	k->call_back = CALL_BACK_LEAVING;
	exit_note(k, EXIT_NONE); /* she went to come back */
	k->keep_alive = 0;
	k->n_typed = 0;
	k->task = 0;
	contact_due(c, k, DUE_KEEP_ALIVE, NEVER);
	contact_due(c, k, DUE_WAIT, c->now_ms + c->plan->call_back_ms_max);
	contact_phase_set(c, k, PHASE_CALL_BACK);
	queue_put(c, k);
	call_back_list(c, k);
	if (prompt)
		contact_play(c, k, prompt);
	else
		hang_up(c, k);
}

/* Her call is over, and she may be called. */
static void is_away(struct centre *c, struct contact *k)
{
	k->call_back = CALL_BACK_AWAY;
	k->play = k->hang_up = 0;
	k->n_hang_ups = 0;
	contact_due(c, k, DUE_STAGE, NEVER);
	queue_ready(c, k);
	offer_contact(c, k);
}

void call_back_leave(struct centre *c, struct contact *k)
{
	if (k->call_back != CALL_BACK_LEAVING)
		contact_due(c, k, DUE_STAGE, NEVER);
	else if (k->n_hang_ups < HANG_UPS_MAX)
		hang_up(c, k);
	else
		is_away(c, k);
}

void call_back_ended(struct centre *c, struct contact *k, enum call_end end)
{
	if (k->call_back == CALL_BACK_DIALLING)
		call_back_failed(c, k, end == END_LEFT);
	else if (k->call_back == CALL_BACK_LEAVING && end != END_LEFT)
		is_away(c, k);
	else if (k->call_back == CALL_BACK_LEAVING && !k->n_hang_ups)
		hang_up(c, k);
}

void call_back_over(struct centre *c, struct contact *k, enum outcome outcome)
{
	k->settled = (uint8_t)outcome;
	if (k->call_back == CALL_BACK_LEAVING)
		contact_close(c, k, outcome, 0);
	else /* Nobody is on the line: at once. */
		contact_gone(c, k, END_BY_US);
}

void call_back_dial(struct centre *c, struct contact *k, uint32_t agent)
{
	uint32_t ms = queue_plan(c, k->queue)->dial_ms_max;
	struct effect *fx;

	k->call_back = CALL_BACK_DIALLING;
	k->dial = attempt_next(c);
	k->record.n_dials++;
	fx = effect_emit(c, FX_DIAL, k, k->dial);
	fx->agent = (uint16_t)agent;
	fx->queue = (uint16_t)k->queue;
	contact_due(c, k, DUE_RING, c->now_ms + (ms < DIAL_MS_MIN ? DIAL_MS_MIN : ms));
}

void call_back_undial(struct centre *c, struct contact *k)
{
	effect_emit(c, FX_UNDIAL, k, k->dial);
	k->call_back = CALL_BACK_AWAY;
}

void call_back_failed(struct centre *c, struct contact *k, bool undial)
{
	struct freed f = { .n = 0 };
	const struct plan_queue *p;

	if (!undial)
		k->call_back = CALL_BACK_AWAY;
	ring_undo(c, k, &f);
	p = k->queue ? queue_plan(c, k->queue) : NULL;
	if (!p || k->record.n_dials >= p->dials_max) {
		call_back_over(c, k, OUTCOME_CALL_BACK_FAILED);
	} else {
		uint32_t ms = p->redial_after_ms < RETRY_MS ? RETRY_MS : p->redial_after_ms;

		contact_due(c, k, DUE_RING, c->now_ms + ms);
	}
	offer_freed(c, &f);
}

void call_back_effect_failed(struct centre *c, struct contact *k, const struct event *ev)
{
	bool leaving = k->call_back == CALL_BACK_LEAVING;

	if (k->call_back == CALL_BACK_DIALLING && ev->attempt == k->dial)
		call_back_failed(c, k, ev->value == EFFECT_TIMEOUT);
	else if (leaving && ev->value == EFFECT_GONE)
		is_away(c, k);
	else if (leaving && ev->attempt == k->hang_up)
		contact_hang_up_failed(c, k);
	else if (leaving && ev->attempt == k->play)
		call_back_leave(c, k);
	else if (ev->attempt == k->ring && ev->value != EFFECT_GONE)
		ring_effect_failed(c, k, party_lead(k), (enum effect_end)ev->value);
}

void call_back_active(struct centre *c, struct contact *k)
{
	if (k->call_back == CALL_BACK_AWAY && k->dial)
		call_back_undial(c, k); /* too late: it was let go */
	if (k->call_back != CALL_BACK_DIALLING)
		return;
	call_back_unlist(c, k);
	k->call_back = CALL_BACK_NONE;
	k->called_back = true;
	k->limit_from_ms = c->now_ms; /* her call is young */
	contact_due(c, k, DUE_WAIT, NEVER);
	contact_due(c, k, DUE_KEEP_ALIVE, c->now_ms + c->plan->keep_alive_ms);
	effect_emit(c, FX_LISTEN, k, attempt_next(c));
	queue_hold_after(c, k, queue_plan(c, k->queue)->dialled_prompt);
	ring_reserved(c, k);
}

void call_back_doubt(struct centre *c, struct contact *k)
{
	if (k->call_back == CALL_BACK_LEAVING)
		contact_due(c, k, DUE_STAGE, c->now_ms);
	else if (k->call_back == CALL_BACK_DIALLING)
		contact_due(c, k, DUE_RING, c->now_ms);
	else if (k->phase == PHASE_RINGING)
		k->doubtful = true;
}

void call_back_dialled(struct centre *c, const struct contact *k, const struct event *ev)
{
	struct contact gone = { .number = ev->contact };

	if (!k || k->dial != ev->attempt || k->call_back == CALL_BACK_AWAY)
		effect_emit(c, FX_UNDIAL, &gone, ev->attempt);
}

enum outcome call_back_outcome(const struct contact *k, enum outcome o)
{
	if (!k->called_back)
		return o;
	switch (o) {
	case OUTCOME_HANDLED:
		return OUTCOME_CALL_BACK_ANSWERED;
	case OUTCOME_ABANDONED_IVR:
	case OUTCOME_ABANDONED_SHORT:
	case OUTCOME_ABANDONED_QUEUE:
	case OUTCOME_ABANDONED_RINGING:
	case OUTCOME_FAILED:
		return OUTCOME_CALL_BACK_FAILED;
	default:
		return o;
	}
}
