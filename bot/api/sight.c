#include "bot/api/sight.h"

static bool meet(const struct queue_set *a, const struct queue_set *b)
{
	for (size_t i = 0; i < QUEUE_WORDS; i++)
		if (a->word[i] & b->word[i])
			return true;
	return false;
}

static bool concerns(const struct audience *a, uint16_t agent)
{
	for (size_t i = 0; agent && i < AUDIENCE_AGENTS && a->agent[i]; i++)
		if (a->agent[i] == agent)
			return true;
	return false;
}

/* She sees where it is. */
static bool is_within(
	const struct viewer *v, const struct audience *a, const struct queue_set *served)
{
	if (v->all)
		return true;
	if (a->of_agent)
		return meet(&v->queues, &served[a->of_agent - 1]);
	return a->queue && queue_set_has(&v->queues, a->queue - 1u);
}

enum sight sight_of(
	const struct viewer *v, const struct audience *a, const struct queue_set *served)
{
	if (!guid_same(v->tenant, a->tenant))
		return UNSEEN;
	if (v->role >= API_AGENT && concerns(a, v->agent))
		return WHOLE;
	if (!is_within(v, a, served))
		return UNSEEN;
	if (a->is_queue || v->role >= API_SUPERVISOR)
		return WHOLE;
	return v->role == API_AGENT && a->in_short ? IN_SHORT : UNSEEN;
}
