/* Of the agent who talks with a caller. */
#include "bot/core/command.h"

#include "bot/core/agent.h"
#include "bot/core/contact.h"
#include "bot/core/talk.h"

enum refusal command_talking(const struct centre *c, const struct event *ev, struct contact **k)
{
	*k = contact_find(c, ev->contact);
	if (!*k)
		return REFUSED_NO_CONTACT;
	if ((*k)->transfer || ((*k)->phase == PHASE_CLOSING && (*k)->record.estimated))
		return REFUSED_TRANSFERRED;
	if ((*k)->phase == PHASE_CLOSING)
		return REFUSED_NO_CONTACT;
	return (*k)->phase == PHASE_TALKING ? REFUSED_NOT : REFUSED_NOT_TALKING;
}

enum refusal command_invited(const struct centre *c, const struct event *ev, uint32_t *agent)
{
	*agent = command_agent(c, ev);
	if (!*agent)
		return REFUSED_NO_AGENT;
	return agent_is_free(c, *agent) ? REFUSED_NOT : REFUSED_AGENT_BUSY;
}

/* Who is asked and in the call. */
static enum refusal consulting(
	const struct centre *c, const struct event *ev, struct contact **k, struct party *asked)
{
	enum refusal why = command_talking(c, ev, k);

	if (why != REFUSED_NOT)
		return why;
	*asked = talk_consulted(c, *k);
	return asked->agent ? REFUSED_NOT : REFUSED_NO_CONSULT;
}

static enum refusal consulted(
	const struct centre *c, const struct event *ev, struct contact **k, struct party *asked)
{
	enum refusal why = consulting(c, ev, k, asked);

	if (why != REFUSED_NOT)
		return why;
	return c->agent[asked->agent].phase == AGENT_TALKING ? REFUSED_NOT : REFUSED_NO_CONSULT;
}

enum refusal command_hold(struct centre *c, const struct event *ev)
{
	struct contact *k;
	enum refusal why = command_talking(c, ev, &k);

	if (why == REFUSED_NOT)
		talk_hold(c, k);
	return why;
}

enum refusal command_unhold(struct centre *c, const struct event *ev)
{
	struct contact *k;
	enum refusal why = command_talking(c, ev, &k);

	if (why == REFUSED_NOT)
		talk_unhold(c, k);
	return why;
}

enum refusal command_consult(struct centre *c, const struct event *ev)
{
	struct contact *k;
	uint32_t agent;
	enum refusal why = command_talking(c, ev, &k);

	if (why == REFUSED_NOT && talk_consulted(c, k).agent)
		why = REFUSED_CONSULTING;
	if (why == REFUSED_NOT)
		why = command_invited(c, ev, &agent);
	if (why == REFUSED_NOT && party_count(c, k) >= TALKERS_MAX)
		why = REFUSED_FULL;
	if (why != REFUSED_NOT)
		return why;
	talk_hold(c, k);
	talk_invite(c, k, agent, ROLE_CONSULT, HEAR_ALL);
	return REFUSED_NOT;
}

enum refusal command_consult_end(struct centre *c, const struct event *ev)
{
	struct contact *k;
	struct party asked;
	enum refusal why = consulting(c, ev, &k, &asked);

	if (why == REFUSED_NOT)
		talk_dismiss(c, k, asked);
	return why;
}

enum refusal command_conference(struct centre *c, const struct event *ev)
{
	struct contact *k;
	struct party asked;
	enum refusal why = consulted(c, ev, &k, &asked);

	if (why == REFUSED_NOT)
		talk_unhold(c, k);
	return why;
}

enum refusal command_complete(struct centre *c, const struct event *ev)
{
	struct contact *k;
	struct party asked;
	enum refusal why = consulted(c, ev, &k, &asked);

	if (why == REFUSED_NOT)
		talk_over_to(c, k, asked);
	return why;
}

enum refusal command_to_agent(struct centre *c, const struct event *ev)
{
	struct contact *k;
	uint32_t agent;
	enum refusal why = command_talking(c, ev, &k);

	if (why == REFUSED_NOT)
		why = command_invited(c, ev, &agent);
	if (why == REFUSED_NOT && !k->queue)
		why = REFUSED_NO_QUEUE; /* A new plan has lost the place to come back to. */
	if (why == REFUSED_NOT)
		talk_to_agent(c, k, agent);
	return why;
}
