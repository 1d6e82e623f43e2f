/*
 * The auditor's books: what each event, by the rules and without a look at the centre,
 * means for contacts and agents.
 */
#include "tests/sim/life.h"

/* The rules' constants, written down once more on purpose. */
enum { REST_MS = 1000, REST_DOUBLINGS = 4, BACK_OFF_LEAST_MS = 1000, HANG_UP_AGAIN_MS = 1000 };

struct account *book_of(struct life *l, uint32_t contact)
{
	struct account *k = &l->audit.account[contact <= CALLS_MAX ? contact : 0];

	return contact && k->offered && !k->ended ? k : NULL;
}

static const struct plan_queue *queue_of(const struct life *l, const struct account *k)
{
	return &l->draw.queue[k->record.queue - 1];
}

void book_phase(struct life *l, struct account *k, enum contact_phase phase)
{
	k->phase = phase;
	k->phase_ms = l->now_ms;
}

uint32_t book_waiting(const struct life *l, uint32_t queue)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i <= CALLS_MAX; i++) {
		const struct account *k = &l->audit.account[i];

		if (k->offered && !k->ended && k->record.queue == queue &&
			(k->phase == PHASE_WAITING || k->phase == PHASE_RINGING))
			n++;
	}
	return n;
}

bool book_served(const struct life *l, uint32_t queue)
{
	const struct plan_queue *q = &l->draw.queue[queue - 1];

	for (uint32_t i = 0; i < q->n_members; i++)
		if (l->draw.agent[l->draw.member[q->first_member + i]].signed_in)
			return true;
	return false;
}

bool book_welcome(const struct life *l, uint32_t queue, uint32_t presence)
{
	uint32_t welcome = l->draw.queue[queue - 1].available;

	return welcome == 0 || (welcome & BIT(presence)) != 0;
}

bool book_waited_out(const struct life *l, const struct account *k)
{
	uint32_t limit = queue_of(l, k)->wait_ms_max;

	return limit && l->now_ms >= k->record.queued_ms + limit;
}

uint64_t book_blame_ms(const struct life *l, struct account *k, enum ring_end end)
{
	const struct plan_queue *q = queue_of(l, k);
	uint32_t ms = end == RING_BUSY       ? q->busy_ms
		      : end == RING_REJECTED ? q->rejected_ms
					     : q->back_off_ms;

	k->record.n_unanswered += end == RING_NO_ANSWER;
	return l->now_ms + (ms < BACK_OFF_LEAST_MS ? BACK_OFF_LEAST_MS : ms);
}

static void agent_until(struct life *l, struct account *k, uint64_t until_ms)
{
	struct staff *s = &l->audit.staff[k->agent];

	s->contact = 0;
	if (until_ms > l->now_ms || k->phase == PHASE_TALKING)
		s->free_ms = until_ms;
	k->ring = 0;
	k->agent = 0;
}

void book_ring_over(struct life *l, struct account *k, uint64_t until_ms)
{
	agent_until(l, k, until_ms);
	k->n_failures = 0;
	book_phase(l, k, PHASE_WAITING);
}

static void ring_refused(struct life *l, struct account *k)
{
	uint32_t n = k->n_failures++;

	agent_until(l, k, l->now_ms);
	k->rest_ms = l->now_ms + ((uint64_t)REST_MS << (n < REST_DOUBLINGS ? n : REST_DOUBLINGS));
	book_phase(l, k, PHASE_WAITING);
}

/* The conversation is over for the agent. */
static void talk_over(struct life *l, struct account *k)
{
	l->audit.staff[k->agent].n_handled++;
	agent_until(l, k, l->now_ms + queue_of(l, k)->wrap_up_ms);
}

void book_close(struct life *l, struct account *k, uint32_t possible)
{
	if (k->phase == PHASE_CLOSING)
		return;
	if (k->phase == PHASE_RINGING) {
		k->withdraw_due = k->transfer ? 0 : k->ring;
		agent_until(l, k, l->now_ms);
	} else if (k->phase == PHASE_TALKING && k->ring) {
		k->drop_due = k->ring;
		talk_over(l, k);
	}
	k->possible = possible;
	for (uint32_t q = 1; q <= l->draw.plan.n_queues; q++) {
		if (book_waiting(l, q) >= l->draw.queue[q - 1].waiting_max)
			k->full |= BIT(q);
		if (!book_served(l, q))
			k->unserved |= BIT(q);
	}
	book_phase(l, k, PHASE_CLOSING);
}

static uint32_t leaving(const struct life *l, const struct account *k)
{
	if (k->phase == PHASE_TALKING)
		return BIT(OUTCOME_HANDLED);
	if (k->phase != PHASE_WAITING && k->phase != PHASE_RINGING)
		return BIT(OUTCOME_ABANDONED_IVR);
	if (l->now_ms - k->record.queued_ms < queue_of(l, k)->short_abandon_ms)
		return BIT(OUTCOME_ABANDONED_SHORT);
	return BIT(k->phase == PHASE_RINGING ? OUTCOME_ABANDONED_RINGING : OUTCOME_ABANDONED_QUEUE);
}

static void ended(struct life *l, struct account *k, int32_t end)
{
	bool ours = end == END_FAILED || end == END_BY_US;

	/* Gone within the time in which it must become audible: the caller left. */
	if (end == END_GONE && k->phase == PHASE_ARRIVING)
		ours = l->now_ms - k->record.offered_ms >= l->draw.plan.active_ms_max;
	if (ours && k->phase != PHASE_TALKING)
		book_close(l, k, BIT(OUTCOME_FAILED));
	else
		book_close(l, k, leaving(l, k));
}

static void incoming(struct life *l, const struct event *ev)
{
	struct audit *b = &l->audit;
	struct account *k = &b->account[ev->contact];

	if (ev->contact <= b->last_number)
		return;
	b->last_number = ev->contact;
	b->offered++;
	b->in_progress++;
	k->offered = true;
	k->record.offered_ms = l->now_ms;
	k->record.priority = PRIORITY_NORMAL;
	k->record.entry = (uint16_t)ev->value;
	book_phase(l, k, PHASE_ARRIVING);
	if (b->in_progress > l->draw.plan.contacts_max)
		book_close(l, k, BIT(OUTCOME_REJECTED));
}

static void audible(struct life *l, struct account *k)
{
	if (k->phase != PHASE_ARRIVING)
		return;
	k->record.answered_ms = k->keep_alive_ms = k->flow_ms = l->now_ms;
	k->answer = 0;
	book_phase(l, k, PHASE_FLOW);
}

static void present(struct life *l, struct account *k, const struct event *ev)
{
	if (!k->probe || ev->attempt != k->probe)
		return;
	k->probe = 0;
	k->probing = false;
	k->flow_ms = l->now_ms;
	if (ev->value == PRESENT_ACTIVE || ev->value == PRESENT_WITH_AGENT)
		audible(l, k);
	if (ev->value == PRESENT_ACTIVE && k->phase == PHASE_TALKING) {
		talk_over(l, k);
		book_close(l, k, BIT(OUTCOME_HANDLED));
	}
}

static void agent_failed(struct life *l, struct account *k, const struct event *ev)
{
	if (!k->ring || ev->attempt != k->ring)
		return;
	if (k->phase == PHASE_TALKING) {
		k->record.connected_ms = 0;
		k->record.agent = 0;
		book_ring_over(l, k, book_blame_ms(l, k, RING_UNREACHABLE));
	} else if (ev->value == RING_FAILED) {
		ring_refused(l, k);
	} else {
		book_ring_over(l, k, book_blame_ms(l, k, (enum ring_end)ev->value));
	}
}

static void left(struct life *l, struct account *k, const struct event *ev)
{
	if (!k->ring || ev->attempt != k->ring || k->phase != PHASE_TALKING)
		return;
	talk_over(l, k);
	book_close(l, k, BIT(OUTCOME_HANDLED));
}

static void handed_over(struct life *l, struct account *k, const struct event *ev)
{
	if (!k->ring || ev->attempt != k->ring || k->phase != PHASE_RINGING)
		return;
	k->record.connected_ms = l->now_ms;
	k->record.agent = (uint16_t)k->agent;
	k->record.estimated = true;
	book_phase(l, k, PHASE_TALKING);
	talk_over(l, k);
	book_close(l, k, BIT(OUTCOME_HANDLED));
}

static void effect_failed(struct life *l, struct account *k, const struct event *ev)
{
	k->flow_ms = l->now_ms;
	if (ev->value == EFFECT_GONE) {
		ended(l, k, END_GONE);
	} else if (k->hang_up && ev->attempt == k->hang_up) {
		k->hang_up = 0;
		k->hang_up_due_ms = l->now_ms + HANG_UP_AGAIN_MS;
	} else if (k->answer && ev->attempt == k->answer) {
		book_close(l, k, BIT(OUTCOME_FAILED));
	} else if (k->ring && ev->attempt == k->ring && k->phase == PHASE_RINGING) {
		uint32_t ring = k->ring;

		if (ev->value == EFFECT_TIMEOUT && k->transfer) {
			k->doubtful = true;
			return;
		}
		ring_refused(l, k);
		k->withdraw_due = ev->value == EFFECT_TIMEOUT ? ring : 0;
	}
}

static void restarted(struct life *l)
{
	for (uint32_t i = 1; i <= CALLS_MAX; i++) {
		struct account *k = book_of(l, i);

		if (!k)
			continue;
		k->n_starts++;
		k->n_probes = 0;
		k->probe = 0;
		k->probe_ms = l->now_ms;
		k->probing = true;
		if (k->phase == PHASE_RINGING)
			k->doubtful = true;
	}
}

/* Who comes back, for any queue, begins to rest now. */
static void presence(struct life *l, const struct event *ev)
{
	struct staff *s = &l->audit.staff[ev->attempt];
	uint32_t was = s->presence, is = (uint32_t)ev->value;

	s->presence = is;
	for (uint32_t q = 1; q <= l->draw.plan.n_queues; q++)
		for (uint32_t i = 0; i < l->draw.queue[q - 1].n_members; i++) {
			uint32_t member = l->draw.queue[q - 1].first_member + i;

			if (l->draw.member[member] + 1u == ev->attempt && book_welcome(l, q, is) &&
				!book_welcome(l, q, was) && !s->contact && s->free_ms < l->now_ms)
				s->free_ms = l->now_ms;
		}
}

void book_event(struct life *l, const struct event *ev)
{
	struct account *k = book_of(l, ev->contact);

	if (ev->kind == EV_START)
		restarted(l);
	if (ev->kind == EV_CALL_INCOMING)
		incoming(l, ev);
	if (ev->kind == EV_AGENT_PRESENCE)
		presence(l, ev);
	if (!k)
		return;
	switch ((enum event_kind)ev->kind) {
	case EV_CALL_ACTIVE:
		audible(l, k);
		break;
	case EV_CALL_PRESENT:
		present(l, k, ev);
		break;
	case EV_CALL_ENDED:
		ended(l, k, ev->value);
		break;
	case EV_DIGIT:
	case EV_PLAY_ENDED:
		k->flow_ms = l->now_ms;
		break;
	case EV_AGENT_ACCEPTED:
		if (k->phase == PHASE_RINGING && k->asked && ev->attempt == k->ring)
			k->accepted = true;
		break;
	case EV_AGENT_FAILED:
		agent_failed(l, k, ev);
		break;
	case EV_AGENT_LEFT:
		left(l, k, ev);
		break;
	case EV_HANDED_OVER:
		handed_over(l, k, ev);
		break;
	case EV_EFFECT_FAILED:
		effect_failed(l, k, ev);
		break;
	default:
		break;
	}
}
