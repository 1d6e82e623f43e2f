#include "bot/core/explain.h"

#include "bot/core/agent.h"
#include "bot/core/contact.h"
#include "bot/core/party.h"
#include "bot/core/queue.h"

#include <assert.h>

#define NAME(name, text) [name] = text,
static const char *const texts[WHY_NOTS] = { WHY_NOT_LIST(NAME) };
#undef NAME

const char *why_not_text(enum why_not why)
{
	assert((unsigned)why < WHY_NOTS);
	return texts[why];
}

static bool waits(const struct contact *k)
{
	return k->queue && (k->phase == PHASE_WAITING || k->phase == PHASE_RINGING ||
				   k->phase == PHASE_CALL_BACK);
}

/* What she does, if that keeps her; WHY_FREE: nothing. */
static struct explanation by_phase(const struct centre *c, uint32_t agent)
{
	const struct agent *a = &c->agent[agent];
	uint32_t contact = a->contact ? c->contact[a->contact].number : 0;
	uint64_t until_ms = timer_due(&c->timers, agent_node(c, agent));

	switch ((enum agent_phase)a->phase) {
	case AGENT_RINGING:
		return (struct explanation){ .why = WHY_RINGING, .number = contact };
	case AGENT_TALKING:
		return (struct explanation){ .why = WHY_TALKING, .number = contact };
	case AGENT_WRAP_UP:
		return (struct explanation){ .why = WHY_WRAP_UP, .until_ms = until_ms };
	case AGENT_BACK_OFF:
		return (struct explanation){ .why = WHY_BACK_OFF, .until_ms = until_ms };
	case AGENT_SIGNED_OUT:
	case AGENT_IDLE:
	case AGENT_PHASES:
		break;
	}
	return (struct explanation){ .why = WHY_FREE };
}

/* What keeps the caller from every agent, or from all but one. */
static struct explanation by_caller(const struct centre *c, const struct contact *k, uint32_t agent)
{
	if (queue_plan(c, k->queue)->by_hand)
		return (struct explanation){ .why = WHY_BY_HAND };
	if (k->phase == PHASE_RINGING)
		return (struct explanation){ .why = WHY_RINGS_ELSEWHERE };
	if (!queue_is_ready(c, k))
		return (struct explanation){ .why = WHY_RESTS, .until_ms = k->due_ms[DUE_RING] };
	if (k->sticky && k->knows != agent)
		return (struct explanation){
			.why = WHY_STICKY, .number = k->knows, .until_ms = k->due_ms[DUE_MATCH]
		};
	return (struct explanation){ .why = WHY_FREE };
}

struct explanation centre_why(const struct centre *c, uint32_t contact, uint32_t index)
{
	const struct contact *k = contact_find(c, contact);
	uint32_t agent = index + 1;
	const struct agent *a = &c->agent[agent];
	const struct serving *s;
	struct explanation e;

	assert(index < c->plan->n_agents);
	if (!k)
		return (struct explanation){ .why = WHY_NO_CONTACT };
	if (a->contact == contact_slot(c, k) && a->attempt)
		return (struct explanation){ .why = WHY_OFFERED };
	if (!waits(k))
		return (struct explanation){ .why = WHY_NOT_WAITING, .number = k->phase };
	s = agent_serving(c, agent, k->queue);
	if (!s)
		return (struct explanation){ .why = WHY_NOT_MEMBER };
	if (!s->signed_in)
		return (struct explanation){ .why = WHY_SIGNED_OUT };
	if (a->paused)
		return (struct explanation){ .why = WHY_PAUSED, .number = a->paused };
	if (agent_staffing(c, agent, s) < STAFF_PRESENT)
		return (struct explanation){ .why = WHY_PRESENCE, .number = a->presence };
	e = by_phase(c, agent);
	if (e.why != WHY_FREE)
		return e;
	if (!(s->classes >> k->class & 1))
		return (struct explanation){ .why = WHY_CLASS, .number = k->class };
	return by_caller(c, k, agent);
}

bool centre_rank(const struct centre *c, uint32_t contact, struct rank_view *out)
{
	const struct contact *k = contact_find(c, contact);
	uint32_t queue = k ? k->queue ? k->queue : k->record.queue : 0;
	const struct plan_queue *p;

	if (!queue || !k->credit_seq)
		return false;
	p = queue_plan(c, queue);
	*out = (struct rank_view){ .credit_ms = k->credit_ms,
		.priority = k->record.priority,
		.priority_ms = p->priority_ms,
		.head_start_ms = p->head_start_ms,
		.queue = queue };
	out->rank = (int64_t)k->credit_ms -
		    ((int64_t)PRIORITY_NORMAL - k->record.priority) * p->priority_ms -
		    p->head_start_ms;
	return true;
}
