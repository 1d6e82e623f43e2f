/*
 * The auditor of wild lives, in which agents ask, join and hand over, callers are called back, and
 * the configuration is another one at times. She keeps no books of phases, but of what must hold
 * through all of that: one outcome each, nobody engaged twice, no call for who wraps up or is
 * paused, and never somebody in progress whom nothing would ever end.
 */
#include "tests/sim/audit.h"

#include <string.h>

/* By the event, the agent's engagement may have ended without a word of ours. */
static bool ends_by_event(const struct life *l, const struct agent_view *was)
{
	const struct event *ev = l->audit->ev;

	switch ((enum event_kind)ev->kind) {
	case EV_AGENT_FAILED:
	case EV_AGENT_LEFT:
	case EV_HANDED_OVER:
	case EV_EFFECT_FAILED:
	case EV_CALL_ENDED:
	case EV_CALL_PRESENT:
	case EV_DIAL_FAILED:
		return ev->contact == was->contact;
	default:
		return false;
	}
}

/* Or by something we said before: about her ring, or about the call that engaged her. */
static bool ends_by_effect(const struct life *l, const struct agent_view *was)
{
	for (size_t i = 0; i < l->audit->at; i++) {
		const struct effect *fx = &l->audit->out->item[i];

		if ((fx->kind == FX_WITHDRAW || fx->kind == FX_DROP_AGENT) &&
			fx->attempt == was->attempt)
			return true;
		if (fx->contact == was->contact &&
			(fx->kind == FX_HANG_UP || fx->kind == FX_OUTCOME || fx->kind == FX_UNDIAL))
			return true;
	}
	return false;
}

/* A transfer, or a dialling, that came to nothing in time is not taken back. */
static bool ends_by_time(const struct life *l, const struct agent_view *was)
{
	struct contact_view v;

	return !centre_contact(l->centre, was->contact, &v) || v.ring_attempt != was->attempt;
}

static void offered(struct life *l, const struct effect *fx)
{
	const struct agent_view *was = &l->audit->was[fx->agent];
	const struct event *ev = l->audit->ev;
	bool about_her = ev->attempt == fx->agent && event_names_agent((enum event_kind)ev->kind);

	if (was->attempt == fx->attempt)
		return; /* who was asked is rung */
	if (was->attempt && !ends_by_event(l, was) && !ends_by_effect(l, was) &&
		!ends_by_time(l, was))
		life_fail(l, "agent %u is engaged by contact %u and offered contact %u", fx->agent,
			was->contact, fx->contact);
	if (was->until_ms > l->now_ms && !about_her)
		life_fail(l, "agent %u wraps up and is offered contact %u", fx->agent, fx->contact);
	if (was->paused && !about_her && fx->role == ROLE_OFFER)
		life_fail(
			l, "agent %u is paused and is offered contact %u", fx->agent, fx->contact);
}

static void outcome(struct life *l, const struct effect *fx)
{
	struct account *k = &l->audit->account[fx->contact];

	if (!k->offered || k->ended)
		life_fail(l, "contact %u has two outcomes, or never was", fx->contact);
	if (!fx->record.outcome || fx->record.outcome >= OUTCOMES)
		life_fail(l, "contact %u ends as nothing", fx->contact);
	if (fx->record.ended_ms < fx->record.offered_ms || fx->record.ended_ms > l->now_ms)
		life_fail(l, "contact %u ended at no time", fx->contact);
	if (fx->record.left_ms && fx->record.left_ms < fx->record.connected_ms)
		life_fail(l, "contact %u was left before it was connected", fx->contact);
	end_walked(l, &fx->record);
	k->ended = true;
	l->audit->in_progress--;
	l->audit->outcome[fx->record.outcome]++;
}

/* Whose attempt it is, in exactly one agent's view. */
static uint32_t engaged_with(struct life *l, uint32_t contact, uint32_t attempt)
{
	uint32_t n = 0;

	for (uint32_t id = 1; id <= l->cfg->plan.n_agents; id++) {
		const struct agent_view *is = &l->audit->was[id];

		n += is->attempt == attempt && is->contact == contact;
	}
	return n;
}

static void contacts(struct life *l)
{
	struct contact_view v = { 0 };

	while (centre_contact_after(l->centre, v.contact, &v)) {
		const struct account *k = &l->audit->account[v.contact];

		if (!k->offered || k->ended)
			life_fail(l, "contact %u is in progress, and not in the books", v.contact);
		if (v.ring_attempt && engaged_with(l, v.contact, v.ring_attempt) != 1)
			life_fail(l, "contact %u has not one agent for its ring", v.contact);
		if ((v.phase == PHASE_RINGING || v.phase == PHASE_TALKING) && !v.ring_attempt)
			life_fail(l, "contact %u is with nobody", v.contact);
	}
}

static void agents(struct life *l)
{
	for (uint32_t id = 1; id <= l->cfg->plan.n_agents; id++) {
		struct agent_view *is = &l->audit->was[id];
		bool engaged;

		centre_agent(l->centre, id - 1, is);
		engaged = is->phase == AGENT_RINGING || is->phase == AGENT_TALKING;
		if (engaged != (is->attempt != 0) || engaged != (is->contact != 0))
			life_fail(l, "agent %u is half engaged", id);
		if (is->contact && !book_of(l, is->contact))
			life_fail(l, "agent %u is engaged by contact %u, which is over", id,
				is->contact);
	}
}

static void incoming(struct life *l, const struct event *ev)
{
	struct audit *b = l->audit;

	if (ev->contact <= b->last_number)
		return;
	b->last_number = ev->contact;
	b->account[ev->contact].offered = true;
	b->offered++;
	b->in_progress++;
}

void wild_step(struct life *l, const struct event *ev, const struct effects *out)
{
	struct audit *b = l->audit;
	struct ledger is;

	b->ev = ev;
	b->out = out;
	if (ev->kind == EV_CALL_INCOMING)
		incoming(l, ev);
	for (b->at = 0; b->at < out->n; b->at++) {
		const struct effect *fx = &out->item[b->at];

		if (fx->kind == FX_RING || fx->kind == FX_ASK)
			offered(l, fx);
		if (fx->kind == FX_OUTCOME)
			outcome(l, fx);
	}
	agents(l);
	contacts(l);
	centre_ledger(l->centre, &is);
	if (is.offered != b->offered || is.in_progress != b->in_progress ||
		memcmp(is.outcome, b->outcome, sizeof(is.outcome)) != 0)
		life_fail(l, "the ledger differs from the books");
	if (is.in_progress && centre_deadline_ms(l->centre) == UINT64_MAX)
		life_fail(l, "somebody is in progress, and nothing will ever happen");
}
