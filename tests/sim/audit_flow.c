/*
 * The auditor on flows: what a caller may hear there, and what becomes of what is asked outside.
 * Which step comes next is the rows' affair; here it is that all of it ends, and how.
 */
#include "tests/sim/audit.h"

enum { AWAITED_MS = 10000 };

/* An answer counts until the task's deadline; after a restart, until the step is begun anew. */
static bool is_open(const struct life *l, const struct account *k)
{
	return k->task && (k->phase == PHASE_CLOSING || k->task_due_ms > l->audit->settled_ms);
}

uint32_t flow_possible(const struct life *l, const struct account *k)
{
	uint32_t bits = BIT(OUTCOME_SELF_SERVED);

	if (k->settled)
		return BIT(k->settled);
	if (k->task && k->task_kind == FX_RECORD && l->now_ms >= k->task_due_ms)
		bits |= BIT(OUTCOME_FAILED); /* nobody ever told what was recorded */
	if (l->cfg->circles || k->record_failed || book_nobody_answers(l, k))
		bits |= BIT(OUTCOME_FAILED);
	if (k->full)
		bits |= BIT(OUTCOME_OVERFLOW);
	if (k->unserved || (k->reasons & BIT(EXIT_NO_AGENTS)))
		bits |= BIT(OUTCOME_NO_AGENTS);
	if (k->shut)
		bits |= BIT(OUTCOME_CLOSED);
	if (k->reasons & BIT(REASON_RELEASED))
		bits = BIT(OUTCOME_RELEASED);
	if (k->reasons & BIT(EXIT_TIMEOUT))
		bits |= BIT(OUTCOME_TIMEOUT);
	return bits;
}

static void task(struct life *l, struct account *k, const struct effect *fx)
{
	k->task = fx->attempt;
	k->task_kind = fx->kind;
	k->task_starts = k->n_starts;
	k->task_due_ms = l->now_ms + (fx->kind == FX_TRANSFER
						     ? l->cfg->plan.transfer_ms_max
						     : (uint64_t)fx->length_ms + fx->silence_ms +
							       l->cfg->plan.play_ms_max);
}

bool flow_effect(struct life *l, struct account *k, const struct effect *fx)
{
	switch ((enum effect_kind)fx->kind) {
	case FX_LISTEN:
		if (k->phase != PHASE_FLOW || k->flow_ms != l->now_ms)
			life_fail(l, "contact %u is listened to here", fx->contact);
		return true;
	case FX_PLAY:
	case FX_LOOKUP:
	case FX_RECORD:
	case FX_TRANSFER:
		break;
	default:
		return false;
	}
	if (book_waits(k))
		wait_leave(l, k, fx->contact);
	wait_look(l, k);
	k->flow_ms = l->now_ms;
	if (k->phase == PHASE_CLOSING && (fx->kind != FX_PLAY || k->n_hang_ups))
		life_fail(l, "contact %u: effect %u after the end", fx->contact, fx->kind);
	if (k->phase != PHASE_FLOW && k->phase != PHASE_CLOSING)
		life_fail(l, "contact %u: effect %u outside flows", fx->contact, fx->kind);
	if (fx->kind == FX_PLAY && !fx->prompt)
		life_fail(l, "contact %u hears nothing at all", fx->contact);
	if (fx->kind == FX_PLAY && fx->prompt >= PROMPT_MUSIC && fx->prompt < PROMPT_TOO_LONG)
		life_fail(l, "contact %u hears prompt %u here", fx->contact, fx->prompt);
	if (fx->kind == FX_RECORD || fx->kind == FX_TRANSFER)
		task(l, k, fx);
	return true;
}

static void failed(struct account *k)
{
	k->record_failed |= k->task_kind == FX_RECORD;
	k->task = 0;
}

bool flow_event(struct life *l, struct account *k, const struct event *ev)
{
	if (!k->task || ev->attempt != k->task)
		return false;
	k->flow_ms = l->now_ms;
	if (!is_open(l, k)) {
		k->task = 0;
	} else if (ev->kind == EV_TRANSFERRED) {
		k->task = 0;
		k->record.estimated = true;
		book_close(l, k, 0);
		k->possible = BIT(k->settled ? k->settled : OUTCOME_TRANSFERRED);
	} else if (ev->kind == EV_RECORDED && ev->value == RECORD_DONE) {
		k->task = 0;
		book_close(l, k, 0);
		k->possible = BIT(k->settled ? k->settled : OUTCOME_VOICEMAIL);
	} else if (ev->kind == EV_RECORDED && ev->value == RECORD_EMPTY) {
		k->task = 0;
	} else if (ev->kind != EV_EFFECT_FAILED || ev->value != EFFECT_TIMEOUT ||
		   k->task_kind != FX_TRANSFER || k->phase == PHASE_CLOSING) {
		failed(k);
	}
	if (!k->task && k->awaited_ms)
		k->awaited_ms = l->now_ms;
	return true;
}

bool flow_awaits(struct life *l, struct account *k)
{
	if (k->awaited_ms || !is_open(l, k))
		return false;
	k->awaited_ms = l->now_ms + AWAITED_MS;
	if (!k->record.ended_ms)
		k->record.ended_ms = l->now_ms;
	return true;
}
