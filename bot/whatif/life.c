/* Time passes: what was planned happens, and what the centre has due. */
#include "bot/whatif/life.h"

#include "bot/base/clean.h"
#include "bot/whatif/inside.h"

#include <stdlib.h>
#include <string.h>

enum { DRAIN_MS = 86400000 /* after the last caller; whoever is there still is left out */ };

static void step(struct life *l, struct event ev)
{
	static _Thread_local struct effects fx;

	ev.at_ms = l->now_ms;
	centre_step(l->centre, &ev, &fx);
	for (size_t i = 0; i < fx.n; i++)
		world_perform(l, &fx.item[i]);
}

/* ---- what happens */

static void ends(struct life *l, uint32_t contact)
{
	step(l, (struct event){ .kind = EV_CALL_ENDED, .contact = contact, .value = END_HUNG_UP });
}

/* The caller hangs up, and the agent wraps up until she says so or time is out. */
static void over(struct life *l, const struct planned *it)
{
	uint32_t contact = it->ev.contact, early;
	struct contact_view k;
	struct agent_view a;
	uint32_t agent, limit;

	if (!centre_contact(l->centre, contact, &k))
		return;
	agent = k.record.agent;
	limit = k.record.queue ? l->conf->plan->queue[k.record.queue - 1].wrap_up_ms : 0;
	ends(l, contact);
	if (!agent)
		return;
	centre_agent(l->centre, agent - 1, &a);
	if (a.phase != AGENT_WRAP_UP || a.since_ms != l->now_ms)
		return;
	if (!draw_wrap_up_ms(l, &l->guest[contact], &early) || early >= limit) {
		figures_busy(l, l->now_ms, l->now_ms + limit);
		return;
	}
	figures_busy(l, l->now_ms, l->now_ms + early);
	heap_put(&l->heap, (struct planned){ .at_ms = l->now_ms + early,
				   .kind = PLANNED_WRAPPED,
				   .since_ms = l->now_ms,
				   .ev = { .kind = EV_WRAP_UP_DONE, .attempt = agent } });
}

static void count_staffed(struct life *l)
{
	l->staffed = 0;
	for (uint32_t i = 0; i < l->conf->plan->n_agents; i++) {
		struct agent_view a;

		centre_agent(l->centre, i, &a);
		l->staffed += a.phase != AGENT_SIGNED_OUT;
	}
}

static bool is_ring_answer(uint32_t kind)
{
	return kind == EV_AGENT_ANSWERED || kind == EV_HANDED_OVER || kind == EV_AGENT_FAILED ||
	       kind == EV_AGENT_ACCEPTED;
}

static void plain(struct life *l, const struct event *ev)
{
	if (is_ring_answer(ev->kind) && ev->attempt < l->n_withdrawn && l->withdrawn[ev->attempt])
		return; /* it rang no longer */
	step(l, *ev);
	if (ev->kind == EV_SIGN_IN || ev->kind == EV_SIGN_OUT)
		count_staffed(l);
}

static void happen(struct life *l, const struct planned *it)
{
	struct contact_view k;
	struct agent_view a;

	switch (it->kind) {
	case PLANNED_EVENT:
		plain(l, &it->ev);
		return;
	case PLANNED_LEAVE:
		if (centre_contact(l->centre, it->ev.contact, &k) &&
			(k.phase == PHASE_WAITING || k.phase == PHASE_RINGING))
			ends(l, it->ev.contact);
		return;
	case PLANNED_GONE:
		if (centre_contact(l->centre, it->ev.contact, &k) && k.phase == PHASE_FLOW)
			ends(l, it->ev.contact);
		return;
	case PLANNED_OVER:
		over(l, it);
		return;
	case PLANNED_WRAPPED:
		centre_agent(l->centre, it->ev.attempt - 1, &a);
		if (a.phase == AGENT_WRAP_UP && a.since_ms == it->since_ms)
			step(l, it->ev);
		return;
	}
}

static void pass(struct life *l, uint64_t until_ms)
{
	uint64_t ms = until_ms - l->now_ms;

	l->out->line_ms += ms * l->in_line;
	if (until_ms <= l->last_ms)
		l->out->staffed_ms += ms * l->staffed;
	l->now_ms = until_ms;
}

static void live(struct life *l)
{
	uint64_t end_ms = l->last_ms + DRAIN_MS;

	while (l->heap.n && l->heap.item[0].at_ms <= end_ms) {
		struct planned it;
		uint64_t due = centre_deadline_ms(l->centre);

		if (due < l->heap.item[0].at_ms) {
			pass(l, due > l->now_ms ? due : l->now_ms);
			step(l, (struct event){ .kind = EV_TICK });
			continue;
		}
		it = heap_take(&l->heap);
		pass(l, it.at_ms);
		happen(l, &it);
	}
	l->out->span_ms = l->now_ms - l->conf->past->from_ms;
}

enum err life_run(const struct life_conf *conf, struct figures *out, struct why *why)
{
	size_t bytes = (centre_bytes(conf->plan) + 15) & ~(size_t)15;
	CLEAN(free) void *storage = aligned_alloc(16, bytes);
	struct life l = { .conf = conf, .out = out, .now_ms = conf->past->from_ms };

	*out = (struct figures){ .n_queues = conf->plan->n_queues,
		.queue = calloc(conf->plan->n_queues + 1, sizeof(*out->queue)) };
	if (!storage || !out->queue) {
		figures_fini(out);
		return FAIL(why, E_SYSTEM, "no memory for a life");
	}
	memset(storage, 0, bytes);
	l.centre = centre_init(storage, conf->plan);
	l.last_ms = l.now_ms;
	coming_duties(&l);
	coming_callers(&l);
	count_staffed(&l);
	live(&l);
	out->contacts = l.n_guests;
	free(l.heap.item);
	free(l.guest);
	free(l.withdrawn);
	return OK;
}
