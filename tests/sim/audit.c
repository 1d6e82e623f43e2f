/*
 * The auditor follows the effects one by one: each must be what the books, and the rules,
 * allow at this moment.
 */
#include "tests/sim/life.h"

#include "bot/core/strategy.h"

#include <string.h>

enum { PROBES = 5, HANG_UPS = 3, HANG_UP_MS = 10000, PROBE_MS = 10000 };

static const struct plan_queue *queue_at(const struct life *l, uint32_t id)
{
	return &l->draw.queue[id - 1];
}

/* Waits, and may be offered: certainly so already before this step. */
static bool may_be_offered(const struct life *l, const struct account *k)
{
	return k->offered && !k->ended && k->phase == PHASE_WAITING &&
	       k->rest_ms <= l->audit.settled_ms;
}

static bool serves(const struct life *l, uint32_t agent, uint32_t queue)
{
	const struct plan_queue *q = queue_at(l, queue);

	for (uint32_t i = 0; i < q->n_members; i++)
		if (l->draw.member[q->first_member + i] + 1u == agent)
			return true;
	return false;
}

static bool is_welcome(const struct life *l, uint32_t agent, uint32_t queue)
{
	return serves(l, agent, queue) && book_welcome(l, queue, l->audit.staff[agent].presence);
}

static bool before(const struct account *a, const struct account *b)
{
	return a->record.queued_ms != b->record.queued_ms
		       ? a->record.queued_ms < b->record.queued_ms
		       : a->order < b->order;
}

static void nobody_overtaken(struct life *l, const struct account *k, uint32_t agent)
{
	for (uint32_t i = 1; i <= CALLS_MAX; i++) {
		const struct account *other = &l->audit.account[i];

		if (other != k && may_be_offered(l, other) &&
			is_welcome(l, agent, other->record.queue) && before(other, k))
			life_fail(l, "contact %u is overtaken", i);
	}
}

/* The naive oracle: of those certainly free, nobody comes before the chosen one. */
static void the_strategys_choice(struct life *l, uint32_t queue, uint32_t agent)
{
	const struct plan_queue *q = queue_at(l, queue);
	const struct staff *chosen = &l->audit.staff[agent];
	uint32_t turn = l->audit.next_rank[queue], chosen_rank = 0;
	bool robin = strategy_at(q->strategy) == strategy_named("round-robin");

	for (uint32_t i = 0; i < q->n_members; i++)
		if (l->draw.member[q->first_member + i] + 1u == agent)
			chosen_rank = i;
	for (uint32_t i = 0; i < q->n_members; i++) {
		uint32_t id = l->draw.member[q->first_member + i] + 1u, n = q->n_members;
		const struct staff *other = &l->audit.staff[id];

		if (!l->draw.agent[id - 1].signed_in || other->contact ||
			other->free_ms > l->audit.settled_ms ||
			!book_welcome(l, queue, other->presence))
			continue;
		if (robin ? (i + n - turn) % n < (chosen_rank + n - turn) % n
			  : other->free_ms < chosen->free_ms)
			life_fail(l, "agent %u was to be offered, not %u", id, agent);
	}
	l->audit.next_rank[queue] = (chosen_rank + 1) % q->n_members;
}

/* From here the ring has its own time. */
static void ring_begins(struct life *l, struct account *k, const struct plan_queue *q)
{
	k->transfer = q->hand_off == HAND_OFF_TRANSFER;
	k->asked = k->accepted = k->doubtful = false;
	k->ring_due_ms = l->now_ms + (k->transfer ? l->draw.plan.transfer_ms_max : q->ring_ms);
}

static void ask_begins(struct life *l, struct account *k, const struct plan_queue *q)
{
	k->transfer = k->accepted = k->doubtful = false;
	k->asked = true;
	k->ring_due_ms = l->now_ms + q->accept_ms;
}

static void accepted(struct life *l, struct account *k, const struct effect *fx)
{
	if (k->phase != PHASE_RINGING || k->ring != fx->attempt || k->agent != fx->agent)
		life_fail(l, "contact %u: who was not asked is rung", fx->contact);
	ring_begins(l, k, queue_at(l, fx->queue));
}

static void offer(struct life *l, struct account *k, const struct effect *fx)
{
	const struct plan_queue *q = queue_at(l, fx->queue);
	struct staff *s = &l->audit.staff[fx->agent];

	if (fx->kind == FX_RING && k->accepted) {
		accepted(l, k, fx);
		return;
	}
	if (k->phase != PHASE_WAITING || fx->queue != k->record.queue)
		life_fail(l, "contact %u is offered and does not wait", fx->contact);
	if (!l->draw.agent[fx->agent - 1].signed_in || !serves(l, fx->agent, fx->queue))
		life_fail(l, "agent %u does not serve this queue", fx->agent);
	if (!book_welcome(l, fx->queue, s->presence))
		life_fail(l, "agent %u is offered a call and is %s", fx->agent,
			presence_name((enum presence_class)s->presence));
	if (s->contact)
		life_fail(l, "agent %u has contact %u already", fx->agent, s->contact);
	if (s->free_ms > l->now_ms)
		life_fail(l, "agent %u is not free yet", fx->agent);
	if (k->rest_ms > l->now_ms)
		life_fail(l, "contact %u should rest", fx->contact);
	nobody_overtaken(l, k, fx->agent);
	the_strategys_choice(l, fx->queue, fx->agent);
	s->contact = fx->contact;
	k->agent = fx->agent;
	k->ring = fx->attempt;
	if ((fx->kind == FX_ASK) != (q->accept_ms > 0))
		life_fail(l, "contact %u: asked where one rings, or the reverse", fx->contact);
	if (fx->kind == FX_ASK)
		ask_begins(l, k, q);
	else
		ring_begins(l, k, q);
	k->record.n_offers++;
	book_phase(l, k, PHASE_RINGING);
}

static bool nobody_answers(const struct life *l, const struct account *k)
{
	return k->probe && k->n_probes >= PROBES && l->now_ms >= k->probe_ms + PROBE_MS;
}

/* A ring ran out: whose back-off is it? */
static void ring_ran_out(struct life *l, struct account *k)
{
	book_ring_over(l, k, k->doubtful ? l->now_ms : book_blame_ms(l, k, RING_NO_ANSWER));
}

static void withdraw(struct life *l, struct account *k, const struct effect *fx)
{
	uint32_t limit = queue_at(l, k->record.queue)->wait_ms_max;

	if (k->withdraw_due == fx->attempt) {
		k->withdraw_due = 0;
		return;
	}
	if (k->phase != PHASE_RINGING || fx->attempt != k->ring || k->transfer) {
		life_fail(l, "contact %u: a ring is withdrawn that is not there", fx->contact);
	} else if (l->now_ms >= k->ring_due_ms && !k->probing &&
		   (!limit || k->ring_due_ms < k->record.queued_ms + limit)) {
		ring_ran_out(l, k);
	} else if (book_waited_out(l, k)) {
		book_close(l, k, BIT(OUTCOME_TIMEOUT));
		k->withdraw_due = 0;
	} else if (nobody_answers(l, k)) {
		book_close(l, k, BIT(OUTCOME_FAILED));
		k->withdraw_due = 0;
	} else {
		life_fail(l, "contact %u: a ring is withdrawn too soon", fx->contact);
	}
}

static void drop(struct life *l, struct account *k, const struct effect *fx)
{
	if (l->audit.ev->kind == EV_AGENT_ANSWERED && l->audit.ev->attempt == fx->attempt &&
		!l->audit.let_go && !(k && k->ring == fx->attempt)) {
		l->audit.let_go = fx->attempt;
		return;
	}
	if (k && k->drop_due == fx->attempt) {
		k->drop_due = 0;
		return;
	}
	if (!k || k->phase != PHASE_TALKING || k->ring != fx->attempt)
		life_fail(l, "contact %u: an agent is dropped who is not there", fx->contact);
	else if (l->now_ms < k->record.connected_ms + l->draw.plan.talk_ms_max &&
		 !nobody_answers(l, k))
		life_fail(l, "contact %u: a conversation is cut short", fx->contact);
	else
		book_close(l, k, BIT(OUTCOME_HANDLED));
	if (k)
		k->drop_due = 0;
}

static void connect(struct life *l, struct account *k, const struct effect *fx)
{
	const struct event *ev = l->audit.ev;
	bool answered = ev->kind == EV_AGENT_ANSWERED && ev->attempt == fx->attempt;
	bool found = ev->kind == EV_CALL_PRESENT && ev->value == PRESENT_WITH_AGENT;

	if (fx->attempt != k->ring || ev->contact != fx->contact || (!answered && !found))
		life_fail(l, "contact %u is connected to nobody", fx->contact);
	if (l->audit.stop_play != fx->contact)
		life_fail(l, "contact %u hears music beside the agent", fx->contact);
	if (k->phase != PHASE_RINGING && !(k->phase == PHASE_TALKING && found))
		life_fail(l, "contact %u is connected and nobody rang", fx->contact);
	if (k->phase != PHASE_RINGING)
		return;
	k->record.connected_ms = l->now_ms;
	k->record.agent = (uint16_t)k->agent;
	k->n_failures = 0;
	k->transfer = false;
	book_phase(l, k, PHASE_TALKING);
}

static void enter(struct life *l, struct account *k, const struct effect *fx)
{
	if (book_waiting(l, fx->queue) >= queue_at(l, fx->queue)->waiting_max)
		life_fail(l, "contact %u enters a full queue", fx->contact);
	if (!book_served(l, fx->queue))
		life_fail(l, "contact %u enters a queue nobody serves", fx->contact);
	k->record.queue = fx->queue;
	k->record.queued_ms = l->now_ms;
	k->order = ++l->audit.last_order;
	book_phase(l, k, PHASE_WAITING);
}

/* From 1, by counting who is in front. */
static uint32_t position(const struct life *l, const struct account *k)
{
	uint32_t n = 1;

	for (uint32_t i = 1; i <= CALLS_MAX; i++) {
		const struct account *other = &l->audit.account[i];

		if (other->offered && !other->ended && other != k &&
			other->record.queue == k->record.queue && before(other, k) &&
			(other->phase == PHASE_WAITING || other->phase == PHASE_RINGING))
			n++;
	}
	return n;
}

static void hold(struct life *l, struct account *k, const struct effect *fx)
{
	const struct plan_queue *q = queue_at(l, fx->queue);
	uint32_t at;

	if (k->phase == PHASE_FLOW)
		enter(l, k, fx);
	else if (k->phase == PHASE_RINGING && k->transfer && l->now_ms >= k->ring_due_ms)
		ring_ran_out(l, k);
	if (k->phase != PHASE_WAITING && (k->phase != PHASE_RINGING || k->transfer))
		life_fail(l, "contact %u hears music and does not wait", fx->contact);
	at = position(l, k);
	k->hold_ms = l->now_ms;
	if (fx->queue != k->record.queue || fx->music != q->music)
		life_fail(l, "contact %u hears another queue's music", fx->contact);
	if (!q->position_prompt || (k->announced && at >= k->announced)) {
		if (fx->prompt)
			life_fail(l, "contact %u is disappointed", fx->contact);
		return;
	}
	if (fx->prompt != q->position_prompt || (uint32_t)fx->value != at)
		life_fail(l, "contact %u hears %d and is at %u", fx->contact, fx->value, at);
	k->announced = at;
}

/* A queue's limit of waiting or the end of patience with Graph lets a caller go. */
static void let_go(struct life *l, struct account *k, uint32_t contact)
{
	bool transfer_over = k->phase == PHASE_RINGING && k->transfer &&
			     l->now_ms >= k->ring_due_ms;

	if ((k->phase == PHASE_WAITING || transfer_over) && book_waited_out(l, k)) {
		if (transfer_over)
			ring_ran_out(l, k);
		book_close(l, k, BIT(OUTCOME_TIMEOUT));
	} else if (nobody_answers(l, k)) {
		book_close(l, k, BIT(OUTCOME_FAILED));
	} else if (k->phase != PHASE_CLOSING) {
		life_fail(l, "contact %u is let go for no reason", contact);
	}
}

static void play(struct life *l, struct account *k, const struct effect *fx)
{
	k->flow_ms = l->now_ms;
	if (k->phase == PHASE_FLOW && fx->prompt == PROMPT_FULL)
		book_close(l, k, BIT(OUTCOME_OVERFLOW));
	else if (k->phase == PHASE_FLOW && fx->prompt == PROMPT_NOBODY)
		book_close(l, k, BIT(OUTCOME_NO_AGENTS));
	else if (fx->prompt == PROMPT_TOO_LONG)
		let_go(l, k, fx->contact);
	else if (k->phase != PHASE_FLOW || fx->prompt >= PROMPT_MUSIC || !fx->prompt)
		life_fail(l, "contact %u hears prompt %u here", fx->contact, fx->prompt);
}

static void hang_up(struct life *l, struct account *k, const struct effect *fx)
{
	if (k->phase == PHASE_ARRIVING) {
		if (l->now_ms < k->record.offered_ms + l->draw.plan.active_ms_max &&
			!nobody_answers(l, k))
			life_fail(l, "contact %u is given up too soon", fx->contact);
		book_close(l, k, BIT(OUTCOME_FAILED));
	} else if (k->phase == PHASE_FLOW) {
		book_close(l, k,
			nobody_answers(l, k) ? BIT(OUTCOME_FAILED) | BIT(OUTCOME_SELF_SERVED)
					     : BIT(OUTCOME_SELF_SERVED) | BIT(OUTCOME_OVERFLOW) |
						       BIT(OUTCOME_NO_AGENTS));
	} else if (k->phase != PHASE_CLOSING) {
		let_go(l, k, fx->contact);
	}
	if (++k->n_hang_ups > HANG_UPS * (k->n_starts + 1))
		life_fail(l, "contact %u is hung up again and again", fx->contact);
	k->hang_up = fx->attempt;
	k->hang_up_due_ms = l->now_ms + HANG_UP_MS;
	if (!k->record.ended_ms)
		k->record.ended_ms = l->now_ms;
}

static void probe(struct life *l, struct account *k, const struct effect *fx)
{
	if (!k->n_starts || ++k->n_probes > PROBES)
		life_fail(l, "contact %u is probed again and again", fx->contact);
	k->probe = fx->attempt;
	k->probe_ms = l->now_ms;
}

static enum exit exit_of(uint8_t o)
{
	return o == OUTCOME_TIMEOUT     ? EXIT_TIMEOUT
	       : o == OUTCOME_OVERFLOW  ? EXIT_OVERFLOW
	       : o == OUTCOME_NO_AGENTS ? EXIT_NO_AGENTS
					: EXIT_NONE;
}

static void outcome(struct life *l, struct account *k, const struct effect *fx)
{
	const struct event *ev = l->audit.ev;
	struct record want = k->record, got = fx->record;
	bool gone = ev->contact == fx->contact &&
		    ((ev->kind == EV_CALL_ENDED && ev->value != END_LEFT) ||
			    (ev->kind == EV_EFFECT_FAILED && ev->value == EFFECT_GONE));

	if (!want.ended_ms)
		want.ended_ms = l->now_ms;
	if (k->phase != PHASE_CLOSING)
		life_fail(l, "contact %u ends out of the blue", fx->contact);
	if (!gone && k->n_hang_ups < HANG_UPS && !(k->possible & BIT(OUTCOME_REJECTED)))
		life_fail(l, "contact %u is written off while its call may live", fx->contact);
	if (got.outcome >= OUTCOMES || !(k->possible & BIT(got.outcome)))
		life_fail(l, "contact %u cannot be %u", fx->contact, got.outcome);
	if ((got.outcome == OUTCOME_OVERFLOW && !(k->full & BIT(got.queue))) ||
		(got.outcome == OUTCOME_NO_AGENTS && !(k->unserved & BIT(got.queue))))
		life_fail(l, "contact %u had a queue to wait in", fx->contact);
	want.outcome = got.outcome;
	if (!want.queued_ms)
		want.queue = got.queue;
	want.exit = (uint8_t)exit_of(got.outcome);
	want.n_queues = want.queue != 0; /* a queue is where flows end */
	if (memcmp(&want, &got, sizeof(want)) != 0)
		life_fail(l, "contact %u: the record tells another story", fx->contact);
	k->record = got;
	k->ended = true;
	l->audit.in_progress--;
	l->audit.outcome[got.outcome]++;
}

static bool echoes(enum effect_kind kind)
{
	return kind == FX_WITHDRAW || kind == FX_CONNECT || kind == FX_DROP_AGENT;
}

static bool is_numbered(enum effect_kind kind)
{
	return !echoes(kind) && kind != FX_STOP_PLAY && kind != FX_OUTCOME;
}

static void number(struct life *l, const struct account *k, const struct effect *fx)
{
	bool goes_on = fx->kind == FX_RING && k && k->accepted; /* with the ask's number */

	if (!is_numbered(fx->kind) || goes_on)
		return;
	if (fx->attempt <= l->audit.last_attempt)
		life_fail(l, "attempt %u is not new", fx->attempt);
	l->audit.last_attempt = fx->attempt;
}

static void effect(struct life *l, const struct effect *fx)
{
	struct account *k = book_of(l, fx->contact);

	number(l, k, fx);
	if (fx->kind == FX_DROP_AGENT) {
		drop(l, k, fx);
		return;
	}
	if (!k) {
		life_fail(l, "contact %u is over or never was", fx->contact);
		return;
	}
	switch ((enum effect_kind)fx->kind) {
	case FX_ANSWER:
		if (k->phase != PHASE_ARRIVING)
			life_fail(l, "contact %u is answered again", fx->contact);
		k->answer = fx->attempt;
		break;
	case FX_REJECT:
		if (!(k->possible & BIT(OUTCOME_REJECTED)))
			life_fail(l, "contact %u is rejected and there is room", fx->contact);
		break;
	case FX_LISTEN:
		if (k->phase != PHASE_FLOW || k->flow_ms != l->now_ms)
			life_fail(l, "contact %u is listened to here", fx->contact);
		break;
	case FX_PLAY:
		play(l, k, fx);
		break;
	case FX_HOLD:
		hold(l, k, fx);
		break;
	case FX_STOP_PLAY:
		if (k->phase == PHASE_RINGING && k->transfer && l->now_ms < k->ring_due_ms)
			life_fail(l, "contact %u: silence during a transfer", fx->contact);
		break;
	case FX_ASK:
	case FX_RING:
		offer(l, k, fx);
		break;
	case FX_WITHDRAW:
		withdraw(l, k, fx);
		break;
	case FX_CONNECT:
		connect(l, k, fx);
		break;
	case FX_HANG_UP:
		hang_up(l, k, fx);
		break;
	case FX_KEEP_ALIVE:
		if (k->phase == PHASE_ARRIVING || k->phase == PHASE_CLOSING)
			life_fail(l, "contact %u is kept alive here", fx->contact);
		k->keep_alive_ms = l->now_ms;
		break;
	case FX_PROBE:
		probe(l, k, fx);
		break;
	case FX_OUTCOME:
		outcome(l, k, fx);
		break;
	default:
		life_fail(l, "an effect of kind %u", fx->kind);
		break;
	}
}

/* When time runs late, several come free in one step: which of them was first is not known here. */
static void free_since(struct life *l)
{
	for (uint32_t id = 1; id <= l->draw.plan.n_agents; id++) {
		struct staff *s = &l->audit.staff[id];

		if (s->free_ms > l->audit.settled_ms && s->free_ms < l->now_ms)
			s->free_ms = l->now_ms;
	}
}

void audit_step(struct life *l, const struct event *ev, const struct effects *out)
{
	struct account *k = book_of(l, ev->contact);
	bool late = ev->kind == EV_AGENT_ANSWERED && (!k || k->ring != ev->attempt);

	l->audit.ev = ev;
	l->audit.stop_play = 0;
	l->audit.let_go = 0;
	book_event(l, ev);
	if (k && k->phase == PHASE_RINGING && ev->kind == EV_CALL_PRESENT &&
		ev->value == PRESENT_WITH_AGENT && k->transfer)
		life_fail(l, "the world lets an agent into a transfer");
	for (size_t i = 0; i < out->n && !l->failure[0]; i++) {
		const struct effect *fx = &out->item[i];

		effect(l, fx);
		l->audit.stop_play = fx->kind == FX_STOP_PLAY ? fx->contact : 0;
	}
	if (late != (l->audit.let_go != 0))
		life_fail(l, "a late agent is %s", late ? "forgotten" : "seen where none is");
	if (!l->failure[0])
		check_all(l);
	free_since(l);
	l->audit.settled_ms = centre_deadline_ms(l->centre) > l->now_ms
				      ? l->now_ms
				      : centre_deadline_ms(l->centre) - 1;
}
