/* What is read from the books. */
#include "tests/sim/audit.h"

#include "bot/core/strategy.h"

struct account *book_of(struct life *l, uint32_t contact)
{
	struct account *k = &l->audit->account[contact <= CALLS_MAX ? contact : 0];

	return contact && k->offered && !k->ended ? k : NULL;
}

const struct plan_queue *book_queue(const struct life *l, const struct account *k)
{
	return &l->cfg->queue[k->record.queue - 1];
}

bool book_waits(const struct account *k)
{
	return k->offered && !k->ended && (k->phase == PHASE_WAITING || k->phase == PHASE_RINGING);
}

uint32_t book_waiting(const struct life *l, uint32_t queue)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i <= CALLS_MAX; i++)
		n += book_waits(&l->audit->account[i]) &&
		     l->audit->account[i].record.queue == queue;
	return n;
}

bool book_welcome(const struct life *l, uint32_t queue, uint32_t presence)
{
	uint32_t welcome = l->cfg->queue[queue - 1].available;

	return welcome == 0 || (welcome & BIT(presence)) != 0;
}

bool book_serves(const struct life *l, uint32_t agent, uint32_t queue)
{
	const struct plan_queue *q = &l->cfg->queue[queue - 1];

	for (uint32_t i = 0; i < q->n_members; i++)
		if (l->cfg->member[q->first_member + i] + 1u == agent)
			return true;
	return false;
}

const struct plan_place *book_place(const struct life *l, uint32_t agent, uint32_t queue)
{
	const struct plan_queue *q = &l->cfg->queue[queue - 1];

	for (uint32_t i = 0; i < q->n_members; i++)
		if (l->cfg->member[q->first_member + i] + 1u == agent)
			return &l->cfg->place[q->first_member + i];
	return NULL;
}

bool book_is_open(const struct life *l, uint32_t agent, uint32_t queue)
{
	const struct staff *s = &l->audit->staff[agent];

	return (s->signed_in & BIT(queue)) && !s->paused && book_welcome(l, queue, s->presence);
}

bool book_is_here(const struct life *l, uint32_t agent)
{
	return l->audit->staff[agent].signed_in || l->audit->staff[agent].alone;
}

bool book_staffed(const struct life *l, uint32_t queue, uint32_t needs)
{
	if (needs == STAFF_NONE)
		return true;
	for (uint32_t id = 1; id <= l->cfg->plan.n_agents; id++) {
		const struct staff *s = &l->audit->staff[id];

		if (!(s->signed_in & BIT(queue)) || (needs >= STAFF_ACTIVE && s->paused))
			continue;
		if (needs < STAFF_PRESENT || book_welcome(l, queue, s->presence))
			return true;
	}
	return false;
}

/* Needs go with languages here. Time only widens. */
static uint32_t class_at(const struct life *l, const struct account *k, uint64_t at_ms)
{
	const struct plan_queue *q = book_queue(l, k);
	uint32_t class =
		l->cfg->need_class[(k->record.queue - 1) * (NEEDS_MAX + 1u) + k->record.language];

	while (class < q->n_classes && l->cfg->class[q->first_class + class].after_ms &&
		k->record.queued_ms + l->cfg->class[q->first_class + class].after_ms <= at_ms)
		class = l->cfg->class[q->first_class + class].next;
	return class;
}

bool book_suits(const struct life *l, uint32_t agent, const struct account *k, uint64_t at_ms)
{
	const struct plan_place *place = book_place(l, agent, k->record.queue);

	return place && (place->classes >> class_at(l, k, at_ms) & 1);
}

bool book_is_sticky(const struct life *l, const struct account *k)
{
	return k->knows && book_serves(l, k->knows, k->record.queue) &&
	       l->audit->settled_ms < k->record.queued_ms + book_queue(l, k)->sticky_ms;
}

bool book_commanded(const struct life *l, enum event_kind kind, uint32_t agent)
{
	return l->audit->ev->kind == kind && !l->audit->refused && l->audit->ev->attempt == agent;
}

bool book_waited_out(const struct life *l, const struct account *k)
{
	uint32_t limit = book_queue(l, k)->wait_ms_max;

	return limit && l->now_ms >= k->record.queued_ms + limit;
}

bool book_rings_all(const struct life *l, const struct account *k)
{
	const struct plan_queue *q = book_queue(l, k);

	return strategy_at(q->strategy) == strategy_named("ring-all") &&
	       q->hand_off == HAND_OFF_BRIDGE;
}

/* A step of priority is worth so much waiting, and no more: the bound of overtaking. */
static int64_t key(const struct life *l, const struct account *k)
{
	return (int64_t)k->credit_ms + ((int64_t)k->record.priority - PRIORITY_NORMAL) *
					       (int64_t)book_queue(l, k)->priority_ms;
}

bool book_before(const struct life *l, const struct account *a, const struct account *b)
{
	return key(l, a) != key(l, b) ? key(l, a) < key(l, b) : a->order < b->order;
}

bool book_overtakes(const struct life *l, const struct account *a, const struct account *b)
{
	int64_t of_a = key(l, a) - book_queue(l, a)->head_start_ms;
	int64_t of_b = key(l, b) - book_queue(l, b)->head_start_ms;

	return of_a != of_b ? of_a < of_b : a->order < b->order;
}

bool book_nobody_answers(const struct life *l, const struct account *k)
{
	return k->probe && k->n_probes >= 5 && l->now_ms >= k->probe_ms + 10000;
}
