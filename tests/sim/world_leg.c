/* The agents' telephones: asked, ringing, in a call, gone. */
#include "tests/sim/life.h"

#include <assert.h>

struct leg *leg_find(struct life *l, uint32_t contact, uint32_t attempt)
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

static struct leg *leg_new(struct life *l, const struct effect *fx)
{
	struct leg *leg = &l->leg[l->n_legs++];

	assert(l->n_legs <= LEGS_MAX);
	*leg = (struct leg){ .attempt = fx->attempt, .contact = fx->contact, .agent = fx->agent };
	return leg;
}

/* A card that she may press, or not. */
void leg_ask(struct life *l, const struct effect *fx)
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
		world_tell(l, EV_AGENT_FAILED, leg->contact, leg->attempt, RING_REJECTED);
	else if (leg->state == LEG_ASKED)
		world_tell(l, EV_AGENT_ACCEPTED, leg->contact, leg->attempt, 0);
}

/* The agent's mood decides: 0 answers, else a reason of enum ring_end. */
void leg_ring(struct life *l, const struct effect *fx)
{
	struct leg *leg = leg_find(l, fx->contact, fx->attempt);
	bool queued = fx->role == ROLE_OFFER && fx->queue && fx->queue <= l->cfg->plan.n_queues;
	bool transfer = queued && l->cfg->queue[fx->queue - 1].hand_off == HAND_OFF_TRANSFER;
	uint64_t ms = draw_between(l, 1000, 12000);
	int32_t mood = 0;

	if (transfer)
		world_silence(l, fx->contact, PLAY_CANCELLED);
	if (!leg)
		leg = leg_new(l, fx);
	leg->state = LEG_RINGING;
	leg->transfer = transfer;
	if (transfer)
		l->call[fx->contact].state = CALL_TRANSFERRING;
	else if (draw_chance(l, 700))
		world_tell(l, EV_RING_PLACED, fx->contact, fx->attempt, 0);
	if (agent_is_talking(l, fx->agent)) {
		mood = RING_BUSY;
	} else if (draw_chance(l, draw_weather(l)->moody)) {
		mood = (int32_t)draw_between(l, RING_NO_ANSWER, RING_FAILED);
		ms = mood == RING_NO_ANSWER ? draw_between(l, 15000, 50000)
					    : draw_between(l, 50, 5000);
	}
	agenda_add(l, DO_AGENT, (uint32_t)(leg - l->leg), l->now_ms + ms)->value = mood;
}

bool leg_caller_talks(const struct life *l, uint32_t number)
{
	for (uint32_t i = 0; i < l->n_legs; i++)
		if (l->leg[i].contact == number && l->leg[i].state == LEG_IN && l->leg[i].connected)
			return true;
	return false;
}

static void agent_answers(struct life *l, uint32_t i)
{
	struct leg *leg = &l->leg[i];

	leg->answered = true;
	if (leg->transfer) {
		leg->state = LEG_GONE; /* a call of their own now, out of our sight */
		l->call[leg->contact].state = CALL_GONE;
		world_tell(l, EV_HANDED_OVER, leg->contact, leg->attempt, 0);
		world_tell(l, EV_CALL_ENDED, leg->contact, 0, END_HUNG_UP);
		return;
	}
	leg->state = LEG_IN;
	world_tell(l, EV_AGENT_ANSWERED, leg->contact, leg->attempt, 0);
	if (draw_chance(l, draw_weather(l)->lose / 2)) {
		/* The leg is lost between answer and bridge. */
		leg->state = LEG_GONE;
		world_tell(l, EV_AGENT_FAILED, leg->contact, leg->attempt, RING_UNREACHABLE);
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
	world_tell(l, EV_AGENT_FAILED, leg->contact, leg->attempt, t->value ? t->value : RING_BUSY);
}

static void agent_leaves(struct life *l, uint32_t i)
{
	struct leg *leg = &l->leg[i];

	if (leg->state != LEG_IN)
		return;
	leg->state = LEG_GONE;
	world_tell(l, EV_AGENT_LEFT, leg->contact, leg->attempt, 0);
}

void leg_do(struct life *l, const struct todo *t)
{
	if (t->what == DO_PRESS)
		agent_presses(l, t);
	else if (t->what == DO_AGENT)
		agent_acts(l, t);
	else
		agent_leaves(l, t->who);
}
