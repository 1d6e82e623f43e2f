/*
 * What is true: Graph's calls, callers, and the agents' telephones.
 *
 * The world does not know the centre's state. It sees requests, and it tells what
 * happens by notifications that the weather may lose, double or delay.
 */
#include "tests/sim/life.h"

#include <assert.h>

enum { UNANSWERED_MS = 15000, EMPTY_CALL_MS = 300000, REQUEST_MS = 150, TIMEOUT_MS = 10000 };

/* An answer to one of our requests: it dies with the process that asked. */
static void tell_asker(struct life *l, struct event ev, uint64_t after_ms)
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

static void tell(
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

static void play_stop(struct life *l, uint32_t number, enum play_end end)
{
	struct call *call = &l->call[number];

	if (call->play)
		tell(l, EV_PLAY_ENDED, number, call->play, end);
	call->play = 0;
}

static void call_end(struct life *l, uint32_t number, enum call_end end)
{
	play_stop(l, number, PLAY_CANCELLED);
	l->call[number].state = CALL_GONE;
	tell(l, EV_CALL_ENDED, number, 0, end);
}

static struct leg *leg_find(struct life *l, uint32_t contact, uint32_t attempt)
{
	for (uint32_t i = l->n_legs; i-- > 0;)
		if (l->leg[i].contact == contact && l->leg[i].attempt == attempt)
			return &l->leg[i];
	return NULL;
}

static bool agent_is_talking(const struct life *l, uint32_t agent)
{
	for (uint32_t i = 0; i < l->n_legs; i++)
		if (l->leg[i].agent == agent && l->leg[i].state == LEG_IN)
			return true;
	return false;
}

static void play(struct life *l, const struct effect *fx)
{
	struct call *call = &l->call[fx->contact];
	uint64_t ms = draw_between(l, 1000, 6000);
	int32_t end = PLAY_DONE;
	struct todo *t;

	if (call->state == CALL_TRANSFERRING)
		return;
	if (fx->kind == FX_HOLD)
		ms = l->draw.plan.queue[fx->queue - 1].announce_ms;
	play_stop(l, fx->contact, PLAY_CANCELLED);
	call->play = fx->attempt;
	if (draw_chance(l, draw_weather(l)->prompt_fails)) {
		ms = 50;
		end = PLAY_FAILED;
	}
	t = agenda_add(l, DO_PLAY_END, fx->contact, l->now_ms + ms);
	t->value = end;
	t->fx = *fx;
}

static struct leg *leg_new(struct life *l, const struct effect *fx)
{
	struct leg *leg = &l->leg[l->n_legs++];

	assert(l->n_legs <= LEGS_MAX);
	*leg = (struct leg){ .attempt = fx->attempt, .contact = fx->contact, .agent = fx->agent };
	return leg;
}

/* A card that she may press, or not. */
static void ask(struct life *l, const struct effect *fx)
{
	uint32_t i = (uint32_t)(leg_new(l, fx) - l->leg);

	if (draw_chance(l, 800))
		agenda_add(l, DO_PRESS, i, l->now_ms + draw_between(l, 100, 20000))->value =
			draw_chance(l, 200);
}

static void agent_presses(struct life *l, const struct todo *t)
{
	const struct leg *leg = &l->leg[t->who];

	if (leg->state == LEG_ASKED && t->value)
		tell(l, EV_AGENT_FAILED, leg->contact, leg->attempt, RING_REJECTED);
	else if (leg->state == LEG_ASKED)
		tell(l, EV_AGENT_ACCEPTED, leg->contact, leg->attempt, 0);
}

/* The agent's mood decides: 0 answers, else a reason of enum ring_end. */
static void ring(struct life *l, const struct effect *fx)
{
	struct leg *leg = leg_find(l, fx->contact, fx->attempt);
	bool transfer = l->draw.queue[fx->queue - 1].hand_off == HAND_OFF_TRANSFER;
	uint64_t ms = draw_between(l, 1000, 12000);
	int32_t mood = 0;

	if (transfer)
		play_stop(l, fx->contact, PLAY_CANCELLED);
	if (!leg)
		leg = leg_new(l, fx);
	leg->state = LEG_RINGING;
	leg->transfer = transfer;
	if (transfer)
		l->call[fx->contact].state = CALL_TRANSFERRING;
	else if (draw_chance(l, 700))
		tell(l, EV_RING_PLACED, fx->contact, fx->attempt, 0);
	if (agent_is_talking(l, fx->agent)) {
		mood = RING_BUSY;
	} else if (draw_chance(l, draw_weather(l)->moody)) {
		mood = (int32_t)draw_between(l, RING_NO_ANSWER, RING_FAILED);
		ms = mood == RING_NO_ANSWER ? draw_between(l, 15000, 50000)
					    : draw_between(l, 50, 5000);
	}
	agenda_add(l, DO_AGENT, (uint32_t)(leg - l->leg), l->now_ms + ms)->value = mood;
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
	else if (leg && leg->state == LEG_IN)
		ev.value = PRESENT_WITH_AGENT;
	else
		ev.value = PRESENT_ACTIVE;
	tell_asker(l, ev, 100);
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
		call_end(l, fx->contact, END_BY_US);
		break;
	case FX_LISTEN:
		call->listening = true;
		break;
	case FX_PLAY:
	case FX_HOLD:
		play(l, fx);
		break;
	case FX_STOP_PLAY:
		play_stop(l, fx->contact, PLAY_CANCELLED);
		break;
	case FX_ASK:
		ask(l, fx);
		break;
	case FX_RING:
		call->ring = fx->attempt;
		ring(l, fx);
		break;
	case FX_CONNECT:
		if (leg && leg->state == LEG_IN)
			leg->connected = true;
		break;
	case FX_HANG_UP:
		call_end(l, fx->contact, END_BY_US);
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
		tell_asker(l, ev, ms);
}

/* A request reaches Graph, or does not. */
static void request(struct life *l, const struct effect *fx)
{
	const struct weather *w = draw_weather(l);
	struct leg *leg = leg_find(l, fx->contact, fx->attempt);
	bool answered = wants_answer(fx->kind) && fx->kind != FX_PROBE;

	/* The agent's own leg can be ended whatever has become of the caller's. */
	if (fx->kind == FX_WITHDRAW || fx->kind == FX_DROP_AGENT) {
		if (leg)
			leg->state = LEG_GONE;
	} else if (l->call[fx->contact].state == CALL_GONE) {
		struct event gone = {
			.kind = EV_CALL_ENDED, .contact = fx->contact, .value = END_GONE
		};

		if (fx->kind == FX_PROBE)
			tell_asker(l, gone, 50);
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

	if (fx->kind == FX_OUTCOME)
		return; /* the store's */
	if (call->shell_free_ms < l->now_ms)
		call->shell_free_ms = l->now_ms;
	call->shell_free_ms += draw_between(l, 5, REQUEST_MS);
	agenda_add(l, DO_REQUEST, fx->contact, call->shell_free_ms)->fx = *fx;
}

static void arrive(struct life *l, uint32_t number)
{
	struct call *call = &l->call[number];

	call->state = CALL_RINGING;
	call->entry = (uint32_t)rng_below(&l->rng, 2);
	call->patience_ms = l->now_ms + draw_between(l, 500, draw_chance(l, 300) ? 20000 : 600000);
	agenda_add(l, DO_UNANSWERED, number, l->now_ms + UNANSWERED_MS);
	agenda_add(l, DO_GIVE_UP, number, call->patience_ms);
	for (int i = 0; i < 3; i++) {
		uint64_t at_ms = l->now_ms + draw_between(l, 500, 25000);
		static const char likely[] = "1231231459#0A";

		agenda_add(l, DO_DIGIT, number, at_ms)->value =
			likely[rng_below(&l->rng, sizeof(likely) - 1)];
	}
	tell(l, EV_CALL_INCOMING, number, 0, (int32_t)call->entry);
}

static bool caller_talks(const struct life *l, uint32_t number)
{
	for (uint32_t i = 0; i < l->n_legs; i++)
		if (l->leg[i].contact == number && l->leg[i].state == LEG_IN && l->leg[i].connected)
			return true;
	return false;
}

/* Nobody hangs up on an agent for lack of patience, but one in three is the first to say good-bye.
 */
static void give_up(struct life *l, uint32_t number)
{
	struct call *call = &l->call[number];

	if (call->state == CALL_GONE || call->caller_left)
		return;
	if (caller_talks(l, number) && draw_chance(l, 600)) {
		agenda_add(l, DO_GIVE_UP, number, l->now_ms + draw_between(l, 1000, 300000));
		return;
	}
	if (call->state == CALL_UP && draw_chance(l, 200)) {
		call->caller_left = true;
		tell(l, EV_CALL_ENDED, number, 0, END_LEFT);
		agenda_add(l, DO_GIVE_UP, number, l->now_ms + EMPTY_CALL_MS);
		return;
	}
	call_end(l, number, END_HUNG_UP);
}

/* A call nobody is on: Graph ends it by itself. */
static void empty_call(struct life *l, uint32_t number)
{
	if (l->call[number].state != CALL_GONE)
		call_end(l, number, END_HUNG_UP);
}

static void agent_answers(struct life *l, uint32_t i)
{
	struct leg *leg = &l->leg[i];

	leg->answered = true;
	if (leg->transfer) {
		leg->state = LEG_GONE; /* a call of their own now, out of our sight */
		l->call[leg->contact].state = CALL_GONE;
		tell(l, EV_HANDED_OVER, leg->contact, leg->attempt, 0);
		tell(l, EV_CALL_ENDED, leg->contact, 0, END_HUNG_UP);
		return;
	}
	leg->state = LEG_IN;
	tell(l, EV_AGENT_ANSWERED, leg->contact, leg->attempt, 0);
	if (draw_chance(l, draw_weather(l)->lose / 2)) {
		/* The leg is lost between answer and bridge. */
		leg->state = LEG_GONE;
		tell(l, EV_AGENT_FAILED, leg->contact, leg->attempt, RING_UNREACHABLE);
		return;
	}
	agenda_add(l, DO_AGENT_LEAVE, i, l->now_ms + draw_between(l, 2000, 240000));
}

static void agent_acts(struct life *l, const struct todo *t)
{
	struct leg *leg = &l->leg[t->who];
	struct call *call = &l->call[leg->contact];

	if (leg->state != LEG_RINGING)
		return;
	if (leg->transfer && call->state != CALL_TRANSFERRING) {
		leg->state = LEG_GONE;
		return;
	}
	if (!t->value && !agent_is_talking(l, leg->agent)) {
		agent_answers(l, t->who);
		return;
	}
	leg->state = LEG_GONE;
	if (leg->transfer)
		call->state = CALL_UP;
	tell(l, EV_AGENT_FAILED, leg->contact, leg->attempt, t->value ? t->value : RING_BUSY);
}

static void agent_leaves(struct life *l, uint32_t i)
{
	struct leg *leg = &l->leg[i];

	if (leg->state != LEG_IN)
		return;
	leg->state = LEG_GONE;
	tell(l, EV_AGENT_LEFT, leg->contact, leg->attempt, 0);
}

static void establish(struct life *l, uint32_t number)
{
	if (l->call[number].state != CALL_CONNECTING)
		return;
	l->call[number].state = CALL_UP;
	for (uint64_t n = draw_between(l, 1, 3); n > 0; n--)
		tell(l, EV_CALL_ACTIVE, number, 0, 0);
}

static void digit(struct life *l, const struct todo *t)
{
	const struct call *call = &l->call[t->who];

	if (call->state == CALL_UP && call->listening && !call->caller_left)
		tell(l, EV_DIGIT, t->who, 0, t->value);
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
			call_end(l, t->who, END_FAILED);
		break;
	case DO_ESTABLISH:
		establish(l, t->who);
		break;
	case DO_DIGIT:
		digit(l, t);
		break;
	case DO_PLAY_END:
		if (call->play == t->fx.attempt)
			play_stop(l, t->who, (enum play_end)t->value);
		break;
	case DO_PRESS:
		agent_presses(l, t);
		break;
	case DO_AGENT:
		agent_acts(l, t);
		break;
	case DO_AGENT_LEAVE:
		agent_leaves(l, t->who);
		break;
	case DO_PRESENCE:
		tell(l, EV_AGENT_PRESENCE, 0, t->who, t->value);
		break;
	case DO_NOTE:
	case DO_START:
		break; /* the shell's */
	}
}
