#include "bot/core/centre.h"

#include "bot/core/agent.h"
#include "bot/core/call_back.h"
#include "bot/core/check.h"
#include "bot/core/command.h"
#include "bot/core/contact.h"
#include "bot/core/doubt.h"
#include "bot/core/exit.h"
#include "bot/core/flow.h"
#include "bot/core/offer.h"
#include "bot/core/queue.h"
#include "bot/core/ring.h"
#include "bot/core/staff.h"
#include "bot/core/state.h"
#include "bot/core/tape.h"
#include "bot/core/talk.h"
#include "bot/core/touch.h"

#include <assert.h>

static void play_ended(struct centre *c, struct contact *k, enum play_end end)
{
	(void)end; /* A prompt that failed or was cancelled is over like any other. */
	switch ((enum contact_phase)k->phase) {
	case PHASE_FLOW:
		if (k->leaving)
			exit_go(c, k);
		else
			flow_play_ended(c, k);
		break;
	case PHASE_WAITING:
	case PHASE_RINGING:
		if (k->queue)
			queue_hold_ended(c, k);
		break;
	case PHASE_CLOSING:
		contact_hang_up(c, k);
		break;
	case PHASE_CALL_BACK:
		call_back_leave(c, k);
		break;
	case PHASE_ARRIVING:
	case PHASE_TALKING:
		break;
	}
}

static void effect_failed(struct centre *c, struct contact *k, const struct event *ev)
{
	enum effect_end end = (enum effect_end)ev->value;
	struct party p;

	/* Whichever effect found it out, and however late: a call that is gone does not come back.
	 */
	if (k->call_back)
		call_back_effect_failed(c, k, ev);
	else if (end == EFFECT_GONE)
		contact_gone(c, k, END_GONE);
	else if (!ev->attempt)
		return;
	else if (ev->attempt == k->answer)
		contact_close_lost(c, k, END_FAILED);
	else if (ev->attempt == k->play)
		play_ended(c, k, PLAY_FAILED);
	else if (party_find(c, k, ev->attempt, &p) && talk_is_beside(c, k, p))
		talk_effect_failed(c, k, p, end);
	else if (party_find(c, k, ev->attempt, &p))
		ring_effect_failed(c, k, p, end);
	else if (ev->attempt == k->task)
		flow_task_failed(c, k, end);
	else if (ev->attempt == k->hang_up)
		contact_hang_up_failed(c, k);
	else if (ev->attempt == k->keep_alive)
		contact_due(c, k, DUE_KEEP_ALIVE,
			c->now_ms + c->plan->keep_alive_ms / KEEP_ALIVE_RETRIES + 1);
}

static void about_ring(struct centre *c, struct contact *k, const struct event *ev)
{
	struct party p;

	if (!k || !party_find(c, k, ev->attempt, &p)) {
		if (ev->kind == EV_AGENT_ANSWERED)
			ring_too_late(c, ev);
		return;
	}
	if (talk_is_beside(c, k, p)) {
		talk_told(c, k, p, (enum event_kind)ev->kind);
		return;
	}
	switch ((enum event_kind)ev->kind) {
	case EV_AGENT_ANSWERED:
		ring_answered(c, k, p);
		break;
	case EV_AGENT_ACCEPTED:
		ring_accepted(c, k, p);
		break;
	case EV_AGENT_FAILED:
		ring_failed(c, k, p, (enum ring_end)ev->value);
		break;
	case EV_AGENT_LEFT:
		ring_left(c, k, p);
		break;
	case EV_HANDED_OVER:
		ring_handed_over(c, k, p);
		break;
	default: /* EV_RING_PLACED matters to the shell alone. */
		break;
	}
}

static void digit(struct centre *c, struct contact *k, char digit)
{
	if (k->phase == PHASE_FLOW && !k->leaving)
		flow_digit(c, k, digit);
	else if (k->phase == PHASE_WAITING || k->phase == PHASE_RINGING)
		exit_digit(c, k, digit);
}

static void about_contact(struct centre *c, struct contact *k, const struct event *ev)
{
	switch ((enum event_kind)ev->kind) {
	case EV_CALL_ACTIVE:
		if (k->call_back)
			call_back_active(c, k);
		else
			contact_active(c, k);
		break;
	case EV_CALL_ENDED:
		if (k->call_back)
			call_back_ended(c, k, (enum call_end)ev->value);
		else if (ev->value == END_LEFT)
			contact_close_lost(c, k, END_LEFT);
		else
			contact_gone(c, k, (enum call_end)ev->value);
		break;
	case EV_CALL_PRESENT:
		if (k->probe && ev->attempt == k->probe)
			doubt_present(c, k, (enum call_presence)ev->value);
		break;
	case EV_CALLER:
		k->caller = ev->ref;
		if (k->phase == PHASE_ARRIVING && ev->attempt <= c->plan->n_agents)
			k->knows = ev->attempt;
		break;
	case EV_DIGIT:
		digit(c, k, (char)ev->value);
		break;
	case EV_PLAY_ENDED:
		if (k->play && ev->attempt == k->play)
			play_ended(c, k, (enum play_end)ev->value);
		break;
	case EV_LOOKED_UP:
	case EV_RECORDED:
	case EV_TRANSFERRED:
	case EV_TRANSFER_FAILED:
		flow_told(c, k, ev);
		break;
	case EV_EFFECT_FAILED:
		effect_failed(c, k, ev);
		break;
	case EV_DIAL_FAILED:
		if (k->call_back == CALL_BACK_DIALLING && ev->attempt == k->dial)
			call_back_failed(c, k, false);
		break;
	default:
		break;
	}
}

static void take(struct centre *c, const struct event *ev)
{
	struct contact *k = contact_find(c, ev->contact);

	switch ((enum event_kind)ev->kind) {
	case EV_START:
		doubt_start(c);
		break;
	case EV_CALL_INCOMING:
		contact_offered(c, ev);
		break;
	case EV_AGENT_PRESENCE:
		offer_presence(c, ev);
		break;
	case EV_RING_PLACED:
	case EV_AGENT_ACCEPTED:
	case EV_AGENT_ANSWERED:
	case EV_AGENT_FAILED:
	case EV_AGENT_LEFT:
	case EV_HANDED_OVER:
		about_ring(c, k, ev);
		break;
	case EV_DIALLED:
		call_back_dialled(c, k, ev);
		break;
	default:
		if (!command_take(c, ev) && k)
			about_contact(c, k, ev);
		break;
	}
}

static void stage_due(struct centre *c, struct contact *k)
{
	switch ((enum contact_phase)k->phase) {
	case PHASE_ARRIVING:
		contact_close_lost(c, k, END_FAILED);
		break;
	case PHASE_FLOW:
		if (k->leaving)
			exit_go(c, k);
		else
			flow_due(c, k);
		break;
	case PHASE_WAITING:
	case PHASE_RINGING:
		if (k->queue)
			queue_hold_ended(c, k);
		else if (k->leaving) /* A new plan has no such queue. */
			exit_go(c, k);
		else
			contact_close_lost(c, k, END_FAILED);
		break;
	case PHASE_TALKING:
		contact_close_lost(c, k, END_LEFT);
		break;
	case PHASE_CLOSING:
		contact_closing_due(c, k);
		break;
	case PHASE_CALL_BACK:
		call_back_leave(c, k);
		break;
	}
}

static void keep_alive(struct centre *c, struct contact *k)
{
	k->keep_alive = attempt_next(c);
	effect_emit(c, FX_KEEP_ALIVE, k, k->keep_alive);
	contact_due(c, k, DUE_KEEP_ALIVE, c->now_ms + c->plan->keep_alive_ms);
}

static void contact_fire(struct centre *c, struct contact *k)
{
	enum due first = DUE_STAGE;

	for (int i = 0; i < DUES; i++)
		if (k->due_ms[i] < k->due_ms[first])
			first = (enum due)i;
	switch (first) {
	case DUE_STAGE:
		stage_due(c, k);
		break;
	case DUE_WAIT:
		queue_time_out(c, k);
		break;
	case DUE_RING:
		ring_due(c, k);
		break;
	case DUE_KEEP_ALIVE:
		keep_alive(c, k);
		break;
	case DUE_PROBE:
		doubt_due(c, k);
		break;
	case DUE_MATCH:
		queue_match_due(c, k);
		break;
	case DUES:
		break;
	}
}

/* A contact's step is over. */
static void settle(struct centre *c, uint32_t number)
{
	struct contact *k = contact_find(c, number);

	if (k) {
		tape_follow(c, k);
		touch_contact(c, k);
	}
	check_contact(c, number);
}

static void fire(struct centre *c, uint32_t node)
{
	uint32_t agent = node - c->plan->contacts_max, number;

	if (node <= c->plan->contacts_max) {
		number = c->contact[node].number;
		contact_fire(c, &c->contact[node]);
		settle(c, number);
	} else if (agent <= c->plan->n_agents) {
		agent_due(c, agent);
		talk_due(c, agent);
		offer_agent(c, agent);
	} else {
		staff_due(c, agent - c->plan->n_agents);
	}
	offer_loose(c);
}

void centre_step(struct centre *c, const struct event *ev, struct effects *out)
{
	uint32_t node;

	assert(ev->at_ms >= c->now_ms);
	c->now_ms = ev->at_ms;
	c->out = out;
	out->n = 0;
	touch_begin(c);
	talk_let_go(c);
	/* The event first: an answer that came with the last moment of a deadline counts. */
	take(c, ev);
	offer_loose(c);
	settle(c, ev->contact);
	/* Each one fired moves into the future or is gone, so this ends. */
	while (out->n + EFFECTS_AT_ONCE <= EFFECTS_MAX && (node = timer_first(&c->timers)) &&
		timer_due(&c->timers, node) <= c->now_ms)
		fire(c, node);
	c->out = NULL;
	check_ledger(c);
}

uint64_t centre_deadline_ms(const struct centre *c)
{
	uint32_t node = timer_first(&c->timers);

	return node ? timer_due(&c->timers, node) : UINT64_MAX;
}
