/*
 * What is true: Graph's calls, callers, and the agents' telephones.
 *
 * The world does not know the centre's state. It sees requests, and it tells what
 * happens by notifications that the weather may lose, double or delay.
 */
#include "tests/sim/life.h"

#include <assert.h>

enum {
	UNANSWERED_MS = 15000,
	EMPTY_CALL_MS = 300000,
	REQUEST_MS = 150,
	TIMEOUT_MS = 10000,
	DIGITS_MAX = 9
};

/* An answer to one of our requests: it dies with the process that asked. */
void world_tell_asker(struct life *l, struct event ev, uint64_t after_ms)
{
	struct todo *t = agenda_add(l, DO_NOTE, 0, l->now_ms + after_ms);

	t->ev = ev;
	t->boot = l->asker_boot;
}

static void tell_once(struct life *l, struct event ev)
{
	uint64_t ms = draw_between(l, 20, 120);
	struct todo *t;

	if (draw_chance(l, draw_weather(l)->late))
		ms = draw_between(l, 0, 20000);
	t = agenda_add(l, DO_NOTE, 0, l->now_ms + ms);
	t->ev = ev;
	t->notification = true;
}

void world_tell(
	struct life *l, enum event_kind kind, uint32_t contact, uint32_t attempt, int32_t value)
{
	struct event ev = { .kind = kind, .contact = contact, .attempt = attempt, .value = value };

	if (draw_chance(l, draw_weather(l)->lose))
		return;
	tell_once(l, ev);
	/* A digit's doubles are known by their sequence id and go no further. */
	if (kind != EV_DIGIT && draw_chance(l, draw_weather(l)->twice))
		tell_once(l, ev);
}

void world_silence(struct life *l, uint32_t number, enum play_end end)
{
	struct call *call = &l->call[number];

	if (call->play)
		world_tell(l, EV_PLAY_ENDED, number, call->play, end);
	call->play = 0;
}

void world_end(struct life *l, uint32_t number, enum call_end end)
{
	world_silence(l, number, PLAY_CANCELLED);
	l->call[number].state = CALL_GONE;
	task_call_gone(l, number);
	world_tell(l, EV_CALL_ENDED, number, 0, end);
}

static void play(struct life *l, const struct effect *fx)
{
	struct call *call = &l->call[fx->contact];
	uint64_t ms = draw_between(l, 1000, 6000);
	int32_t end = PLAY_DONE;
	struct todo *t;

	if (call->state == CALL_TRANSFERRING)
		return;
	if (fx->kind == FX_HOLD && fx->queue <= l->cfg->plan.n_queues)
		ms = l->cfg->plan.queue[fx->queue - 1].announce_ms;
	world_silence(l, fx->contact, PLAY_CANCELLED);
	call->play = fx->attempt;
	if (draw_chance(l, draw_weather(l)->prompt_fails)) {
		ms = 50;
		end = PLAY_FAILED;
	}
	t = agenda_add(l, DO_PLAY_END, fx->contact, l->now_ms + ms);
	t->value = end;
	t->fx = *fx;
}

static void probe(struct life *l, const struct effect *fx)
{
	const struct call *call = &l->call[fx->contact];
	const struct leg *leg = leg_find(l, fx->contact, call->ring);
	struct event ev = {
		.kind = EV_CALL_PRESENT, .contact = fx->contact, .attempt = fx->attempt
	};

	if (draw_chance(l, draw_weather(l)->mute))
		return;
	if (call->state == CALL_RINGING)
		ev.value = PRESENT_RINGING;
	else if (call->state == CALL_CONNECTING || call->state == CALL_TRANSFERRING)
		ev.value = PRESENT_PENDING;
	else if ((leg && leg->state == LEG_IN) || leg_caller_talks(l, fx->contact))
		ev.value = PRESENT_WITH_AGENT;
	else
		ev.value = PRESENT_ACTIVE;
	world_tell_asker(l, ev, 100);
}

static void answer(struct life *l, uint32_t number)
{
	if (l->call[number].state != CALL_RINGING)
		return;
	l->call[number].state = CALL_CONNECTING;
	agenda_add(l, DO_ESTABLISH, number, l->now_ms + draw_between(l, 100, 1500));
}

static void carry_out(struct life *l, const struct effect *fx)
{
	struct call *call = &l->call[fx->contact];
	struct leg *leg = leg_find(l, fx->contact, fx->attempt);

	switch ((enum effect_kind)fx->kind) {
	case FX_ANSWER:
		answer(l, fx->contact);
		break;
	case FX_REJECT:
		world_end(l, fx->contact, END_BY_US);
		break;
	case FX_LISTEN:
		call->listening = true;
		break;
	case FX_PLAY:
	case FX_HOLD:
		play(l, fx);
		break;
	case FX_STOP_PLAY:
		world_silence(l, fx->contact, PLAY_CANCELLED);
		break;
	case FX_ASK:
		leg_ask(l, fx);
		break;
	case FX_RING:
		call->ring = fx->attempt;
		leg_ring(l, fx);
		break;
	case FX_RECORD:
		task_record(l, fx);
		break;
	case FX_TRANSFER:
		task_transfer(l, fx);
		break;
	case FX_CONNECT:
		if (leg && leg->state == LEG_IN)
			leg->connected = true;
		break;
	case FX_HANG_UP:
		world_end(l, fx->contact, END_BY_US);
		break;
	case FX_PROBE:
		probe(l, fx);
		break;
	default: /* FX_KEEP_ALIVE: it lives. */
		break;
	}
}

static bool wants_answer(enum effect_kind kind)
{
	return kind != FX_STOP_PLAY && kind != FX_CONNECT;
}

static void fail(struct life *l, const struct effect *fx, enum effect_end end, uint64_t ms)
{
	struct event ev = { .kind = EV_EFFECT_FAILED,
		.contact = fx->contact,
		.attempt = fx->attempt,
		.value = end };

	if (wants_answer(fx->kind))
		world_tell_asker(l, ev, ms);
}

/* A call of ours, where there is none. */
static void dial(struct life *l, const struct effect *fx)
{
	const struct weather *w = draw_weather(l);

	if (fx->kind == FX_UNDIAL) {
		task_undial(l, fx);
		return;
	}
	if (draw_chance(l, w->refuse))
		fail(l, fx, EFFECT_REFUSED, 50);
	else if (draw_chance(l, w->unsent))
		fail(l, fx, EFFECT_TIMEOUT, TIMEOUT_MS);
	else
		task_dial(l, fx);
}

/* A request reaches Graph, or does not. */
static void request(struct life *l, const struct effect *fx)
{
	const struct weather *w = draw_weather(l);
	struct leg *leg = leg_find(l, fx->contact, fx->attempt);
	bool answered = wants_answer(fx->kind) && fx->kind != FX_PROBE;

	if (fx->kind == FX_LOOKUP) { /* no request of Graph's */
		task_lookup(l, fx);
		return;
	}
	if (fx->kind == FX_DIAL || fx->kind == FX_UNDIAL) {
		dial(l, fx);
		return;
	}
	/* The agent's own leg can be ended whatever has become of the caller's. */
	if (fx->kind == FX_WITHDRAW || fx->kind == FX_DROP_AGENT) {
		if (leg)
			leg->state = LEG_GONE;
	} else if (l->call[fx->contact].state == CALL_GONE) {
		struct event gone = {
			.kind = EV_CALL_ENDED, .contact = fx->contact, .value = END_GONE
		};

		if (fx->kind == FX_PROBE)
			world_tell_asker(l, gone, 50);
		else
			fail(l, fx, EFFECT_GONE, 50);
	} else if (answered && draw_chance(l, w->refuse)) {
		fail(l, fx, EFFECT_REFUSED, 50);
	} else if (answered && draw_chance(l, w->unsent)) {
		fail(l, fx, EFFECT_TIMEOUT, TIMEOUT_MS);
	} else {
		if (answered && draw_chance(l, w->unsure))
			fail(l, fx, EFFECT_TIMEOUT, TIMEOUT_MS);
		carry_out(l, fx);
	}
}

void world_request(struct life *l, const struct effect *fx)
{
	struct call *call = &l->call[fx->contact];

	if (fx->kind == FX_OUTCOME || fx->kind == FX_REFUSED || fx->kind == FX_CODE ||
		fx->kind == FX_HEARING || fx->kind == FX_RECORDING)
		return; /* the store's, and who gave the command */
	if (call->shell_free_ms < l->now_ms)
		call->shell_free_ms = l->now_ms;
	call->shell_free_ms += draw_between(l, 5, REQUEST_MS);
	agenda_add(l, DO_REQUEST, fx->contact, call->shell_free_ms)->fx = *fx;
}

static void arrive(struct life *l, uint32_t number)
{
	struct call *call = &l->call[number];

	call->state = CALL_RINGING;
	call->caller = (uint32_t)rng_below(&l->rng, CALLERS_MAX);
	call->entry = (uint32_t)rng_below(&l->rng, 2);
	call->patience_ms = l->now_ms + draw_between(l, 500, draw_chance(l, 300) ? 20000 : 600000);
	agenda_add(l, DO_UNANSWERED, number, l->now_ms + UNANSWERED_MS);
	agenda_add(l, DO_GIVE_UP, number, call->patience_ms);
	for (uint64_t n = draw_between(l, 0, DIGITS_MAX); n > 0; n--) {
		uint64_t at_ms = l->now_ms +
				 draw_between(l, 500, draw_chance(l, 700) ? 25000 : 200000);
		static const char likely[] = "1231231459#0A";

		agenda_add(l, DO_DIGIT, number, at_ms)->value =
			likely[rng_below(&l->rng, sizeof(likely) - 1)];
	}
	world_tell(l, EV_CALL_INCOMING, number, 0, (int32_t)call->entry);
}

/* Nobody hangs up on an agent for lack of patience, but one in three is the first to say good-bye.
 */
static void give_up(struct life *l, uint32_t number)
{
	struct call *call = &l->call[number];

	if (call->state == CALL_GONE || call->caller_left)
		return;
	if (leg_caller_talks(l, number) && draw_chance(l, 600)) {
		agenda_add(l, DO_GIVE_UP, number, l->now_ms + draw_between(l, 1000, 300000));
		return;
	}
	if (call->state == CALL_UP && draw_chance(l, 200)) {
		call->caller_left = true;
		world_tell(l, EV_CALL_ENDED, number, 0, END_LEFT);
		agenda_add(l, DO_GIVE_UP, number, l->now_ms + EMPTY_CALL_MS);
		return;
	}
	world_end(l, number, END_HUNG_UP);
}

/* A call nobody is on: Graph ends it by itself. */
static void empty_call(struct life *l, uint32_t number)
{
	if (l->call[number].state != CALL_GONE)
		world_end(l, number, END_HUNG_UP);
}

static void establish(struct life *l, uint32_t number)
{
	if (l->call[number].state != CALL_CONNECTING)
		return;
	l->call[number].state = CALL_UP;
	for (uint64_t n = draw_between(l, 1, 3); n > 0; n--)
		world_tell(l, EV_CALL_ACTIVE, number, 0, 0);
}

static void digit(struct life *l, const struct todo *t)
{
	const struct call *call = &l->call[t->who];

	if (call->state == CALL_UP && call->listening && !call->caller_left)
		world_tell(l, EV_DIGIT, t->who, 0, t->value);
}

void world_do(struct life *l, const struct todo *t)
{
	struct call *call = &l->call[t->who <= CALLS_MAX ? t->who : 0];

	switch (t->what) {
	case DO_REQUEST:
		l->asker_boot = t->boot;
		request(l, &t->fx);
		break;
	case DO_ARRIVE:
		arrive(l, t->who);
		break;
	case DO_GIVE_UP:
		if (call->caller_left)
			empty_call(l, t->who);
		else
			give_up(l, t->who);
		break;
	case DO_UNANSWERED:
		if (call->state == CALL_RINGING)
			world_end(l, t->who, END_FAILED);
		break;
	case DO_ESTABLISH:
		establish(l, t->who);
		break;
	case DO_DIGIT:
		digit(l, t);
		break;
	case DO_PLAY_END:
		if (call->play == t->fx.attempt)
			world_silence(l, t->who, (enum play_end)t->value);
		break;
	case DO_PRESS:
	case DO_AGENT:
	case DO_AGENT_LEAVE:
		leg_do(l, t);
		break;
	case DO_RECORDED:
	case DO_TRANSFERRED:
	case DO_DIALLED:
		task_do(l, t);
		break;
	case DO_COMMAND:
		desk_do(l);
		break;
	case DO_PRESENCE:
		world_tell(l, EV_AGENT_PRESENCE, 0, t->who, t->value);
		break;
	case DO_NOTE:
	case DO_RELOAD:
	case DO_START:
		break; /* the shell's */
	}
}
