#include "bot/core/contact.h"

#include "bot/core/call_back.h"
#include "bot/core/exit.h"
#include "bot/core/flow.h"
#include "bot/core/list.h"
#include "bot/core/queue.h"
#include "bot/core/ring.h"
#include "bot/core/touch.h"

#include <assert.h>
#include <string.h>

/* What is said aloud is said in the caller's language. */
static bool is_heard(enum effect_kind kind)
{
	return kind == FX_PLAY || kind == FX_HOLD || kind == FX_RECORD || kind == FX_DIAL ||
	       kind == FX_RECORDING;
}

struct effect *effect_emit(
	struct centre *c, enum effect_kind kind, const struct contact *k, uint32_t attempt)
{
	struct effect *fx;

	assert(c->out->n < EFFECTS_MAX);
	fx = &c->out->item[c->out->n++];
	memset(fx, 0, sizeof(*fx));
	fx->kind = kind;
	fx->contact = k->number;
	fx->attempt = attempt;
	if (is_heard(kind))
		fx->language = k->record.language;
	return fx;
}

uint32_t attempt_next(struct centre *c)
{
	if (++c->last_attempt == 0) /* after four thousand million, the first are long forgotten */
		c->last_attempt = 1;
	return c->last_attempt;
}

struct contact *contact_find(const struct centre *c, uint32_t number)
{
	uint32_t slot = c->bucket[number & c->bucket_mask];

	while (slot && c->contact[slot].number != number)
		slot = c->contact[slot].next_in_bucket;
	return slot && number ? &c->contact[slot] : NULL;
}

struct contact *contact_new(struct centre *c, uint32_t number)
{
	uint32_t slot = c->free, *bucket = &c->bucket[number & c->bucket_mask];
	struct contact *k = &c->contact[slot];

	if (!slot)
		return NULL;
	c->free = k->next_in_bucket;
	memset(k, 0, sizeof(*k));
	for (int i = 0; i < DUES; i++)
		k->due_ms[i] = NEVER;
	k->number = number;
	k->next_in_bucket = *bucket;
	*bucket = slot;
	list_insert(c, &c->all, LIST_ALL, k, c->all.last);
	/* Behind the agents' ties, so that an agent who is free again is seen first. */
	c->timers.timer[slot].tie = (uint64_t)1 << 32 | number;
	return k;
}

static void contact_free(struct centre *c, struct contact *k)
{
	uint32_t slot = contact_slot(c, k), *at = &c->bucket[k->number & c->bucket_mask];

	while (*at != slot)
		at = &c->contact[*at].next_in_bucket;
	*at = k->next_in_bucket;
	list_remove(c, &c->all, LIST_ALL, k);
	timer_set(&c->timers, slot, NEVER);
	k->number = 0;
	k->next_in_bucket = c->free;
	c->free = slot;
}

void contact_phase_set(struct centre *c, struct contact *k, enum contact_phase phase)
{
	k->phase = (uint8_t)phase;
	k->since_ms = c->now_ms;
	touch_contact(c, k);
}

void contact_due(struct centre *c, struct contact *k, enum due which, uint64_t at_ms)
{
	uint64_t first = NEVER;

	k->due_ms[which] = at_ms;
	for (int i = 0; i < DUES; i++)
		if (k->due_ms[i] < first)
			first = k->due_ms[i];
	timer_set(&c->timers, contact_slot(c, k), first);
}

void contact_play(struct centre *c, struct contact *k, uint32_t prompt)
{
	k->play = attempt_next(c);
	effect_emit(c, FX_PLAY, k, k->play)->prompt = (uint16_t)prompt;
	contact_due(c, k, DUE_STAGE, c->now_ms + c->plan->play_ms_max);
}

void contact_stop_play(struct centre *c, struct contact *k)
{
	if (k->play)
		effect_emit(c, FX_STOP_PLAY, k, 0);
	k->play = 0;
}

/* A rejected contact is offered and ends in one breath, and needs no slot for that. What Graph
 * answers to the rejection finds nobody. */
static void reject(struct centre *c, const struct contact *rejected)
{
	struct effect *fx;

	effect_emit(c, FX_REJECT, rejected, attempt_next(c));
	fx = effect_emit(c, FX_OUTCOME, rejected, 0);
	fx->record = rejected->record;
	fx->record.ended_ms = c->now_ms;
	fx->record.outcome = OUTCOME_REJECTED;
	c->ledger.outcome[OUTCOME_REJECTED]++;
}

void contact_offered(struct centre *c, const struct event *ev)
{
	struct contact rejected, *k;
	uint32_t entry = (uint32_t)ev->value;

	if (ev->contact <= c->last_number)
		return;
	c->last_number = ev->contact;
	c->ledger.offered++;
	k = contact_new(c, ev->contact);
	if (!k) {
		k = memset(&rejected, 0, sizeof(rejected));
		k->number = ev->contact;
	}
	/* A journal may name an entry that today's configuration has not. */
	k->record.entry = (uint16_t)(entry < c->plan->n_entries ? entry : 0);
	k->record.language = c->plan->entry[k->record.entry].language;
	k->record.priority = PRIORITY_NORMAL;
	k->record.offered_ms = c->now_ms;
	if (k == &rejected) {
		reject(c, k);
		return;
	}
	c->ledger.in_progress++;
	contact_phase_set(c, k, PHASE_ARRIVING);
	k->answer = attempt_next(c);
	effect_emit(c, FX_ANSWER, k, k->answer);
	contact_due(c, k, DUE_STAGE, c->now_ms + c->plan->active_ms_max);
}

void contact_active(struct centre *c, struct contact *k)
{
	if (k->phase != PHASE_ARRIVING)
		return; /* Graph says it again with every digit and change of media. */
	k->answer = 0;
	k->record.answered_ms = c->now_ms;
	contact_phase_set(c, k, PHASE_FLOW);
	contact_due(c, k, DUE_KEEP_ALIVE, c->now_ms + c->plan->keep_alive_ms);
	effect_emit(c, FX_LISTEN, k, attempt_next(c));
	flow_begin(c, k, c->plan->entry[k->record.entry].flow);
}

/* How it ends for a caller who leaves from here. */
static enum outcome outcome_of_leaving(const struct centre *c, const struct contact *k)
{
	uint64_t waited = c->now_ms - k->record.queued_ms;

	if (k->settled)
		return k->settled;
	switch ((enum contact_phase)k->phase) {
	case PHASE_ARRIVING:
	case PHASE_FLOW:
		return exit_outcome(k, OUTCOME_ABANDONED_IVR);
	case PHASE_WAITING:
	case PHASE_RINGING:
		/* Who has met an agent and was sent on has not just come by. */
		if (k->queue && !k->record.agent &&
			waited < queue_plan(c, k->queue)->short_abandon_ms)
			return OUTCOME_ABANDONED_SHORT;
		return k->phase == PHASE_RINGING ? OUTCOME_ABANDONED_RINGING
						 : OUTCOME_ABANDONED_QUEUE;
	case PHASE_TALKING:
		return OUTCOME_HANDLED;
	case PHASE_CALL_BACK:
		return OUTCOME_CALL_BACK_FAILED;
	case PHASE_CLOSING:
		break;
	}
	return k->record.outcome;
}

static enum outcome outcome_of(const struct centre *c, const struct contact *k, enum call_end end)
{
	enum outcome left = outcome_of_leaving(c, k);

	if (k->phase == PHASE_TALKING || k->phase == PHASE_CLOSING || k->settled)
		return left;
	if (end == END_HUNG_UP || end == END_LEFT)
		return left;
	if (end != END_GONE)
		return OUTCOME_FAILED;
	/* Gone unseen: the caller left, but for a call that we were too slow to answer. */
	if (k->phase == PHASE_ARRIVING &&
		c->now_ms - k->record.offered_ms >= c->plan->active_ms_max)
		return OUTCOME_FAILED;
	return left;
}

void contact_hang_up(struct centre *c, struct contact *k)
{
	if (!k->record.ended_ms)
		k->record.ended_ms = c->now_ms;
	k->play = 0;
	k->hang_up = attempt_next(c);
	k->n_hang_ups++;
	effect_emit(c, FX_HANG_UP, k, k->hang_up);
	contact_due(c, k, DUE_STAGE, c->now_ms + HANG_UP_MS);
}

void contact_hang_up_failed(struct centre *c, struct contact *k)
{
	k->hang_up = 0;
	contact_due(c, k, DUE_STAGE, c->now_ms + HANG_UP_RETRY_MS);
}

void contact_closing_due(struct centre *c, struct contact *k)
{
	if (k->n_hang_ups < HANG_UPS_MAX && !k->call_gone)
		contact_hang_up(c, k);
	else
		contact_gone(c, k, END_BY_US);
}

void contact_closing(struct centre *c, struct contact *k)
{
	contact_phase_set(c, k, PHASE_CLOSING);
	k->keep_alive = 0; /* so that its failure cannot begin it again */
	contact_due(c, k, DUE_KEEP_ALIVE, NEVER);
}

void contact_close(struct centre *c, struct contact *k, enum outcome outcome, uint32_t prompt)
{
	struct freed f = { .n = 0 };

	assert(k->phase != PHASE_CLOSING);
	ring_detach(c, k, &f);
	k->record.outcome = k->settled ? k->settled : (uint8_t)exit_outcome(k, outcome);
	k->answer = 0;
	contact_closing(c, k);
	if (prompt) {
		contact_stop_play(c, k);
		contact_play(c, k, prompt);
	} else {
		contact_hang_up(c, k);
	}
	offer_freed(c, &f);
}

/* She may not have wished to leave the line. */
static void keep_place(struct centre *c, struct contact *k, enum call_end end)
{
	if ((k->phase != PHASE_WAITING && k->phase != PHASE_RINGING) || end == END_BY_US)
		return;
	ticket_keep(c, k);
	estimate_left(c, k, true);
}

void contact_close_lost(struct centre *c, struct contact *k, enum call_end end)
{
	keep_place(c, k, end);
	if (k->phase != PHASE_CLOSING)
		contact_close(c, k, outcome_of(c, k, end), 0);
	else if (!k->n_hang_ups && !k->call_gone)
		contact_hang_up(c, k);
}

void contact_gone(struct centre *c, struct contact *k, enum call_end end)
{
	enum outcome outcome = outcome_of(c, k, end);
	struct freed f = { .n = 0 };

	if (flow_ends_later(c, k, outcome))
		return;
	keep_place(c, k, end);
	ring_detach(c, k, &f);
	if (!k->record.ended_ms)
		k->record.ended_ms = c->now_ms;
	outcome = call_back_outcome(k, outcome);
	k->record.outcome = (uint8_t)outcome;
	effect_emit(c, FX_OUTCOME, k, 0)->record = k->record;
	c->ledger.outcome[outcome]++;
	c->ledger.in_progress--;
	queue_count(c, k);
	contact_free(c, k);
	offer_freed(c, &f);
}
