/* The auditor on offers: who is offered whom, how rings end, who talks with whom. */
#include "tests/sim/audit.h"

#include "bot/core/strategy.h"

#include <string.h>

static const struct plan_queue *queue_at(const struct life *l, uint32_t id)
{
	return &l->cfg->queue[id - 1];
}

/* Waits, and may be offered: certainly so already before this step. */
static bool may_be_offered(const struct life *l, const struct account *k)
{
	return k->offered && !k->ended && k->phase == PHASE_WAITING &&
	       k->rest_ms <= l->audit->settled_ms && !book_queue(l, k)->by_hand &&
	       !book_is_sticky(l, k);
}

static void nobody_overtaken(struct life *l, const struct account *k, uint32_t agent)
{
	for (uint32_t i = 1; i <= CALLS_MAX; i++) {
		const struct account *other = &l->audit->account[i];

		if (other != k && may_be_offered(l, other) &&
			book_is_open(l, agent, other->record.queue) &&
			book_suits(l, agent, other, l->audit->settled_ms) &&
			book_overtakes(l, other, k))
			life_fail(l, "contact %u is overtaken", i);
	}
}

static uint32_t rank_of(const struct life *l, const struct plan_queue *q, uint32_t agent)
{
	uint32_t rank = 0;

	while (rank < q->n_members && l->cfg->member[q->first_member + rank] + 1u != agent)
		rank++;
	return rank;
}

/* Kinds of the queue's callers that she may serve. */
static uint32_t n_suited(const struct life *l, uint32_t queue, uint32_t agent)
{
	uint32_t n = 0;

	for (uint32_t c = 0; c < queue_at(l, queue)->n_classes; c++)
		n += book_place(l, agent, queue)->classes >> c & 1;
	return n;
}

/* Whether the strategy takes a rather than b; what it draws by chance is not known here. */
static bool is_better(const struct life *l, uint32_t queue, uint32_t a, uint32_t b)
{
	const struct plan_queue *q = queue_at(l, queue);
	const char *name = strategy_at(q->strategy)->name;
	uint32_t turn = l->audit->next_rank[queue][book_place(l, a, queue)->tier];
	uint32_t n = q->n_members;
	uint32_t rank_a = rank_of(l, q, a), rank_b = rank_of(l, q, b);
	const struct staff *of_a = &l->audit->staff[a], *of_b = &l->audit->staff[b];

	if (strcmp(name, "serial") == 0)
		return rank_a < rank_b;
	if (strcmp(name, "round-robin") == 0 || strcmp(name, "ring-all") == 0)
		return (rank_a + n - turn) % n < (rank_b + n - turn) % n;
	if (strcmp(name, "random") == 0 || strcmp(name, "weighted") == 0)
		return false;
	if (strcmp(name, "fewest-calls") == 0 && of_a->n_shift != of_b->n_shift)
		return of_a->n_shift < of_b->n_shift;
	if (strcmp(name, "least-talk") == 0 && of_a->talk_ms != of_b->talk_ms)
		return of_a->talk_ms < of_b->talk_ms;
	if (strcmp(name, "skills") == 0 && n_suited(l, queue, a) != n_suited(l, queue, b))
		return n_suited(l, queue, a) < n_suited(l, queue, b);
	return of_a->free_ms < of_b->free_ms;
}

/* The naive oracle: of those certainly free, nobody comes before the chosen one. */
static void the_strategys_choice(struct life *l, const struct account *k, uint32_t agent)
{
	uint32_t queue = k->record.queue;
	uint8_t tier = book_place(l, agent, queue)->tier;

	for (uint32_t id = 1; id <= l->cfg->plan.n_agents; id++) {
		const struct plan_place *place = book_place(l, id, queue);
		const struct staff *other = &l->audit->staff[id];

		if (!place || !book_is_open(l, id, queue) || other->contact ||
			!book_suits(l, id, k, l->audit->settled_ms) ||
			other->free_ms > l->audit->settled_ms || other->let_ms == l->now_ms)
			continue;
		if (place->tier != tier ? place->tier < tier : is_better(l, queue, id, agent))
			life_fail(l, "agent %u was to be offered, not %u", id, agent);
	}
}

/* From here the ring has its own time; who is rung beside others has what is left of theirs. */
static void ring_begins(struct life *l, struct account *k, struct engaged *p)
{
	const struct plan_queue *q = book_queue(l, k);
	bool rings = false;

	for (uint32_t i = 0; i < k->n_parties; i++)
		rings |= &k->party[i] != p && !k->party[i].asked;
	k->transfer = q->hand_off == HAND_OFF_TRANSFER;
	if (!rings || !p->accepted) {
		k->doubtful = false;
		k->ring_due_ms = l->now_ms +
				 (k->transfer ? l->cfg->plan.transfer_ms_max : q->ring_ms);
	}
	p->asked = p->accepted = false;
}

/* Offered by the queue, and not by somebody's own hand. */
static void by_the_rules(struct life *l, struct account *k, uint32_t agent)
{
	const struct staff *s = &l->audit->staff[agent];
	uint32_t queue = k->record.queue;

	if (!book_is_open(l, agent, queue))
		life_fail(l, "agent %u does not serve this queue, is paused or %s", agent,
			presence_name((enum presence_class)s->presence));
	if (!book_suits(l, agent, k, l->now_ms))
		life_fail(l, "agent %u cannot do what is needed", agent);
	if (k->rest_ms > l->now_ms)
		life_fail(l, "a contact should rest that is offered to agent %u", agent);
	if (agent == k->knows && book_queue(l, k)->sticky_ms)
		return; /* She waits for her alone. */
	if (book_queue(l, k)->by_hand)
		life_fail(l, "agent %u was to pick by hand", agent);
	nobody_overtaken(l, k, agent);
	the_strategys_choice(l, k, agent);
}

static void offered(struct life *l, struct account *k, const struct effect *fx)
{
	const struct plan_queue *q = queue_at(l, fx->queue);
	const struct staff *s = &l->audit->staff[fx->agent];

	if (k->phase == PHASE_RINGING ? !book_rings_all(l, k) || k->phase_ms != l->now_ms
				      : k->phase != PHASE_WAITING)
		life_fail(l, "contact %u is offered and does not wait", fx->contact);
	if (fx->queue != k->record.queue || !book_serves(l, fx->agent, fx->queue))
		life_fail(l, "contact %u is offered from another queue", fx->contact);
	if (s->contact)
		life_fail(l, "agent %u has contact %u already", fx->agent, s->contact);
	if (s->free_ms > l->now_ms)
		life_fail(l, "agent %u is not free yet", fx->agent);
	if (!book_commanded(l, EV_PICK, fx->agent) || l->audit->ev->contact != fx->contact)
		by_the_rules(l, k, fx->agent);
	k->rest_ms = 0;
	if (k->knows == fx->agent)
		k->knows = 0;
	l->audit->next_rank[fx->queue][book_place(l, fx->agent, fx->queue)->tier] =
		(rank_of(l, q, fx->agent) + 1) % q->n_members;
}

static void offer(struct life *l, struct account *k, const struct effect *fx)
{
	const struct plan_queue *q = queue_at(l, fx->queue);
	struct engaged *p = book_party(k, fx->attempt);

	if (fx->kind == FX_RING && p && p->accepted) {
		if (k->phase != PHASE_RINGING || p->agent != fx->agent)
			life_fail(l, "contact %u: who was not asked is rung", fx->contact);
		ring_begins(l, k, p);
		return;
	}
	offered(l, k, fx);
	if (k->n_parties == ENGAGED_MAX) {
		life_fail(l, "contact %u engages everybody", fx->contact);
		return;
	}
	l->audit->staff[fx->agent].contact = fx->contact;
	p = &k->party[k->n_parties++];
	*p = (struct engaged){ .attempt = fx->attempt, .agent = fx->agent };
	if ((fx->kind == FX_ASK) != (q->accept_ms > 0))
		life_fail(l, "contact %u: asked where one rings, or the reverse", fx->contact);
	if (k->phase == PHASE_WAITING) {
		k->transfer = k->doubtful = false;
		book_phase(l, k, PHASE_RINGING);
	}
	if (fx->kind == FX_RING) {
		ring_begins(l, k, p);
	} else {
		p->asked = true;
		k->ring_due_ms = l->now_ms + q->accept_ms;
	}
	k->record.n_offers++;
}

/* Whose back-off is it? Nobody's where nobody knows, or where all rang. */
void offer_ran_out(struct life *l, struct account *k)
{
	bool blamed = !k->doubtful && !book_rings_all(l, k);
	uint64_t until_ms;

	while (k->n_parties) {
		uint32_t attempt = k->party[0].attempt;

		if (!k->transfer)
			k->let_go[k->n_let_go++] = attempt;
		until_ms = l->now_ms;
		if (blamed)
			until_ms = book_blame_ms(l, k, attempt, RING_NO_ANSWER);
		book_party_over(l, k, attempt, until_ms);
	}
	k->n_failures = 0;
	book_waits_again(l, k);
}

/* What is to be let go in this step anyway. */
static bool is_let_go(struct account *k, uint32_t attempt)
{
	for (uint32_t i = 0; i < k->n_let_go; i++)
		if (k->let_go[i] == attempt) {
			k->let_go[i] = k->let_go[--k->n_let_go];
			return true;
		}
	return false;
}

/* By a command: of who pauses or signs out, or all of them where somebody picks the caller. */
static bool taken_back(struct life *l, struct account *k, const struct effect *fx)
{
	const struct event *ev = l->audit->ev;
	bool pick = ev->kind == EV_PICK && !l->audit->refused && ev->contact == fx->contact;

	if (!pick && !book_commanded(l, EV_PAUSE, fx->agent) &&
		!book_commanded(l, EV_SIGN_OUT, fx->agent))
		return false;
	book_party_over(l, k, fx->attempt, l->now_ms);
	if (k->n_parties)
		return true;
	k->n_failures = 0;
	book_waits_again(l, k);
	return true;
}

static void withdraw(struct life *l, struct account *k, const struct effect *fx)
{
	uint32_t limit;

	if (is_let_go(k, fx->attempt))
		return;
	if (k->phase != PHASE_RINGING || !book_party(k, fx->attempt) || k->transfer) {
		life_fail(l, "contact %u: a ring is withdrawn that is not there", fx->contact);
		return;
	}
	if (taken_back(l, k, fx))
		return;
	limit = book_queue(l, k)->wait_ms_max;
	if (l->now_ms >= k->ring_due_ms && !k->probing &&
		(!limit || k->ring_due_ms < k->record.queued_ms + limit))
		offer_ran_out(l, k);
	else
		wait_leave(l, k, fx->contact);
	is_let_go(k, fx->attempt);
}

void offer_drop(struct life *l, struct account *k, const struct effect *fx)
{
	const struct event *ev = l->audit->ev;

	if (k && is_let_go(k, fx->attempt))
		return;
	if (ev->kind == EV_AGENT_ANSWERED && ev->attempt == fx->attempt && !l->audit->late &&
		!(k && book_party(k, fx->attempt))) {
		l->audit->late = fx->attempt;
		return;
	}
	if (!k || k->phase != PHASE_TALKING || !book_party(k, fx->attempt))
		life_fail(l, "contact %u: an agent is dropped who is not there", fx->contact);
	else if (l->now_ms < k->record.connected_ms + l->cfg->plan.talk_ms_max &&
		 !book_nobody_answers(l, k))
		life_fail(l, "contact %u: a conversation is cut short", fx->contact);
	else
		book_close(l, k, BIT(OUTCOME_HANDLED));
	if (k)
		is_let_go(k, fx->attempt);
}

/* The first to answer has the caller, and the others are let go before the step is over. */
static void wins(struct life *l, struct account *k, uint32_t attempt)
{
	struct engaged won = *book_party(k, attempt);

	for (uint32_t i = k->n_parties; i-- > 0;)
		if (k->party[i].attempt != attempt) {
			k->let_go[k->n_let_go++] = k->party[i].attempt;
			book_party_over(l, k, k->party[i].attempt, l->now_ms);
		}
	k->record.connected_ms = l->now_ms;
	k->record.left_ms = 0;
	k->record.agent = (uint16_t)won.agent;
	l->audit->staff[won.agent].talks_ms = l->now_ms;
	l->audit->staff[won.agent].n_unanswered = 0;
	l->audit->staff[won.agent].talked_in = k->record.queue;
	k->n_failures = 0;
	k->transfer = k->doubtful = false;
	book_phase(l, k, PHASE_TALKING);
}

static void connect(struct life *l, struct account *k, const struct effect *fx)
{
	const struct event *ev = l->audit->ev;
	bool answered = ev->kind == EV_AGENT_ANSWERED && ev->attempt == fx->attempt;
	bool found = ev->kind == EV_CALL_PRESENT && ev->value == PRESENT_WITH_AGENT;

	if (!book_party(k, fx->attempt) || ev->contact != fx->contact || (!answered && !found)) {
		life_fail(l, "contact %u is connected to nobody", fx->contact);
		return;
	}
	if (l->audit->stop_play != fx->contact)
		life_fail(l, "contact %u hears music beside the agent", fx->contact);
	if (k->phase != PHASE_RINGING && !(k->phase == PHASE_TALKING && found))
		life_fail(l, "contact %u is connected and nobody rang", fx->contact);
	if (k->phase == PHASE_RINGING)
		wins(l, k, fx->attempt);
}

void offer_effect(struct life *l, struct account *k, const struct effect *fx)
{
	if (fx->kind == FX_WITHDRAW)
		withdraw(l, k, fx);
	else if (fx->kind == FX_CONNECT)
		connect(l, k, fx);
	else
		offer(l, k, fx);
}
