/*
 * Agents and supervisors, who want all kinds of things at any time, whether or not they can be
 * had. A command reaches the service at once, or never.
 */
#include "tests/sim/life.h"

static uint32_t any_call(struct life *l)
{
	uint32_t from = (uint32_t)rng_below(&l->rng, l->draw.n_calls);

	/* Rather one that is there. */
	for (uint32_t i = 0; i < l->draw.n_calls; i++) {
		uint32_t call = 1 + (from + i) % l->draw.n_calls;

		if (l->call[call].state == CALL_UP)
			return call;
	}
	return 1 + from;
}

/* Rather one with an agent. */
static uint32_t any_talk(struct life *l)
{
	uint32_t from = (uint32_t)rng_below(&l->rng, l->draw.n_calls);

	for (uint32_t i = 0; i < l->draw.n_calls; i++) {
		uint32_t call = 1 + (from + i) % l->draw.n_calls;

		if (leg_caller_talks(l, call))
			return call;
	}
	return any_call(l);
}

/* Of somebody who is in a call, where anybody is: the last who came. */
static void of_who_is_in(struct life *l, struct event *ev)
{
	for (uint32_t i = l->n_legs; i-- > 0;)
		if (l->leg[i].state == LEG_IN && !l->leg[i].connected) {
			ev->contact = l->leg[i].contact;
			ev->attempt = l->leg[i].agent;
			return;
		}
}

static int32_t any_queue(struct life *l)
{
	return (int32_t)draw_between(l, 0, l->cfg->plan.n_queues + 1);
}

void desk_do(struct life *l)
{
	static const enum event_kind kinds[] = { EV_SIGN_IN, EV_SIGN_IN, EV_SIGN_OUT, EV_PAUSE,
		EV_RESUME, EV_RESUME, EV_WRAP_UP_MORE, EV_WRAP_UP_DONE, EV_QUEUE_OPEN,
		EV_QUEUE_OPEN, EV_QUEUE_CLOSE, EV_ANNOUNCE, EV_RELEASE, EV_PRIORITY, EV_PRIORITY,
		EV_PICK, EV_PICK };
	static const enum event_kind wild[] = { EV_HOLD, EV_UNHOLD, EV_CONSULT, EV_CONSULT,
		EV_CONSULT, EV_CONSULT_END, EV_CONFERENCE, EV_COMPLETE, EV_COMPLETE, EV_TO_AGENT,
		EV_TO_AGENT, EV_TO_QUEUE, EV_SUPERVISE, EV_SUPERVISE, EV_SUPERVISE, EV_TAKE_OVER,
		EV_TAKE_OVER, EV_WRAP_UP_CODE };
	struct event ev = { .kind = kinds[rng_below(&l->rng, ARRAY_LEN(kinds))] };

	if (l->wild && draw_chance(l, 700)) {
		ev.kind = wild[rng_below(&l->rng, ARRAY_LEN(wild))];
		ev.contact = any_talk(l);
		ev.value = (int32_t)draw_between(l, 0, HEARINGS);
	}

	if (event_names_agent((enum event_kind)ev.kind))
		ev.attempt = (uint32_t)draw_between(l, 0, l->cfg->plan.n_agents + 1);
	if (ev.kind == EV_TAKE_OVER || ev.kind == EV_COMPLETE || ev.kind == EV_CONFERENCE)
		of_who_is_in(l, &ev);
	if (!event_names_agent((enum event_kind)ev.kind))
		ev.attempt = 0;
	switch ((enum event_kind)ev.kind) {
	case EV_SIGN_IN:
	case EV_SIGN_OUT:
	case EV_QUEUE_OPEN:
	case EV_QUEUE_CLOSE:
		ev.value = any_queue(l);
		break;
	case EV_ANNOUNCE:
		ev.value = any_queue(l);
		ev.attempt = draw_chance(l, 500) ? PROMPT_ANNOUNCEMENT : 0;
		break;
	case EV_PAUSE:
		ev.value = (int32_t)draw_between(l, 0, 3);
		break;
	case EV_RELEASE:
	case EV_PICK:
		ev.contact = any_call(l);
		break;
	case EV_PRIORITY:
		ev.contact = any_call(l);
		ev.value = (int32_t)draw_between(l, 0, PLAN_PRIORITIES + 1);
		break;
	default:
		break;
	}
	l->asker_boot = l->boot;
	world_tell_asker(l, ev, 0);
}
