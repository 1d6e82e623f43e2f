/* The caller on hold, and who is beside a conversation. */
#include "bot/core/talk.h"

#include "bot/core/agent.h"
#include "bot/core/contact.h"
#include "bot/core/touch.h"

static struct party party_of(const struct centre *c, uint32_t agent)
{
	return (struct party){ agent, c->agent[agent].attempt };
}

static void hear_caller(struct centre *c, const struct contact *k, enum hearing hearing)
{
	struct effect *fx = party_emit(c, FX_HEARING, k, (struct party){ 0 });

	fx->value = (int32_t)hearing;
	if (hearing == HEAR_MUSIC && k->queue)
		fx->music = queue_plan(c, k->queue)->music;
}

void talk_hold(struct centre *c, struct contact *k)
{
	if (k->held)
		return;
	k->held = true;
	k->held_ms = (uint32_t)c->now_ms;
	hear_caller(c, k, HEAR_MUSIC);
}

void talk_unhold(struct centre *c, struct contact *k)
{
	if (!k->held)
		return;
	k->held = false;
	k->record.held_ms += (uint32_t)c->now_ms - k->held_ms;
	hear_caller(c, k, HEAR_ALL);
}

static bool is_beside(const struct agent *a)
{
	return a->attempt && (a->role == ROLE_CONSULT || a->role == ROLE_SUPERVISE);
}

bool talk_is_beside(const struct centre *c, const struct contact *k, struct party p)
{
	return p.agent && p.attempt != k->ring && is_beside(&c->agent[p.agent]);
}

struct party talk_consulted(const struct centre *c, const struct contact *k)
{
	for (uint32_t agent = k->first_party; agent; agent = c->agent[agent].next_party)
		if (c->agent[agent].role == ROLE_CONSULT)
			return party_of(c, agent);
	return (struct party){ 0 };
}

uint64_t talk_ring_until_ms(const struct centre *c, const struct contact *k)
{
	uint32_t ms = k->queue ? queue_plan(c, k->queue)->ring_ms : 0;

	return c->now_ms + (ms < RING_MS_MIN ? RING_MS_MIN : ms);
}

struct party talk_invite(
	struct centre *c, struct contact *k, uint32_t agent, enum role role, enum hearing hearing)
{
	struct party p = { agent, attempt_next(c) };

	party_add(c, k, p, role);
	agent_ring(c, agent);
	c->agent[agent].hearing = (uint8_t)hearing;
	party_emit(c, FX_RING, k, p)->role = (uint8_t)role;
	/* The contact's own deadlines are about who has the caller. */
	timer_set(&c->timers, agent_node(c, agent), talk_ring_until_ms(c, k));
	return p;
}

static void say_hearing(struct centre *c, const struct contact *k, uint32_t agent)
{
	party_emit(c, FX_HEARING, k, party_of(c, agent))->value = c->agent[agent].hearing;
}

void talk_hear(struct centre *c, struct contact *k, struct party p, enum hearing hearing)
{
	struct agent *a = &c->agent[p.agent];

	if (a->hearing == hearing)
		return;
	a->hearing = (uint8_t)hearing;
	touch_contact(c, k);
	touch_agent(c, p.agent);
	if (a->phase == AGENT_TALKING)
		say_hearing(c, k, p.agent);
}

static void joined(struct centre *c, struct contact *k, struct party p)
{
	struct agent *a = &c->agent[p.agent];

	if (a->phase != AGENT_RINGING)
		return;
	timer_set(&c->timers, agent_node(c, p.agent), NEVER);
	agent_talk(c, p.agent);
	if (a->role == ROLE_CONSULT) {
		talk_met(c, k, p.agent);
		talk_hold(c, k); /* The caller may have been looked at again meanwhile. */
	}
	say_hearing(c, k, p.agent);
}

/* Who was only rung is as free as before; who was asked has talked, and wraps up. */
static void out(struct centre *c, struct contact *k, struct party p, bool talked, struct freed *f)
{
	const struct agent *a = &c->agent[p.agent];
	bool wraps_up = talked && a->role == ROLE_CONSULT && k->queue;

	timer_set(&c->timers, agent_node(c, p.agent), NEVER);
	party_remove(c, k, p.agent);
	if (a->phase == AGENT_RINGING)
		agent_release(c, p.agent);
	else
		agent_helped(c, p.agent, wraps_up ? queue_plan(c, k->queue)->wrap_up_ms : 0);
	freed_add(f, p.agent);
}

static void gone(struct centre *c, struct contact *k, struct party p, bool talked)
{
	bool asked = c->agent[p.agent].role == ROLE_CONSULT;
	struct freed f = { .n = 0 };

	out(c, k, p, talked, &f);
	if (asked)
		talk_unhold(c, k);
	offer_freed(c, &f);
}

void talk_told(struct centre *c, struct contact *k, struct party p, enum event_kind kind)
{
	if (kind == EV_AGENT_ANSWERED)
		joined(c, k, p);
	else if (kind == EV_AGENT_LEFT)
		gone(c, k, p, true);
	else if (kind == EV_AGENT_FAILED)
		gone(c, k, p, false);
}

static void send_away(struct centre *c, const struct contact *k, struct party p)
{
	bool rings = c->agent[p.agent].phase == AGENT_RINGING;

	party_emit(c, rings ? FX_WITHDRAW : FX_DROP_AGENT, k, p);
}

void talk_effect_failed(struct centre *c, struct contact *k, struct party p, enum effect_end end)
{
	if (c->agent[p.agent].phase != AGENT_RINGING)
		return; /* A late word about an invitation that she has taken. */
	if (end == EFFECT_TIMEOUT)
		send_away(c, k, p);
	gone(c, k, p, false);
}

void talk_due(struct centre *c, uint32_t agent)
{
	const struct agent *a = &c->agent[agent];

	if (a->phase == AGENT_RINGING && is_beside(a))
		talk_dismiss(c, &c->contact[a->contact], party_of(c, agent));
}

void talk_dismiss(struct centre *c, struct contact *k, struct party p)
{
	send_away(c, k, p);
	gone(c, k, p, true);
}

void talk_dismiss_all(struct centre *c, struct contact *k, struct freed *f)
{
	uint32_t next;

	for (uint32_t agent = k->first_party; agent; agent = next) {
		struct party p = party_of(c, agent);

		next = c->agent[agent].next_party;
		if (!talk_is_beside(c, k, p))
			continue;
		send_away(c, k, p);
		out(c, k, p, true, f);
	}
}

void talk_again(struct centre *c, const struct contact *k)
{
	if (k->held)
		hear_caller(c, k, HEAR_MUSIC);
	for (uint32_t agent = k->first_party; agent; agent = c->agent[agent].next_party)
		if (is_beside(&c->agent[agent]) && c->agent[agent].phase == AGENT_TALKING)
			say_hearing(c, k, agent);
}

/* Those too many are let go when the call ends. */
void talk_lose(struct centre *c, const struct contact *k, uint32_t attempt, enum role role)
{
	if (c->n_lost < LOST_MAX)
		c->lost[c->n_lost++] = (struct lost){ k->number, attempt, role == ROLE_CONSULT };
}

void talk_let_go(struct centre *c)
{
	for (uint32_t i = 0; i < c->n_lost; i++) {
		struct contact *k = contact_find(c, c->lost[i].contact);

		if (!k)
			continue;
		effect_emit(c, FX_DROP_AGENT, k, c->lost[i].attempt);
		if (c->lost[i].asked && k->phase == PHASE_TALKING)
			talk_unhold(c, k);
	}
	c->n_lost = 0;
}
