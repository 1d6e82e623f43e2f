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

bool book_staffed(const struct life *l, uint32_t queue, uint32_t needs)
{
	if (needs == STAFF_NONE)
		return true;
	for (uint32_t id = 1; id <= l->cfg->plan.n_agents; id++) {
		if (!book_serves(l, id, queue) || !l->cfg->agent[id - 1].signed_in)
			continue;
		if (needs != STAFF_PRESENT || book_welcome(l, queue, l->audit->staff[id].presence))
			return true;
	}
	return false;
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

bool book_before(const struct account *a, const struct account *b)
{
	return a->credit_ms != b->credit_ms ? a->credit_ms < b->credit_ms : a->order < b->order;
}

bool book_nobody_answers(const struct life *l, const struct account *k)
{
	return k->probe && k->n_probes >= 5 && l->now_ms >= k->probe_ms + 10000;
}
