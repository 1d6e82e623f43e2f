/*
 * What is outside: other systems that are asked, recordings, transfers to somebody we do not know.
 */
#include "tests/sim/life.h"

enum { CASES = 6, LOOKUP_MS = 3000, LATE_MS = 20000 };

/* An answer late, or none: it dies with the process that asked. */
void task_lookup(struct life *l, const struct effect *fx)
{
	const struct weather *w = draw_weather(l);
	struct event ev = { .kind = EV_LOOKED_UP, .contact = fx->contact, .attempt = fx->attempt };

	ev.value = (int32_t)draw_between(l, 0, CASES) - 1;
	if (draw_chance(l, w->lose))
		return;
	if (draw_chance(l, w->refuse)) {
		ev.kind = EV_EFFECT_FAILED;
		ev.value = EFFECT_TIMEOUT;
	}
	l->asker_boot = l->boot;
	world_tell_asker(l, ev, draw_between(l, 20, draw_chance(l, w->late) ? LATE_MS : LOOKUP_MS));
}

static void recorded(struct life *l, uint32_t number, int32_t end)
{
	struct call *call = &l->call[number];

	call->recorded |= end == RECORD_DONE;
	world_tell(l, EV_RECORDED, number, call->recording, end);
	call->recording = 0;
}

void task_record(struct life *l, const struct effect *fx)
{
	struct call *call = &l->call[fx->contact];
	int32_t end = draw_chance(l, 200) ? RECORD_EMPTY : RECORD_DONE;
	uint64_t ms = end == RECORD_EMPTY ? fx->silence_ms : draw_between(l, 500, fx->length_ms);
	struct todo *t;

	if (call->state != CALL_UP)
		return;
	world_silence(l, fx->contact, PLAY_CANCELLED);
	if (call->recording)
		recorded(l, fx->contact, RECORD_FAILED);
	call->recording = fx->attempt;
	if (draw_chance(l, draw_weather(l)->prompt_fails)) {
		end = RECORD_FAILED;
		ms = 50;
	}
	t = agenda_add(l, DO_RECORDED, fx->contact, l->now_ms + ms);
	t->value = end;
	t->fx = *fx;
}

/* Who hangs up on a recording has said something, or nothing; it is told before the call's end or
 * after it. */
void task_call_gone(struct life *l, uint32_t number)
{
	if (l->call[number].recording)
		recorded(l, number, draw_chance(l, 600) ? RECORD_DONE : RECORD_EMPTY);
}

void task_transfer(struct life *l, const struct effect *fx)
{
	struct call *call = &l->call[fx->contact];
	struct todo *t;

	if (call->state != CALL_UP)
		return;
	world_silence(l, fx->contact, PLAY_CANCELLED);
	call->state = CALL_TRANSFERRING;
	call->transfer = fx->attempt;
	t = agenda_add(l, DO_TRANSFERRED, fx->contact, l->now_ms + draw_between(l, 500, 15000));
	t->value = draw_chance(l, 300);
	t->fx = *fx;
}

static void transferred(struct life *l, const struct todo *t)
{
	struct call *call = &l->call[t->who];

	if (call->state != CALL_TRANSFERRING || call->transfer != t->fx.attempt)
		return;
	call->transfer = 0;
	if (t->value) {
		call->state = CALL_UP;
		world_tell(l, EV_TRANSFER_FAILED, t->who, t->fx.attempt, 0);
		return;
	}
	call->transferred = true;
	call->state = CALL_GONE;
	world_tell(l, EV_TRANSFERRED, t->who, t->fx.attempt, 0);
	world_tell(l, EV_CALL_ENDED, t->who, 0, END_HUNG_UP);
}

/* Who left her place is called: she answers, or not. */
void task_dial(struct life *l, const struct effect *fx)
{
	struct call *call = &l->call[fx->contact];
	struct todo *t;

	if (call->state != CALL_GONE)
		return;
	call->state = CALL_CONNECTING;
	call->caller_left = call->listening = false;
	call->dial = fx->attempt;
	world_tell(l, EV_DIALLED, fx->contact, fx->attempt, 0);
	t = agenda_add(l, DO_DIALLED, fx->contact, l->now_ms + draw_between(l, 500, 25000));
	t->value = draw_chance(l, 400) ? (int32_t)draw_between(l, RING_NO_ANSWER, RING_FAILED) : 0;
	t->fx = *fx;
}

void task_undial(struct life *l, const struct effect *fx)
{
	struct call *call = &l->call[fx->contact];

	if (call->dial == fx->attempt && call->state != CALL_GONE)
		world_end(l, fx->contact, END_BY_US);
}

static void dialled(struct life *l, const struct todo *t)
{
	struct call *call = &l->call[t->who];

	if (call->dial != t->fx.attempt || call->state != CALL_CONNECTING)
		return;
	if (t->value) {
		call->state = CALL_GONE;
		world_tell(l, EV_DIAL_FAILED, t->who, t->fx.attempt, t->value);
		return;
	}
	call->state = CALL_UP;
	world_tell(l, EV_CALL_ACTIVE, t->who, t->fx.attempt, 0);
	agenda_add(l, DO_GIVE_UP, t->who, l->now_ms + draw_between(l, 5000, 300000));
}

void task_do(struct life *l, const struct todo *t)
{
	if (t->what == DO_DIALLED)
		dialled(l, t);
	else if (t->what == DO_TRANSFERRED)
		transferred(l, t);
	else if (l->call[t->who].recording == t->fx.attempt)
		recorded(l, t->who, t->value);
}
