/* Of an agent: what she is there for, and how long she is not. */
#include "bot/core/command.h"

#include "bot/core/agent.h"
#include "bot/core/contact.h"
#include "bot/core/offer.h"
#include "bot/core/ring.h"

/* The queue of a sign-in or sign-out, 0: all of hers. */
static enum refusal sign(struct centre *c, const struct event *ev, bool in)
{
	uint32_t agent = command_agent(c, ev), queue = command_queue(c, ev);

	if (!agent)
		return REFUSED_NO_AGENT;
	if (ev->value && !queue)
		return REFUSED_NO_QUEUE;
	if (queue && !agent_serving(c, agent, queue))
		return REFUSED_NOT_MEMBER;
	agent_sign(c, agent, queue, in);
	if (in)
		offer_agent(c, agent);
	else
		ring_take_back(c, agent);
	return REFUSED_NOT;
}

enum refusal command_sign_in(struct centre *c, const struct event *ev)
{
	return sign(c, ev, true);
}

enum refusal command_sign_out(struct centre *c, const struct event *ev)
{
	return sign(c, ev, false);
}

enum refusal command_pause(struct centre *c, const struct event *ev)
{
	uint32_t agent = command_agent(c, ev);

	if (!agent)
		return REFUSED_NO_AGENT;
	if (ev->value < 1 || ev->value > UINT16_MAX)
		return REFUSED_VALUE;
	agent_pause(c, agent, (uint32_t)ev->value);
	ring_take_back(c, agent);
	return REFUSED_NOT;
}

enum refusal command_resume(struct centre *c, const struct event *ev)
{
	uint32_t agent = command_agent(c, ev);

	if (!agent)
		return REFUSED_NO_AGENT;
	agent_pause(c, agent, 0);
	c->agent[agent].n_unanswered = 0;
	if (c->agent[agent].phase == AGENT_BACK_OFF)
		agent_free(c, agent);
	offer_agent(c, agent);
	return REFUSED_NOT;
}

static enum refusal wrapping_up(const struct centre *c, const struct event *ev, uint32_t *agent)
{
	*agent = command_agent(c, ev);
	if (!*agent)
		return REFUSED_NO_AGENT;
	return c->agent[*agent].phase == AGENT_WRAP_UP ? REFUSED_NOT : REFUSED_NOT_WRAP_UP;
}

enum refusal command_wrap_up_more(struct centre *c, const struct event *ev)
{
	uint32_t agent;
	enum refusal why = wrapping_up(c, ev, &agent);

	if (why != REFUSED_NOT)
		return why;
	return agent_wrap_up_more(c, agent) ? REFUSED_NOT : REFUSED_NOT_WRAP_UP;
}

enum refusal command_wrap_up_done(struct centre *c, const struct event *ev)
{
	uint32_t agent;
	enum refusal why = wrapping_up(c, ev, &agent);

	if (why != REFUSED_NOT)
		return why;
	agent_free(c, agent);
	offer_agent(c, agent);
	return REFUSED_NOT;
}

enum refusal command_wrap_up_code(struct centre *c, const struct event *ev)
{
	struct contact *k = contact_find(c, ev->contact), over = { .number = ev->contact };
	uint32_t agent = command_agent(c, ev);
	struct effect *fx;

	if (!agent)
		return REFUSED_NO_AGENT;
	if (!ev->contact)
		return REFUSED_NO_CONTACT;
	if (ev->value < 1 || ev->value > UINT16_MAX)
		return REFUSED_VALUE;
	if (c->agent[agent].talked_with != ev->contact)
		return REFUSED_NOT_WRAP_UP;
	if (k) {
		k->record.wrap_up_code = (uint16_t)ev->value;
		return REFUSED_NOT;
	}
	fx = effect_emit(c, FX_CODE, &over, 0);
	fx->agent = (uint16_t)agent;
	fx->queue = (uint16_t)c->agent[agent].talked_in;
	fx->value = ev->value;
	return REFUSED_NOT;
}
