/*
 * The auditor's books: what each event, by the rules and without a look at the centre,
 * means for contacts and agents.
 */
#include "tests/sim/audit.h"

#include <string.h>

/* The rules' constants, written down once more on purpose. */
enum {
	REST_MS = 1000,
	REST_DOUBLINGS = 4,
	BACK_OFF_LEAST_MS = 1000,
	HANG_UP_AGAIN_MS = 1000,
	RING_LEAST_MS = 1000
};

void book_phase(struct life *l, struct account *k, enum contact_phase phase)
{
	k->phase = phase;
	k->phase_ms = l->now_ms;
}

uint64_t book_blame_ms(struct life *l, struct account *k, uint32_t attempt, enum ring_end end)
{
	const struct plan_queue *q = book_queue(l, k);
	uint32_t ms = end == RING_BUSY       ? q->busy_ms
		      : end == RING_REJECTED ? q->rejected_ms
					     : q->back_off_ms;

	if (end == RING_NO_ANSWER)
		desk_unanswered(l, k, book_party(k, attempt)->agent);
	return l->now_ms + (ms < BACK_OFF_LEAST_MS ? BACK_OFF_LEAST_MS : ms);
}

struct engaged *book_party(struct account *k, uint32_t attempt)
{
	for (uint32_t i = 0; i < k->n_parties; i++)
		if (attempt && k->party[i].attempt == attempt)
			return &k->party[i];
	return NULL;
}

void book_party_over(struct life *l, struct account *k, uint32_t attempt, uint64_t until_ms)
{
	struct engaged *p = book_party(k, attempt);
	struct staff *s = &l->audit->staff[p->agent];

	s->contact = 0;
	s->let_ms = l->now_ms;
	if (until_ms > l->now_ms || k->phase == PHASE_TALKING)
		s->free_ms = until_ms;
	s->backs_off = k->phase != PHASE_TALKING;
	memmove(p, p + 1, (size_t)(&k->party[k->n_parties] - (p + 1)) * sizeof(*p));
	k->n_parties--;
}

void book_waits_again(struct life *l, struct account *k)
{
	k->transfer = false;
	book_phase(l, k, PHASE_WAITING);
}

/* One ring is over; the last one's end says whether the caller rests. */
static void ring_over(struct life *l, struct account *k, uint32_t attempt, uint64_t until_ms)
{
	book_party_over(l, k, attempt, until_ms);
	if (k->n_parties)
		return;
	k->n_failures = 0;
	book_waits_again(l, k);
}

static void ring_refused(struct life *l, struct account *k, uint32_t attempt)
{
	uint32_t n = k->n_failures;

	ring_over(l, k, attempt, l->now_ms);
	if (k->n_parties)
		return;
	k->n_failures = n + 1;
	k->rest_ms = l->now_ms + ((uint64_t)REST_MS << (n < REST_DOUBLINGS ? n : REST_DOUBLINGS));
}

/* The conversation is over for the agent: she wraps up, whatever queue comes next. */
static void talk_over(struct life *l, struct account *k, uint32_t attempt)
{
	struct staff *s = &l->audit->staff[book_party(k, attempt)->agent];

	s->n_handled++;
	s->n_shift++;
	s->talk_ms += l->now_ms - s->talks_ms;
	s->more = false;
	book_party_over(l, k, attempt, l->now_ms + book_queue(l, k)->wrap_up_ms);
}

void book_detach(struct life *l, struct account *k)
{
	while (k->n_parties) {
		uint32_t attempt = k->party[0].attempt;

		if (k->phase == PHASE_TALKING || !k->transfer)
			k->let_go[k->n_let_go++] = attempt;
		if (k->phase == PHASE_TALKING)
			talk_over(l, k, attempt);
		else
			book_party_over(l, k, attempt, l->now_ms);
	}
	k->transfer = false;
}

void book_close(struct life *l, struct account *k, uint32_t possible)
{
	if (k->phase == PHASE_CLOSING)
		return;
	book_detach(l, k);
	k->possible = possible;
	wait_look(l, k);
	book_phase(l, k, PHASE_CLOSING);
}

uint32_t book_leaving(const struct life *l, const struct account *k)
{
	if (k->settled)
		return BIT(k->settled);
	if (k->phase == PHASE_TALKING)
		return BIT(OUTCOME_HANDLED);
	if (!book_waits(k)) /* and what an exit before that has settled */
		return BIT(OUTCOME_ABANDONED_IVR) |
		       (flow_possible(l, k) & ~BIT(OUTCOME_SELF_SERVED) & ~BIT(OUTCOME_FAILED));
	if (l->now_ms - k->record.queued_ms < book_queue(l, k)->short_abandon_ms)
		return BIT(OUTCOME_ABANDONED_SHORT);
	return BIT(k->phase == PHASE_RINGING ? OUTCOME_ABANDONED_RINGING : OUTCOME_ABANDONED_QUEUE);
}

static void ended(struct life *l, struct account *k, int32_t end)
{
	bool ours = end == END_FAILED || end == END_BY_US;
	uint32_t possible;

	/* Gone within the time in which it must become audible: the caller left. */
	if (end == END_GONE && k->phase == PHASE_ARRIVING)
		ours = l->now_ms - k->record.offered_ms >= l->cfg->plan.active_ms_max;
	if (book_waits(k) && end != END_BY_US)
		wait_keep(l, k);
	possible = book_leaving(l, k);
	if (ours && k->phase != PHASE_TALKING && !k->settled)
		possible = BIT(OUTCOME_FAILED);
	if (end != END_LEFT)
		flow_awaits(l, k);
	book_close(l, k, possible);
}

void book_left(struct life *l, struct account *k)
{
	talk_over(l, k, k->party[0].attempt);
	if (book_queue(l, k)->survey.kind != TARGET_FLOW) {
		book_close(l, k, BIT(OUTCOME_HANDLED));
		return;
	}
	k->settled = OUTCOME_HANDLED;
	k->record.left_ms = l->now_ms;
	k->flow_ms = l->now_ms;
	book_phase(l, k, PHASE_FLOW);
}

static void incoming(struct life *l, const struct event *ev)
{
	struct audit *b = l->audit;
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
	if (b->in_progress > l->cfg->plan.contacts_max)
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
	if (ev->value != PRESENT_ACTIVE && ev->value != PRESENT_WITH_AGENT)
		return;
	audible(l, k);
	if (k->task_starts != k->n_starts && k->phase == PHASE_FLOW)
		k->task = 0; /* it is begun anew, or given up */
	if (ev->value == PRESENT_ACTIVE && k->phase == PHASE_TALKING)
		book_left(l, k);
}

/* Lost before the two heard each other: she returns to her place. */
static void disconnected(struct life *l, struct account *k)
{
	k->record.connected_ms = 0;
	k->record.agent = 0;
	while (k->n_parties)
		ring_over(l, k, k->party[0].attempt,
			book_blame_ms(l, k, k->party[0].attempt, RING_UNREACHABLE));
}

static void agent_failed(struct life *l, struct account *k, const struct event *ev)
{
	bool all = book_waits(k) && book_rings_all(l, k);

	if (!book_party(k, ev->attempt))
		return;
	if (k->phase == PHASE_TALKING)
		disconnected(l, k);
	else if (ev->value == RING_FAILED)
		ring_refused(l, k, ev->attempt);
	else if (ev->value != RING_NO_ANSWER || !all)
		ring_over(l, k, ev->attempt,
			book_blame_ms(l, k, ev->attempt, (enum ring_end)ev->value));
	else if (l->now_ms - k->phase_ms < RING_LEAST_MS)
		ring_refused(l, k, ev->attempt);
	else
		ring_over(l, k, ev->attempt, l->now_ms);
}

static void left(struct life *l, struct account *k, const struct event *ev)
{
	if (k->phase == PHASE_TALKING && book_party(k, ev->attempt))
		book_left(l, k);
}

static void handed_over(struct life *l, struct account *k, const struct event *ev)
{
	struct engaged *p = book_party(k, ev->attempt);

	if (!p || k->phase != PHASE_RINGING || p != k->party)
		return;
	k->record.connected_ms = l->now_ms;
	k->record.left_ms = 0;
	k->record.agent = (uint16_t)p->agent;
	k->record.estimated = true;
	l->audit->staff[p->agent].talks_ms = l->now_ms;
	l->audit->staff[p->agent].n_unanswered = 0;
	l->audit->staff[p->agent].talked_in = k->record.queue;
	book_phase(l, k, PHASE_TALKING);
	talk_over(l, k, ev->attempt);
	book_close(l, k, BIT(OUTCOME_HANDLED));
}

static void effect_failed(struct life *l, struct account *k, const struct event *ev)
{
	k->flow_ms = l->now_ms;
	if (ev->value == EFFECT_GONE) {
		ended(l, k, END_GONE);
	} else if (flow_event(l, k, ev)) {
		return;
	} else if (k->hang_up && ev->attempt == k->hang_up) {
		k->hang_up = 0;
		k->hang_up_due_ms = l->now_ms + HANG_UP_AGAIN_MS;
	} else if (k->answer && ev->attempt == k->answer) {
		book_close(l, k, BIT(OUTCOME_FAILED));
	} else if (book_party(k, ev->attempt) && k->phase == PHASE_RINGING) {
		if (ev->value == EFFECT_TIMEOUT && k->transfer) {
			k->doubtful = true;
			return;
		}
		ring_refused(l, k, ev->attempt);
		if (ev->value == EFFECT_TIMEOUT)
			k->let_go[k->n_let_go++] = ev->attempt;
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

void book_event(struct life *l, const struct event *ev)
{
	struct account *k = book_of(l, ev->contact);

	if (ev->kind == EV_START)
		restarted(l);
	if (ev->kind == EV_CALL_INCOMING)
		incoming(l, ev);
	desk_event(l, ev);
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
	case EV_CALLER:
		k->caller = ev->ref.byte[0];
		k->knows = ev->attempt <= l->cfg->plan.n_agents ? ev->attempt : 0;
		break;
	case EV_RECORDED:
	case EV_TRANSFERRED:
	case EV_TRANSFER_FAILED:
		flow_event(l, k, ev);
		break;
	case EV_AGENT_ACCEPTED:
		if (k->phase == PHASE_RINGING && book_party(k, ev->attempt))
			book_party(k, ev->attempt)->accepted = book_party(k, ev->attempt)->asked;
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
