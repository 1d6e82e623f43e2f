/*
 * What must hold after every step whatever happened: the centre's views are the books, in
 * both directions; nothing is overdue; nobody waits while an agent who serves them is free.
 */
#include "tests/sim/audit.h"

#include <string.h>

/* The longest that a flow may be silent: every step that asks, each as often as it may. */
enum { SILENCE_MS = FLOWS_MAX * FLOW_STEPS_MAX * 3 * 5000 };

static bool in_progress(const struct account *k)
{
	return k->offered && !k->ended;
}

static void ledger(struct life *l)
{
	const struct audit *b = l->audit;
	struct ledger is;

	centre_ledger(l->centre, &is);
	if (is.offered != b->offered || is.in_progress != b->in_progress ||
		memcmp(is.outcome, b->outcome, sizeof(is.outcome)) != 0)
		life_fail(l, "the ledger differs from the books");
}

/* Leaving a queue, and a flow's end, may make no effect: they are seen first. */
static void seen(struct life *l, uint32_t number, struct account *k, const struct contact_view *v)
{
	bool waits = v->phase == PHASE_WAITING || v->phase == PHASE_RINGING;

	if (book_waits(k) && !waits)
		wait_leave(l, k, number);
	wait_look(l, k);
	if (k->phase == PHASE_FLOW && v->phase == PHASE_CLOSING)
		book_close(l, k, flow_possible(l, k));
}

static void contact(struct life *l, uint32_t number, const struct contact_view *v)
{
	struct account *k = book_of(l, number);
	uint32_t ring;

	if (!k) {
		life_fail(l, "contact %u is in progress, and not in the books", number);
		return;
	}
	seen(l, number, k, v);
	ring = k->n_parties ? k->party[0].attempt : 0;
	if (v->phase != k->phase)
		life_fail(l, "contact %u is in phase %d, by the books in %d", number, v->phase,
			k->phase);
	if (v->since_ms != k->phase_ms)
		life_fail(l, "contact %u: since when?", number);
	if (v->ring_attempt != ring)
		life_fail(l, "contact %u: ring %u, by the books %u", number, v->ring_attempt, ring);
	if (k->n_let_go)
		life_fail(l, "contact %u: attempt %u is left behind", number, k->let_go[0]);
}

static void contacts(struct life *l)
{
	struct contact_view v = { 0 };
	uint64_t n = 0;

	while (n <= CALLS_MAX && centre_contact_after(l->centre, v.contact, &v)) {
		contact(l, v.contact, &v);
		n++;
	}
	if (n != l->audit->in_progress)
		life_fail(l, "%u contacts can be seen", (unsigned)n);
}

static enum agent_phase agent_phase(const struct life *l, uint32_t id)
{
	const struct staff *s = &l->audit->staff[id];

	if (s->contact)
		return l->audit->account[s->contact].phase == PHASE_TALKING ? AGENT_TALKING
									    : AGENT_RINGING;
	if (s->free_ms > l->now_ms)
		return AGENT_WRAP_UP;
	return book_is_here(l, id) ? AGENT_IDLE : AGENT_SIGNED_OUT;
}

static bool engages(const struct account *k, uint32_t agent)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < k->n_parties; i++)
		n += k->party[i].agent == agent;
	return n == 1;
}

static void agents(struct life *l)
{
	for (uint32_t id = 1; id <= l->cfg->plan.n_agents; id++) {
		const struct staff *s = &l->audit->staff[id];
		enum agent_phase want = agent_phase(l, id);
		struct agent_view v;

		centre_agent(l->centre, id - 1, &v);
		if (v.phase == AGENT_BACK_OFF)
			v.phase = AGENT_WRAP_UP; /* both are: not free yet */
		if (v.phase != want)
			life_fail(l, "agent %u is %d, by the books %d", id, v.phase, want);
		if (v.presence != s->presence)
			life_fail(l, "agent %u is %s, by the books %s", id,
				presence_name(v.presence),
				presence_name((enum presence_class)s->presence));
		if (v.paused != s->paused)
			life_fail(l, "agent %u is paused %u, by the books %u", id, v.paused,
				s->paused);
		if (v.contact != s->contact || v.n_handled != s->n_handled)
			life_fail(l, "agent %u has contact %u, by the books %u", id, v.contact,
				s->contact);
		if (s->contact && !engages(&l->audit->account[s->contact], id))
			life_fail(l, "the books contradict themselves about agent %u", id);
	}
}

static void queues(struct life *l)
{
	for (uint32_t id = 1; id <= l->cfg->plan.n_queues; id++) {
		const struct account *head = NULL;
		struct queue_view v;

		for (uint32_t i = 1; i <= CALLS_MAX; i++) {
			const struct account *k = &l->audit->account[i];

			if (book_waits(k) && k->record.queue == id &&
				(!head || book_before(l, k, head)))
				head = k;
		}
		centre_queue(l->centre, id - 1, &v);
		if (v.n_waiting != book_waiting(l, id) ||
			v.oldest_ms != (head ? head->record.queued_ms : 0))
			life_fail(l, "queue %u is not as long or old as it is", id);
	}
}

static uint64_t stage_due(const struct life *l, const struct account *k)
{
	const struct plan *p = &l->cfg->plan;

	switch (k->phase) {
	case PHASE_ARRIVING:
		return k->phase_ms + p->active_ms_max;
	case PHASE_FLOW:
		return (k->task && k->task_due_ms > k->flow_ms ? k->task_due_ms : k->flow_ms) +
		       p->play_ms_max + SILENCE_MS;
	case PHASE_WAITING:
		return k->hold_ms + book_queue(l, k)->announce_ms + p->play_ms_max;
	case PHASE_RINGING:
		return k->probing ? UINT64_MAX : k->ring_due_ms;
	case PHASE_TALKING:
		return k->record.connected_ms + p->talk_ms_max;
	case PHASE_CALL_BACK:
	case PHASE_CLOSING:
		break;
	}
	if (k->awaited_ms)
		return k->awaited_ms;
	if (k->n_hang_ups)
		return k->hang_up_due_ms;
	return k->phase_ms + (k->record.estimated ? p->transfer_ms_max : p->play_ms_max);
}

static void overdue(struct life *l, uint32_t number, struct account *k)
{
	const struct plan *p = &l->cfg->plan;
	bool talks = k->phase != PHASE_ARRIVING && k->phase != PHASE_CLOSING;
	bool waits = k->phase == PHASE_WAITING || (k->phase == PHASE_RINGING && !k->transfer);

	for (uint32_t i = 0; i < k->n_parties; i++)
		if (k->phase == PHASE_RINGING && k->party[i].accepted)
			life_fail(l, "contact %u: accepted, and not rung", number);
	if (l->now_ms >= stage_due(l, k))
		life_fail(l, "contact %u is stuck in phase %d", number, k->phase);
	if (waits && !book_staffed(l, k->record.queue, book_queue(l, k)->stay_needs))
		life_fail(l, "contact %u waits where nobody serves", number);
	if (waits && book_waited_out(l, k))
		life_fail(l, "contact %u waits longer than allowed", number);
	if (waits && l->now_ms >= k->hold_ms + book_queue(l, k)->announce_ms + p->play_ms_max)
		life_fail(l, "contact %u waits in silence", number);
	if (talks && l->now_ms >= k->keep_alive_ms + p->keep_alive_ms)
		life_fail(l, "contact %u is not kept alive", number);
	if (k->probe && k->phase != PHASE_CLOSING && l->now_ms >= k->probe_ms + 10000)
		life_fail(l, "contact %u: a probe without an answer", number);
}

static void unserved(struct life *l, uint32_t number, const struct account *k)
{
	if (k->phase != PHASE_WAITING || k->rest_ms > l->now_ms || book_queue(l, k)->by_hand ||
		book_is_sticky(l, k))
		return;
	for (uint32_t id = 1; id <= l->cfg->plan.n_agents; id++)
		if (agent_phase(l, id) == AGENT_IDLE && book_is_open(l, id, k->record.queue) &&
			book_suits(l, id, k, l->now_ms))
			life_fail(l, "contact %u waits while agent %u is free", number, id);
}

void check_all(struct life *l)
{
	bool all_done = centre_deadline_ms(l->centre) > l->now_ms;

	ledger(l);
	contacts(l);
	if (all_done)
		agents(l);
	queues(l);
	for (uint32_t i = 1; i <= CALLS_MAX && all_done; i++) {
		struct account *k = &l->audit->account[i];

		if (!in_progress(k))
			continue;
		overdue(l, i, k);
		unserved(l, i, k);
	}
}

/* In fair weather the books must also be the truth. */
static void truth(struct life *l, uint32_t call)
{
	uint32_t number = l->contact_of[call];
	const struct account *k = &l->audit->account[number];
	bool connected = false, answered = false;

	if (!k->ended || (k->record.outcome == OUTCOME_FAILED && !l->cfg->circles))
		life_fail(l, "call %u is lost in fair weather", call);
	for (uint32_t i = 0; i < l->n_legs; i++) {
		if (l->leg[i].contact != call)
			continue;
		connected |= l->leg[i].connected;
		answered |= l->leg[i].answered;
	}
	if (connected && k->record.outcome != OUTCOME_HANDLED)
		life_fail(l, "contact %u talked to an agent and nobody knows", number);
	if (!answered && k->record.outcome == OUTCOME_HANDLED)
		life_fail(l, "contact %u was handled by nobody", number);
	if (k->record.n_offers && !k->record.queued_ms)
		life_fail(l, "contact %u was offered from no queue", number);
	if (!l->call[call].recorded && k->record.outcome == OUTCOME_VOICEMAIL)
		life_fail(l, "contact %u left no message", number);
	if (l->call[call].transferred != (k->record.outcome == OUTCOME_TRANSFERRED) &&
		k->record.outcome != OUTCOME_HANDLED)
		life_fail(l, "contact %u and the world differ about a transfer", number);
}

void audit_end(struct life *l)
{
	const struct weather *w = &l->draw.weather;
	bool fair = !l->wild && !w->lose && !w->twice && !w->late && !w->refuse && !w->unsent &&
		    !w->unsure && !w->crash && !w->mute && !w->prompt_fails && !l->crash_at;

	if (l->audit->in_progress)
		life_fail(l, "%u contacts never ended", (unsigned)l->audit->in_progress);
	for (uint32_t i = 1; i <= l->draw.n_calls; i++) {
		if (l->call[i].state != CALL_GONE)
			life_fail(l, "Graph still has call %u", i);
		if (fair)
			truth(l, i);
	}
	for (uint32_t i = 0; i < l->n_legs; i++)
		if (l->leg[i].state == LEG_RINGING || l->leg[i].state == LEG_IN)
			life_fail(l, "agent %u is still on the telephone for contact %u",
				l->leg[i].agent, l->leg[i].contact);
}
