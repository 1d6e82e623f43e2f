/* What callers and agents are like, drawn from what was seen. */
#include "bot/whatif/inside.h"

enum {
	PROMPT_MS = 3000, /* where none was ever heard */
	RING_MS = 4000,   /* the same of rings */
	TALK_MS = 180000, /* and of conversations */
};

double draw_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1.0p-53;
}

void draw_guest(struct guest *g, uint64_t seed, uint32_t number)
{
	g->rng.state = seed * 0x9e3779b97f4a7c15u + number;
	g->patient = draw_unit(&g->rng);
	g->talks = draw_unit(&g->rng);
	g->wraps = draw_unit(&g->rng);
}

static const struct queue_past *queue_past(const struct life *l, uint32_t queue)
{
	return past_queue(l->conf->past, queue ? l->conf->plan->queue[queue - 1].key : 0);
}

static const struct queue_past *everybody(const struct life *l)
{
	return &l->conf->past->queue[0];
}

uint64_t draw_patience_ms(const struct life *l, const struct guest *g, uint32_t queue)
{
	const struct queue_past *q = queue_past(l, queue);

	if (q->n_wait < PAST_ENOUGH)
		q = everybody(l);
	return patience_ms(&q->patience, g->patient);
}

uint32_t draw_talk_ms(const struct life *l, const struct guest *g, uint32_t queue)
{
	const struct queue_past *q = queue_past(l, queue);

	if (q->talk.n < PAST_ENOUGH)
		q = everybody(l);
	return q->talk.n ? q->talk.ms[(size_t)(g->talks * (double)q->talk.n)] : TALK_MS;
}

bool draw_wrap_up_ms(const struct life *l, const struct guest *g, uint32_t *ms)
{
	const struct queue_past *q = everybody(l);
	size_t i = (size_t)(g->wraps * (double)q->n_handled);

	if (i >= q->wrap_up.n)
		return false;
	*ms = q->wrap_up.ms[i];
	return true;
}

struct ring_seen draw_ring(const struct life *l, struct guest *g, uint32_t queue)
{
	const struct queue_past *q = queue_past(l, queue);

	if (q->n_ring < PAST_ENOUGH)
		q = everybody(l);
	if (!q->n_ring)
		return (struct ring_seen){ RING_MS, 0 };
	return q->ring[rng_below(&g->rng, q->n_ring)];
}

uint32_t draw_prompt_ms(const struct life *l, uint32_t prompt)
{
	const struct plan *plan = l->conf->plan;
	uint32_t key = plan->prompt_key && prompt && prompt <= plan->n_prompts
			       ? plan->prompt_key[prompt - 1]
			       : 0;

	return past_prompt_ms(l->conf->past, key, PROMPT_MS);
}
