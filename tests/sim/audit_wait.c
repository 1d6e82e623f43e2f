/*
 * The auditor on waiting: who comes into a queue, what she hears there, and whether there was a
 * reason to leave it.
 */
#include "tests/sim/audit.h"

void wait_look(struct life *l, struct account *k)
{
	for (uint32_t q = 1; q <= l->cfg->plan.n_queues; q++) {
		const struct plan_queue *p = &l->cfg->queue[q - 1];

		if (book_waiting(l, q) >= p->waiting_max)
			k->full |= BIT(q);
		if (!book_staffed(l, q, p->join_needs) || !book_staffed(l, q, p->stay_needs))
			k->unserved |= BIT(q);
		if (l->audit->closed[q])
			k->shut |= BIT(q);
	}
}

/* By what a queue may let go somebody who waits in it. */
static uint32_t reasons(struct life *l, const struct account *k)
{
	const struct event *ev = l->audit->ev;
	const struct plan_queue *q = book_queue(l, k);
	uint32_t bits = 0;

	if (book_waited_out(l, k))
		bits |= BIT(EXIT_TIMEOUT);
	if (!book_staffed(l, k->record.queue, q->stay_needs))
		bits |= BIT(EXIT_NO_AGENTS);
	if (ev->kind == EV_DIGIT && book_of(l, ev->contact) == k)
		bits |= BIT(EXIT_KEY);
	if (ev->kind == EV_RELEASE && book_of(l, ev->contact) == k && !l->audit->refused)
		bits |= BIT(REASON_RELEASED);
	return bits;
}

void wait_leave(struct life *l, struct account *k, uint32_t contact)
{
	uint32_t why;

	if (k->phase == PHASE_RINGING && k->transfer && l->now_ms >= k->ring_due_ms)
		offer_ran_out(l, k);
	why = reasons(l, k);
	if (!why && !book_nobody_answers(l, k))
		life_fail(l, "contact %u leaves the queue for no reason", contact);
	if (k->phase == PHASE_RINGING && k->transfer && !(why & BIT(REASON_RELEASED)) &&
		!book_nobody_answers(l, k))
		life_fail(l, "contact %u leaves during a transfer", contact);
	k->reasons |= why;
	book_detach(l, k);
	wait_look(l, k);
	book_phase(l, k, PHASE_FLOW);
	k->flow_ms = l->now_ms;
}

/* What is kept is the place alone, and the better one. */
void wait_keep(struct life *l, const struct account *k)
{
	uint32_t redial_ms = book_queue(l, k)->redial_ms;
	struct kept *free = NULL, *at = NULL;

	if (!redial_ms || !l->cfg->plan.tickets_max || !k->caller)
		return;
	for (size_t i = 0; i < TICKETS_MAX; i++) {
		struct kept *t = &l->audit->kept[i];

		if (!t->caller)
			free = t;
		else if (t->caller == k->caller && t->queue == k->record.queue)
			at = t;
	}
	if (!at) {
		at = free;
		*at = (struct kept){ k->caller, k->record.queue, k->credit_ms, k->order, 0 };
	} else if (at->credit_ms > k->credit_ms ||
		   (at->credit_ms == k->credit_ms && at->order > k->order)) {
		at->credit_ms = k->credit_ms;
		at->order = k->order;
	}
	at->until_ms = l->now_ms + redial_ms;
}

/* true: the place that was kept for her there is hers. */
static bool take_kept(struct life *l, struct account *k, uint32_t queue)
{
	for (size_t i = 0; i < TICKETS_MAX; i++) {
		struct kept *t = &l->audit->kept[i];

		if (!k->caller || t->caller != k->caller || t->queue != queue)
			continue;
		t->caller = 0;
		if (t->until_ms <= l->now_ms)
			return false;
		if (!k->order || t->credit_ms < k->credit_ms ||
			(t->credit_ms == k->credit_ms && t->order < k->order)) {
			k->credit_ms = t->credit_ms;
			k->order = t->order;
		}
		return true;
	}
	return false;
}

static void enter(struct life *l, struct account *k, const struct effect *fx)
{
	const struct plan_queue *q = &l->cfg->queue[fx->queue - 1];
	bool has_place = take_kept(l, k, fx->queue);

	if (!has_place && book_waiting(l, fx->queue) >= q->waiting_max)
		life_fail(l, "contact %u enters a full queue", fx->contact);
	if (!has_place && l->audit->closed[fx->queue])
		life_fail(l, "contact %u enters a closed queue", fx->contact);
	if (!book_staffed(l, fx->queue, q->join_needs) ||
		!book_staffed(l, fx->queue, q->stay_needs))
		life_fail(l, "contact %u enters a queue nobody serves", fx->contact);
	k->record.queue = fx->queue;
	k->record.queued_ms = l->now_ms;
	if (!k->order) {
		k->credit_ms = l->now_ms;
		k->order = ++l->audit->last_order;
	}
	k->rest_ms = 0;
	if (k->told_queue != fx->queue)
		k->announced = 0;
	k->told_queue = fx->queue;
	book_phase(l, k, PHASE_WAITING);
}

/* From 1, by counting who is in front. */
static uint32_t position(const struct life *l, const struct account *k)
{
	uint32_t n = 1;

	for (uint32_t i = 1; i <= CALLS_MAX; i++) {
		const struct account *other = &l->audit->account[i];

		n += other != k && book_waits(other) && other->record.queue == k->record.queue &&
		     book_before(l, other, k);
	}
	return n;
}

/* What is said of the position in this round; -1: nothing. */
static int32_t said(const struct effect *fx, uint32_t prompt)
{
	if (fx->prompt == prompt)
		return fx->value;
	for (size_t i = 0; i < SAY_MORE && fx->also[i].prompt; i++)
		if (fx->also[i].prompt == prompt)
			return fx->also[i].value;
	return -1;
}

static size_t n_said(const struct effect *fx)
{
	size_t n = fx->prompt != 0;

	while (n && n - 1 < SAY_MORE && fx->also[n - 1].prompt)
		n++;
	return n;
}

/* Only a better position than she knows of is said, and always unless there is too much to say. */
static void hears(struct life *l, struct account *k, const struct effect *fx)
{
	const struct plan_queue *q = book_queue(l, k);
	uint32_t at = position(l, k);
	int32_t told = said(fx, PROMPT_POSITION);
	bool worth = q->position_prompt && (!q->position_max || at <= q->position_max) &&
		     (!k->announced || at < k->announced);

	if (told < 0) {
		if (worth && n_said(fx) <= SAY_MORE)
			life_fail(l, "contact %u is not told to be at %u", fx->contact, at);
		return;
	}
	if ((uint32_t)told != at || !worth)
		life_fail(l, "contact %u hears %d and is at %u", fx->contact, told, at);
	k->announced = at;
}

/* Rounds of waiting of the contact that begin in this step, from this one on. */
static uint32_t rounds_to_come(const struct life *l, uint32_t contact)
{
	const struct audit *a = l->audit;
	uint32_t n = 0;

	for (size_t i = a->at; i < a->out->n; i++)
		n += a->out->item[i].kind == FX_HOLD && a->out->item[i].contact == contact;
	return n;
}

/* Whether this round of waiting is the first one after coming in. */
static bool comes_in(struct life *l, const struct account *k, const struct effect *fx)
{
	struct contact_view v;

	if (!book_waits(k) || fx->queue != k->record.queue)
		return true;
	/* Who is out of the line at last came in before this step, or another round would follow.
	 */
	if (!centre_contact(l->centre, fx->contact, &v) || v.phase == PHASE_CLOSING ||
		v.phase == PHASE_FLOW)
		return rounds_to_come(l, fx->contact) > 1;
	return v.record.n_queues - k->record.n_queues >= (int)rounds_to_come(l, fx->contact);
}

void wait_hold(struct life *l, struct account *k, const struct effect *fx)
{
	if (comes_in(l, k, fx)) {
		struct contact_view v;

		if (book_waits(k))
			wait_leave(l, k, fx->contact);
		if (k->phase != PHASE_FLOW)
			life_fail(l, "contact %u hears music out of the blue", fx->contact);
		if (centre_contact(l->centre, fx->contact, &v)) {
			k->record.n_queues = v.record.n_queues;
			k->record.language = v.record.language; /* what flows have set */
			k->record.priority = v.record.priority;
		}
		enter(l, k, fx);
	} else if (k->phase == PHASE_RINGING && k->transfer && l->now_ms >= k->ring_due_ms) {
		offer_ran_out(l, k);
	}
	if (k->phase != PHASE_WAITING && (k->phase != PHASE_RINGING || k->transfer))
		life_fail(l, "contact %u hears music and does not wait", fx->contact);
	k->hold_ms = l->now_ms;
	if (fx->queue != k->record.queue || fx->music != book_queue(l, k)->music)
		life_fail(l, "contact %u hears another queue's music", fx->contact);
	hears(l, k, fx);
}
