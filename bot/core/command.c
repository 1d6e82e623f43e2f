#include "bot/core/command.h"

#include "bot/core/contact.h"

#define COMMAND(kind, name) [kind] = command_##name,
static enum refusal (*const table[EVENT_KINDS])(struct centre *c, const struct event *ev) = {
#include "bot/core/commands.def"
};
#undef COMMAND

static void refuse(struct centre *c, const struct event *ev, enum refusal why)
{
	struct contact of = { .number = ev->contact };
	struct effect *fx = effect_emit(c, FX_REFUSED, &of, 0);

	fx->agent = (uint16_t)command_agent(c, ev);
	fx->value = (int32_t)why;
}

bool command_take(struct centre *c, const struct event *ev)
{
	enum refusal why;

	if (ev->kind >= EVENT_KINDS || !table[ev->kind])
		return false;
	why = table[ev->kind](c, ev);
	if (why != REFUSED_NOT)
		refuse(c, ev, why);
	return true;
}

struct contact *command_contact(const struct centre *c, const struct event *ev)
{
	struct contact *k = contact_find(c, ev->contact);

	return k && k->phase != PHASE_CLOSING ? k : NULL;
}

uint32_t command_agent(const struct centre *c, const struct event *ev)
{
	if (!event_names_agent((enum event_kind)ev->kind) || ev->attempt > c->plan->n_agents)
		return 0;
	return ev->attempt;
}

uint32_t command_queue(const struct centre *c, const struct event *ev)
{
	return ev->value > 0 && (uint32_t)ev->value <= c->plan->n_queues ? (uint32_t)ev->value : 0;
}
