/* The auditor on agents themselves: presence, duty, pauses, and who lets it ring. */
#include "tests/sim/audit.h"

/* Free for the shortest time from now on, if she is free. */
static void free_anew(struct life *l, struct staff *s)
{
	if (!s->contact && s->free_ms < l->now_ms)
		s->free_ms = l->now_ms;
}

void desk_unanswered(struct life *l, struct account *k, uint32_t agent)
{
	struct staff *s = &l->audit->staff[agent];
	uint32_t max = book_queue(l, k)->unanswered_max;

	k->record.n_unanswered++;
	s->n_unanswered++;
	if (max && s->n_unanswered >= max && !s->paused)
		s->paused = PAUSE_UNANSWERED;
}

/* Who comes back, for any queue, begins to rest now. */
static void presence(struct life *l, const struct event *ev)
{
	struct staff *s = &l->audit->staff[ev->attempt];
	uint32_t was = s->presence, is = (uint32_t)ev->value;

	s->presence = is;
	for (uint32_t q = 1; q <= l->cfg->plan.n_queues; q++)
		if (book_serves(l, ev->attempt, q) && book_welcome(l, q, is) &&
			!book_welcome(l, q, was))
			free_anew(l, s);
}

static void sign(struct life *l, const struct event *ev, bool in)
{
	struct staff *s = &l->audit->staff[ev->attempt];
	bool was_here = book_is_here(l, ev->attempt);

	for (uint32_t q = 1; q <= l->cfg->plan.n_queues; q++)
		if (book_serves(l, ev->attempt, q) && (!ev->value || (uint32_t)ev->value == q))
			s->signed_in = in ? s->signed_in | BIT(q) : s->signed_in & ~BIT(q);
	if (!s->n_servings)
		s->alone = in;
	if (!book_is_here(l, ev->attempt))
		s->talk_ms = s->n_shift = 0;
	else if (!was_here)
		free_anew(l, s);
}

static void resume(struct life *l, struct staff *s)
{
	bool rests = s->free_ms > l->now_ms && s->backs_off;

	if (s->paused)
		free_anew(l, s);
	s->paused = s->n_unanswered = 0;
	if (rests)
		s->free_ms = l->now_ms;
}

static void of_agent(struct life *l, const struct event *ev)
{
	struct staff *s = &l->audit->staff[ev->attempt];

	switch ((enum event_kind)ev->kind) {
	case EV_SIGN_IN:
	case EV_SIGN_OUT:
		sign(l, ev, ev->kind == EV_SIGN_IN);
		break;
	case EV_PAUSE:
		s->paused = (uint32_t)ev->value;
		break;
	case EV_RESUME:
		resume(l, s);
		break;
	case EV_WRAP_UP_MORE:
		if (s->more)
			life_fail(l, "agent %u has had more time already", ev->attempt);
		s->more = true;
		s->free_ms += l->cfg->queue[s->talked_in - 1].wrap_up_more_ms;
		break;
	case EV_WRAP_UP_DONE:
		s->free_ms = l->now_ms;
		break;
	default:
		break;
	}
}

void desk_event(struct life *l, const struct event *ev)
{
	struct account *k = book_of(l, ev->contact);

	if (l->audit->refused)
		return;
	if (ev->kind == EV_AGENT_PRESENCE)
		presence(l, ev);
	else if (ev->kind == EV_QUEUE_OPEN || ev->kind == EV_QUEUE_CLOSE)
		l->audit->closed[ev->value] = ev->kind == EV_QUEUE_CLOSE;
	else if (ev->kind == EV_PRIORITY)
		k->record.priority = (uint8_t)ev->value;
	else if (event_names_agent((enum event_kind)ev->kind) && ev->kind != EV_CALLER)
		of_agent(l, ev);
}
