#include "bot/whatif/inside.h"

#include <math.h>
#include <stdlib.h>

void figures_busy(struct life *l, uint64_t from_ms, uint64_t to_ms)
{
	to_ms = to_ms < l->last_ms ? to_ms : l->last_ms;
	l->out->busy_ms += from_ms < to_ms ? to_ms - from_ms : 0;
}

void figures_count(struct life *l, const struct record *r)
{
	const struct plan *plan = l->conf->plan;
	uint32_t level = r->queue ? plan->queue[r->queue - 1].service_level_ms : 0;
	struct queue_figures one = { .offered = 1 };
	uint64_t until = r->connected_ms ? r->connected_ms : r->ended_ms;
	uint64_t wait = r->queued_ms && until > r->queued_ms ? until - r->queued_ms : 0;

	if (!r->queue || !r->queued_ms)
		return;
	one.waited_ms = wait;
	one.left_short = r->outcome == OUTCOME_ABANDONED_SHORT;
	one.abandoned = one.left_short || r->outcome == OUTCOME_ABANDONED_QUEUE ||
			r->outcome == OUTCOME_ABANDONED_RINGING;
	one.handled = r->connected_ms != 0;
	one.other = !one.abandoned && !one.handled;
	one.within = one.handled && wait <= (level ? level : l->conf->level_ms);
	one.wait_ms = one.handled ? wait : 0;
	one.waited = one.handled && wait > 0;
	for (int i = 0; i < 2; i++) {
		struct queue_figures *q = &l->out->queue[i ? r->queue : 0];

		q->offered += one.offered;
		q->handled += one.handled;
		q->abandoned += one.abandoned;
		q->left_short += one.left_short;
		q->within += one.within;
		q->other += one.other;
		q->wait_ms += one.wait_ms;
		q->waited_ms += one.waited_ms;
		q->waited += one.waited;
	}
	if (r->connected_ms && !r->estimated)
		figures_busy(l, r->connected_ms, r->ended_ms);
}

void figures_fini(struct figures *f)
{
	free(f->queue);
	f->queue = NULL;
}

static double share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

double figures_level(const struct queue_figures *q)
{
	return share(q->within, q->offered - q->left_short);
}

double figures_asa_s(const struct queue_figures *q)
{
	return share(q->wait_ms, q->handled) / 1000;
}

double figures_abandons(const struct queue_figures *q)
{
	return share(q->abandoned - q->left_short, q->offered - q->left_short);
}

double figures_occupancy(const struct figures *f)
{
	return share(f->busy_ms, f->staffed_ms);
}
