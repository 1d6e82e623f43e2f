/* Of a supervisor, about a conversation of others. */
#include "bot/core/command.h"

#include "bot/core/contact.h"
#include "bot/core/talk.h"

static enum refusal supervisor(const struct centre *c, const struct event *ev, uint32_t *agent)
{
	*agent = command_agent(c, ev);
	if (!*agent)
		return REFUSED_NO_AGENT;
	return c->plan->agent[*agent - 1].supervisor ? REFUSED_NOT : REFUSED_NOT_SUPERVISOR;
}

static bool supervises(const struct centre *c, uint32_t agent, const struct contact *k)
{
	const struct agent *a = &c->agent[agent];

	return a->attempt && a->role == ROLE_SUPERVISE && a->contact == contact_slot(c, k);
}

static enum refusal come_in(
	struct centre *c, const struct event *ev, struct contact *k, enum hearing hearing)
{
	uint32_t agent;
	enum refusal why = command_invited(c, ev, &agent);

	if (why == REFUSED_NOT && party_count(c, k) >= TALKERS_MAX)
		why = REFUSED_FULL;
	if (why == REFUSED_NOT)
		talk_invite(c, k, agent, ROLE_SUPERVISE, hearing);
	return why;
}

enum refusal command_supervise(struct centre *c, const struct event *ev)
{
	enum hearing hearing = (enum hearing)ev->value;
	struct party p = { 0 };
	struct contact *k;
	enum refusal why = supervisor(c, ev, &p.agent);

	if (why == REFUSED_NOT)
		why = command_talking(c, ev, &k);
	if (why != REFUSED_NOT)
		return why;
	if (ev->value < HEAR_NOTHING || ev->value > HEAR_WHISPER)
		return REFUSED_VALUE;
	p.attempt = c->agent[p.agent].attempt;
	if (!supervises(c, p.agent, k))
		return hearing == HEAR_NOTHING ? REFUSED_NOT_THERE : come_in(c, ev, k, hearing);
	if (hearing == HEAR_NOTHING)
		talk_dismiss(c, k, p);
	else
		talk_hear(c, k, p, hearing);
	return REFUSED_NOT;
}

enum refusal command_take_over(struct centre *c, const struct event *ev)
{
	struct party p = { 0 }, asked;
	struct contact *k;
	enum refusal why = supervisor(c, ev, &p.agent);

	if (why == REFUSED_NOT)
		why = command_talking(c, ev, &k);
	if (why != REFUSED_NOT)
		return why;
	p.attempt = c->agent[p.agent].attempt;
	if (!supervises(c, p.agent, k) || c->agent[p.agent].phase != AGENT_TALKING)
		return REFUSED_NOT_THERE;
	asked = talk_consulted(c, k);
	if (asked.agent)
		talk_dismiss(c, k, asked);
	talk_over_to(c, k, p);
	return REFUSED_NOT;
}
