/* A contact's visits to queues, told from what changed in a step. */
#include "bot/history/inside.h"

static void tell(struct teller *t, struct contact_seen *s)
{
	t->to->visit(t->arg, &s->visit);
}

static void begin(struct teller *t, struct contact_seen *s, uint16_t queue, uint64_t entered_ms)
{
	s->visit = (struct visit_told){ .contact = s->contact,
		.n = (uint16_t)(s->visit.n + 1),
		.queue = queue,
		.entered_ms = entered_ms };
	s->open = true;
	s->talk_from_ms = 0;
	(void)t;
}

static void talk_pause(struct teller *t, struct contact_seen *s)
{
	if (s->talk_from_ms)
		s->visit.talk_ms += t->ev->at_ms - s->talk_from_ms;
	s->talk_from_ms = 0;
}

/* Whichever it was, a wait or a conversation: it is over. */
static void finish(struct teller *t, struct contact_seen *s, enum visit_end how)
{
	if (!s->open)
		return;
	if (s->visit.end == VISIT_ANSWERED) {
		talk_pause(t, s);
		s->visit.talk_end_ms = t->ev->at_ms;
	} else {
		s->visit.end = (uint8_t)how;
		s->visit.left_ms = t->ev->at_ms;
		if (how >= VISIT_TIMEOUT && how <= VISIT_KEY)
			moment_put(t, s->contact,
				s->visit.entered_ms == t->ev->at_ms ? MOMENT_REFUSED
								    : MOMENT_LEFT_QUEUE,
				0, s->visit.queue, (int32_t)(how - VISIT_TIMEOUT + EXIT_TIMEOUT));
	}
	s->open = false;
	tell(t, s);
}

static enum visit_end end_of_exit(uint8_t e)
{
	static const enum visit_end end[] = { [EXIT_NONE] = VISIT_MOVED,
		[EXIT_TIMEOUT] = VISIT_TIMEOUT,
		[EXIT_OVERFLOW] = VISIT_OVERFLOW,
		[EXIT_NO_AGENTS] = VISIT_NO_AGENTS,
		[EXIT_CLOSED] = VISIT_CLOSED,
		[EXIT_KEY] = VISIT_KEY };

	return e < ARRAY_LEN(end) ? end[e] : VISIT_MOVED;
}

static enum visit_end end_of_outcome(const struct record *r)
{
	switch ((enum outcome)r->outcome) {
	case OUTCOME_ABANDONED_SHORT:
		return VISIT_ABANDONED_SHORT;
	case OUTCOME_ABANDONED_QUEUE:
	case OUTCOME_ABANDONED_RINGING:
	case OUTCOME_ABANDONED_IVR:
		return VISIT_ABANDONED;
	case OUTCOME_TIMEOUT:
		return VISIT_TIMEOUT;
	case OUTCOME_OVERFLOW:
		return VISIT_OVERFLOW;
	case OUTCOME_NO_AGENTS:
		return VISIT_NO_AGENTS;
	case OUTCOME_CLOSED:
		return VISIT_CLOSED;
	case OUTCOME_RELEASED:
		return VISIT_RELEASED;
	case OUTCOME_CALL_BACK_MERGED:
		return VISIT_MERGED;
	default:
		return r->exit ? end_of_exit(r->exit) : VISIT_FAILED;
	}
}

static bool waits(const struct contact_view *k)
{
	return k->phase == PHASE_WAITING || k->phase == PHASE_RINGING ||
	       k->phase == PHASE_CALL_BACK;
}

static uint8_t path_exit(const struct record *r, uint8_t n)
{
	return n ? r->path_exit[(n - 1) % RECORD_PATH] : EXIT_NONE;
}

/* Queues entered in this step; all but the last one were left in it, too. */
static void enter(struct teller *t, struct contact_seen *s, const struct contact_view *k)
{
	const struct record *r = &k->record;

	if (r->n_queues - s->n_queues > RECORD_PATH)
		s->n_queues = (uint8_t)(r->n_queues - RECORD_PATH);
	while (s->n_queues < r->n_queues) {
		uint16_t queue = r->path[s->n_queues % RECORD_PATH];
		bool last;

		finish(t, s, end_of_exit(path_exit(r, s->n_queues)));
		last = ++s->n_queues == r->n_queues;
		begin(t, s, queue, t->ev->at_ms);
		if (last && waits(k))
			moment_put(t, s->contact, MOMENT_QUEUED, 0, queue, k->position);
	}
}

static void answered(struct teller *t, struct contact_seen *s, const struct contact_view *k)
{
	struct visit_told *v = &s->visit;
	const struct plan_queue *q = v->queue ? &t->plan->queue[v->queue - 1] : NULL;

	if (v->end == VISIT_WAITS) {
		v->end = VISIT_ANSWERED;
		v->left_ms = t->ev->at_ms;
		v->within = q && v->left_ms - v->entered_ms <= q->service_level_ms;
	}
	s->talk_from_ms = t->ev->at_ms;
	v->agent = k->record.agent;
	tell(t, s);
}

/* She waits again after she was with an agent. */
static void waits_again(struct teller *t, struct contact_seen *s, const struct contact_view *k)
{
	struct visit_told *v = &s->visit;

	talk_pause(t, s);
	if (k->record.connected_ms) { /* on her way to the next one: the conversation goes on */
		v->n_transfers++;
	} else { /* lost before the two heard each other */
		v->end = VISIT_WAITS;
		v->left_ms = 0;
		v->talk_ms = 0;
		v->agent = 0;
		v->within = false;
	}
	tell(t, s);
}

/* Nobody took who was sent on: another wait, of the same visit to the same queue. */
static void line_again(struct teller *t, struct contact_seen *s, const struct contact_view *k)
{
	finish(t, s, VISIT_MOVED);
	begin(t, s, k->record.queue, t->ev->at_ms);
	s->visit.again = true;
}

static void kept(struct teller *t, struct contact_seen *s, const struct contact_view *k)
{
	s->kept = true;
	moment_put(t, s->contact, MOMENT_CALL_BACK_KEPT, 0, k->record.queue, 0);
	begin(t, s, k->record.queue, t->ev->at_ms);
	s->visit.kept = true;
	tell(t, s);
}

static void change(struct teller *t, struct contact_seen *s, const struct contact_view *k)
{
	const struct record *r = &k->record;

	if (s->open && s->visit.end == VISIT_ANSWERED && !r->connected_ms && waits(k) &&
		r->queued_ms != s->queued_ms)
		line_again(t, s, k);
	if (!s->open && k->phase == PHASE_CALL_BACK)
		kept(t, s, k);
	if (s->open && k->phase == PHASE_TALKING && !s->talk_from_ms)
		answered(t, s, k);
	else if (s->open && s->talk_from_ms && waits(k))
		waits_again(t, s, k);
	else if (s->open && s->talk_from_ms && r->agent && s->visit.agent != r->agent) {
		s->visit.agent = r->agent;
		s->visit.n_transfers++;
		tell(t, s);
	}
}

void visit_follow(struct teller *t, struct contact_seen *s, const struct contact_view *k,
	const struct record *over)
{
	const struct record *r = &k->record;
	uint16_t n = s->visit.n;

	if (r->n_queues != s->n_queues) {
		if (t->ev->kind == EV_TO_QUEUE && s->talk_from_ms && !t->refused)
			s->visit.n_transfers++;
		enter(t, s, k);
	}
	change(t, s, k);
	if (s->open && (over || k->phase == PHASE_FLOW || k->phase == PHASE_CLOSING))
		finish(t, s,
			path_exit(r, r->n_queues) && !s->kept
				? end_of_exit(path_exit(r, r->n_queues))
				: end_of_outcome(r));
	else if (s->open && s->visit.n != n)
		tell(t, s);
	if (r->promised_s && !s->promised_s)
		moment_put(t, s->contact, MOMENT_PROMISED, 0, r->queue, r->promised_s);
	s->promised_s = r->promised_s;
	s->queue = r->queue;
	s->queued_ms = r->queued_ms;
}
