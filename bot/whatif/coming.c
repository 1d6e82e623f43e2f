/* Who calls and when, and when agents are there. */
#include "bot/whatif/inside.h"

#include <math.h>
#include <stdlib.h>

enum { QUARTER_MS = 900000 };

static uint16_t entry_of(const struct plan *plan, uint32_t key)
{
	for (uint16_t i = 0; i < plan->n_entries; i++)
		if (plan->entry[i].key == key)
			return i;
	return 0;
}

static void comes(struct life *l, const struct caller_past *like, uint64_t at_ms)
{
	struct guest *g;

	if (++l->n_guests >= l->room_guests) {
		l->room_guests = l->room_guests ? 2 * l->room_guests : 1024;
		l->guest = realloc(l->guest, l->room_guests * sizeof(*l->guest));
		if (!l->guest)
			abort();
	}
	g = &l->guest[l->n_guests];
	*g = (struct guest){ .like = like };
	draw_guest(g, l->conf->seed, l->n_guests);
	l->last_ms = at_ms;
	heap_put(&l->heap, (struct planned){ .at_ms = at_ms,
				   .ev = { .kind = EV_CALL_INCOMING,
					   .contact = l->n_guests,
					   .value = entry_of(l->conf->plan, like->entry) } });
}

/* A quarter of an hour whose callers are those from first on. Gaps are exponential. */
static void quarter(
	struct life *l, struct rng *rng, size_t first, size_t n, uint64_t from_ms, uint64_t ms)
{
	const struct past *p = l->conf->past;
	double gap = (double)ms / (double)n, at = -log(1 - draw_unit(rng)) * gap;

	for (; at < (double)ms; at += -log(1 - draw_unit(rng)) * gap)
		comes(l, &p->caller[first + rng_below(rng, n)], from_ms + (uint64_t)at);
}

void coming_callers(struct life *l)
{
	const struct past *p = l->conf->past;
	struct rng rng = { l->conf->seed };

	for (size_t i = 0, k; i < p->n_callers; i = k) {
		uint64_t from = p->from_ms +
				(p->caller[i].offered_ms - p->from_ms) / QUARTER_MS * QUARTER_MS;
		uint64_t ms = p->to_ms - from < QUARTER_MS ? p->to_ms - from + 1 : QUARTER_MS;

		for (k = i; k < p->n_callers && p->caller[k].offered_ms < from + QUARTER_MS; k++)
			;
		quarter(l, &rng, i, k - i, from, ms);
	}
}

static uint32_t index_of(const void *key, size_t row_bytes, uint32_t n, uint32_t wanted)
{
	for (uint32_t i = 0; i < n; i++)
		if (*(const uint32_t *)((const char *)key + i * row_bytes) == wanted)
			return i + 1;
	return 0;
}

/* Who or what is not in this plan has no duty in it. */
void coming_duties(struct life *l)
{
	const struct plan *plan = l->conf->plan;
	const struct past *p = l->conf->past;

	for (size_t i = 0; i < p->n_duties; i++) {
		const struct duty *d = &p->duty[i];
		uint32_t agent = plan->n_agents
					 ? index_of(&plan->agent[0].key, sizeof(plan->agent[0]),
						   plan->n_agents, d->agent)
					 : 0;
		uint32_t queue = d->queue ? index_of(&plan->queue[0].key, sizeof(plan->queue[0]),
						    plan->n_queues, d->queue)
					  : 0;

		if (!agent || (d->queue && !queue))
			continue;
		heap_put(&l->heap,
			(struct planned){ .at_ms = d->at_ms,
				.ev = { .kind = d->kind,
					.attempt = agent,
					.value = d->queue ? (int32_t)queue : d->value } });
	}
}
