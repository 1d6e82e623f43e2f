/*
 * Everything the future depends on, as text: two centres with the same dump answer the
 * same events with the same effects. Slots and addresses do not appear, numbers do.
 */
#include "bot/core/centre.h"

#include "bot/core/contact.h"
#include "bot/core/pool.h"
#include "bot/core/queue.h"

struct dump {
	void (*sink)(void *arg, const char *text, size_t n);
	void *arg;
	struct text line;
	char room[2048];
};

static void flush(struct dump *d)
{
	d->sink(d->arg, d->line.at, d->line.used);
	d->line = TEXT(d->room);
}

static void say(struct dump *d, const char *word, uint64_t value)
{
	enum { WORD_MAX = 64 };

	if (d->line.used + WORD_MAX > sizeof(d->room))
		flush(d);
	if (value == NEVER)
		text_add(&d->line, " %s=never", word);
	else if (value)
		text_add(&d->line, " %s=%llu", word, (unsigned long long)value);
}

static void say_line(struct dump *d)
{
	text_add(&d->line, "\n");
	flush(d);
}

static void say_record(struct dump *d, const struct record *r)
{
	say(d, "offered", r->offered_ms);
	say(d, "answered", r->answered_ms);
	say(d, "queued", r->queued_ms);
	say(d, "connected", r->connected_ms);
	say(d, "ended", r->ended_ms);
	say(d, "entry", r->entry);
	say(d, "last_queue", r->queue);
	say(d, "had_by", r->agent);
	say(d, "offers", r->n_offers);
	say(d, "outcome", r->outcome);
	say(d, "estimated", r->estimated);
	say(d, "unanswered", r->n_unanswered);
	say(d, "code", r->wrap_up_code);
	say(d, "held_for", r->held_ms);
	say(d, "left", r->left_ms);
	say(d, "priority", r->priority);
	say(d, "language", r->language);
	for (size_t i = 0; i < sizeof(r->survey); i++)
		say(d, "answer", r->survey[i]);
}

static void say_attempts(struct dump *d, const struct contact *k)
{
	say(d, "answer", k->answer);
	say(d, "play", k->play);
	say(d, "ring", k->ring);
	say(d, "keep_alive", k->keep_alive);
	say(d, "probe", k->probe);
	say(d, "hang_up", k->hang_up);
	say(d, "hang_ups", k->n_hang_ups);
	say(d, "probes", k->n_probes);
	say(d, "ring_failures", k->ring_failures);
	say(d, "transfer", k->transfer);
	say(d, "doubtful", k->doubtful);
	say(d, "sent_on", k->sent_on);
}

static void say_flow(struct dump *d, const struct contact *k)
{
	say(d, "flow", k->flow);
	say(d, "step", k->step);
	say(d, "step_stage", k->step_stage);
	say(d, "tries", k->tries);
	for (uint8_t i = 0; i < k->n_typed; i++)
		say(d, "typed", (uint8_t)k->typed[i]);
	say(d, "ignored", (uint8_t)k->ignored);
	if (k->digits[0])
		text_add(&d->line, " digits=%s", k->digits);
	for (size_t i = 0; i < PLAN_VARS; i++)
		if (k->var[i])
			text_add(&d->line, " var%zu=%d", i, k->var[i]);
	say(d, "need", k->need);
	say(d, "task", k->task);
	say(d, "task_doubtful", k->task_doubtful);
	for (size_t i = 0; i < LOOKUPS_MAX; i++) {
		say(d, "lookup", k->lookup[i]);
		say(d, "into", k->lookup[i] ? k->lookup_var[i] + 1u : 0);
	}
	say(d, "jumped", k->jumped_ms);
	say(d, "jumps", k->n_jumps);
	say(d, "settled", k->settled);
	say(d, "call_gone", k->call_gone);
}

static void say_guid(struct dump *d, const char *word, struct guid g)
{
	char room[GUID_TEXT];

	if (guid_is_none(g))
		return;
	guid_print(g, room);
	text_add(&d->line, " %s=%s", word, room);
}

static void say_waiting(struct dump *d, const struct contact *k)
{
	say_guid(d, "caller", k->caller);
	say(d, "limit_from", k->limit_from_ms);
	say(d, "foreseen", k->foreseen_ms);
	say(d, "called_back", k->called_back);
	say(d, "call_back", k->call_back);
	say(d, "dial", k->dial);
	say(d, "announced", k->announced);
	say(d, "told_queue", k->told_queue);
	say(d, "told_minutes", k->told_minutes);
	say(d, "next_message", k->next_message);
	say(d, "announcement", k->told_announcement);
	say(d, "consent", k->told_consent);
	say(d, "agreed", k->agreed);
	say(d, "taped", k->taped);
	say(d, "tape_paused", k->tape_paused);
	say(d, "held_before", k->held_before);
	say(d, "leaving", k->leaving);
	say(d, "exit_kind", k->exit_to.kind);
	say(d, "exit_to", k->exit_to.index);
	say(d, "hops", k->n_hops);
}

static void say_fading(struct dump *d, const char *word, const struct fading *f)
{
	say(d, word, f->sum);
	say(d, "of", f->n);
}

static void say_queue(struct dump *d, const struct centre *c, uint32_t id)
{
	const struct queue *q = &c->queue[id];

	say(d, "queue", id);
	say(d, "waiting", q->n_waiting);
	say(d, "away", q->n_away);
	for (int l = STAFF_SIGNED_IN; l <= STAFF_PRESENT; l++)
		say(d, "staff", q->n_staff[l]);
	say(d, "offered_key", c->pool[id].offered_key);
	for (uint32_t t = 0; t < PLAN_TIERS_MAX; t++)
		say(d, "next_rank", c->pool[id].next_rank[t]);
	say(d, "announcement", q->announcement);
	say(d, "closed", q->closed);
	say_fading(d, "service", &q->learnt.service);
	say_fading(d, "ring", &q->learnt.ring);
	say_fading(d, "waited", &q->learnt.waited);
	say_fading(d, "kept", &q->learnt.kept);
	say(d, "services", q->learnt.n_services);
	say(d, "promises", q->learnt.n_promises);
	say(d, "handled", q->facts.n_handled);
	say(d, "within", q->facts.n_within);
	say(d, "abandoned", q->facts.n_abandoned);
	say(d, "abandoned_short", q->facts.n_abandoned_short);
	say(d, "due", timer_due(&c->timers, queue_node(c, id)));
	say_line(d);
}

static void say_ticket(struct dump *d, const struct ticket *t)
{
	say_guid(d, "ticket", t->caller);
	say(d, "queue", t->queue);
	say(d, "credit", t->credit_ms);
	say(d, "seq", t->credit_seq);
	say(d, "until", t->until_ms);
	say_line(d);
}

static void say_contact(struct dump *d, const struct centre *c, const struct contact *k)
{
	static const char *const due[DUES] = { "stage_due", "wait_due", "ring_due",
		"keep_alive_due", "probe_due", "match_due" };

	say(d, "contact", k->number);
	say(d, "phase", k->phase + 1u);
	say(d, "since", k->since_ms);
	say_flow(d, k);
	say(d, "agent", k->agent);
	say(d, "first_party", k->first_party);
	say(d, "queue", k->queue);
	say(d, "position", queue_position(c, k));
	say(d, "ready", queue_is_ready(c, k));
	say(d, "sticky", k->sticky);
	say(d, "class", k->class);
	say(d, "knows", k->knows);
	say(d, "credit", k->credit_ms);
	say(d, "seq", k->credit_seq);
	say(d, "hold", k->hold_ms);
	say_waiting(d, k);
	say(d, "held", k->held);
	say(d, "held_since", k->held ? k->held_ms : 0);
	say_attempts(d, k);
	say_record(d, &k->record);
	for (int i = 0; i < DUES; i++)
		say(d, due[i], k->due_ms[i]);
	say_line(d);
}

static void say_agent(struct dump *d, const struct centre *c, uint32_t id)
{
	const struct agent *a = &c->agent[id];

	say(d, "agent", id);
	say(d, "phase", a->phase);
	say(d, "presence", a->presence);
	say(d, "since", a->since_ms);
	say(d, "idle_seq", a->idle_seq);
	say(d, "contact", a->contact ? c->contact[a->contact].number : 0);
	say(d, "attempt", a->attempt);
	say(d, "next_party", a->next_party);
	say(d, "role", a->role);
	say(d, "hearing", a->hearing);
	say(d, "asked", a->asked);
	say(d, "unanswered", a->n_unanswered);
	say(d, "talked_with", a->talked_with);
	say(d, "talked_in", a->talked_in);
	say(d, "more", a->more);
	say(d, "paused", a->paused);
	say(d, "here", a->here);
	for (uint32_t i = 0; i < a->n_servings; i++) {
		const struct serving *s = &c->serving[a->first_serving + i];

		if (s->signed_in)
			say(d, "signed_in", s->queue);
		if (pool_key(c, s))
			say(d, "key", (uint64_t)pool_key(c, s));
	}
	say(d, "handled", a->n_handled);
	say(d, "shift", a->n_shift);
	say(d, "talk", a->talk_ms);
	say(d, "due", timer_due(&c->timers, agent_node(c, id)));
	say_line(d);
}

static void say_totals(struct dump *d, const struct centre *c)
{
	say(d, "now", c->now_ms);
	say(d, "last_attempt", c->last_attempt);
	say(d, "last_number", c->last_number);
	say(d, "last_seq", c->last_seq);
	say(d, "last_idle", c->last_idle);
	say(d, "offered", c->ledger.offered);
	say(d, "in_progress", c->ledger.in_progress);
	for (int i = 0; i < OUTCOMES; i++)
		say(d, outcome_name((enum outcome)i), c->ledger.outcome[i]);
	for (uint32_t i = 0; i < c->n_lost; i++) {
		say(d, "lost_by", c->lost[i].contact);
		say(d, "lost", c->lost[i].attempt);
		say(d, "lost_asked", c->lost[i].asked);
	}
	say_line(d);
}

void centre_dump(
	const struct centre *c, void (*sink)(void *arg, const char *text, size_t n), void *arg)
{
	struct dump d = { .sink = sink, .arg = arg };

	d.line = TEXT(d.room);
	say_totals(&d, c);
	for (uint32_t slot = c->all.first; slot; slot = c->contact[slot].link[LIST_ALL].after)
		say_contact(&d, c, &c->contact[slot]);
	for (uint32_t id = 1; id <= c->plan->n_queues; id++)
		say_queue(&d, c, id);
	for (uint32_t id = 1; id <= c->plan->n_agents; id++)
		say_agent(&d, c, id);
	for (uint32_t at = c->tickets.oldest; at; at = c->tickets.ticket[at].newer)
		say_ticket(&d, &c->tickets.ticket[at]);
}
