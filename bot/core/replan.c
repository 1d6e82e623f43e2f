/*
 * A centre goes on with another plan: everybody keeps the place, the phase and the
 * deadlines; only what the new plan has not is missed, and that at the next step.
 */
#include "bot/core/agent.h"
#include "bot/core/call_back.h"
#include "bot/core/contact.h"
#include "bot/core/exit.h"
#include "bot/core/flow.h"
#include "bot/core/layout.h"
#include "bot/core/list.h"
#include "bot/core/party.h"
#include "bot/core/queue.h"
#include "bot/core/staff.h"
#include "bot/core/talk.h"

#include <assert.h>
#include <string.h>

struct keys {
	const void *first; /* the first row's key */
	size_t row_bytes;
	uint32_t n;
};

#define KEYS(rows, n) ((struct keys){ (n) ? &(rows)[0].key : NULL, sizeof((rows)[0]), (n) })

static uint32_t key_at(struct keys keys, uint32_t i)
{
	return *(const uint32_t *)((const char *)keys.first + i * keys.row_bytes);
}

/* Index + 1; 0: gone. Configurations change little, so the search begins where it was. */
static uint32_t find(struct keys keys, uint32_t key, uint32_t was)
{
	for (uint32_t n = 0; n < keys.n; n++) {
		uint32_t i = (was + n) % keys.n;

		if (key_at(keys, i) == key)
			return i + 1;
	}
	return 0;
}

static uint32_t same_agent(const struct plan *from, const struct plan *to, uint32_t id)
{
	if (!id)
		return 0;
	return find(KEYS(to->agent, to->n_agents), from->agent[id - 1].key, id - 1);
}

static uint32_t same_queue(const struct plan *from, const struct plan *to, uint32_t id)
{
	if (!id)
		return 0;
	return find(KEYS(to->queue, to->n_queues), from->queue[id - 1].key, id - 1);
}

/* Signed in where she was; to a queue that is new for her, if she is signed in anywhere. */
static void move_signed_in(struct centre *c, const struct centre *old, uint32_t was, uint32_t id)
{
	const struct agent *from = &old->agent[was], *to = &c->agent[id];

	if (!to->n_servings)
		agent_sign(c, id, 0, from->here);
	for (uint32_t i = 0; i < to->n_servings; i++) {
		uint32_t queue = c->serving[to->first_serving + i].queue;
		const struct serving *s = agent_serving(
			old, was, same_queue(c->plan, old->plan, queue));

		if (s ? s->signed_in : from->here)
			agent_sign(c, id, queue, true);
	}
}

/* Engaged or resting she stays so; else she is free where she is signed in anywhere. */
static uint8_t phase_of(const struct agent *from, const struct agent *to)
{
	if (from->phase != AGENT_IDLE && from->phase != AGENT_SIGNED_OUT)
		return from->phase;
	return to->here ? AGENT_IDLE : AGENT_SIGNED_OUT;
}

/* Index + 1 of what was index + 1; 0: gone. */
static uint32_t same_key(
	const uint32_t *from, const uint32_t *to, uint32_t n_to, uint32_t n_from, uint32_t was)
{
	if (!from || !to)
		return was;
	if (!was || was > n_from)
		return 0;
	return find((struct keys){ to, sizeof(*to), n_to }, from[was - 1], was - 1);
}

/* An entry that is gone: the first. */
static uint16_t same_entry(const struct plan *from, const struct plan *to, uint16_t was)
{
	uint32_t id = find(KEYS(to->entry, to->n_entries), from->entry[was].key, was);

	return (uint16_t)(id ? id - 1 : 0);
}

/* A language that is gone: the first. */
static uint8_t same_language(const struct plan *from, const struct plan *to, uint8_t was)
{
	uint32_t id = same_key(
		from->language_key, to->language_key, to->n_languages, from->n_languages, was + 1u);

	return (uint8_t)(id ? id - 1 : 0);
}

static void move_agent(struct centre *c, const struct centre *old, uint32_t was, uint32_t id)
{
	const struct agent *from = &old->agent[was];
	struct agent *to = &c->agent[id];

	to->presence = from->presence;
	to->paused = from->paused;
	move_signed_in(c, old, was, id);
	to->since_ms = from->since_ms;
	to->n_handled = from->n_handled;
	to->n_shift = from->n_shift;
	to->talk_ms = from->talk_ms;
	to->n_unanswered = from->n_unanswered;
	to->talked_with = from->talked_with;
	to->talked_in = same_queue(old->plan, c->plan, from->talked_in);
	to->more = from->more;
	to->phase = phase_of(from, to);
	to->idle_seq = from->idle_seq;
	/* Whom she is engaged by is set when the contact is moved. */
	timer_set(&c->timers, agent_node(c, id), timer_due(&old->timers, agent_node(old, was)));
}

static void move_agents(struct centre *c, const struct centre *old)
{
	for (uint32_t id = 1; id <= c->plan->n_agents; id++) {
		uint32_t was = same_agent(c->plan, old->plan, id);

		if (was)
			move_agent(c, old, was, id);
	}
	c->last_idle = old->last_idle;
	for (uint32_t id = 1; id <= c->plan->n_agents; id++)
		if (!same_agent(c->plan, old->plan, id) && c->plan->agent[id - 1].signed_in)
			agent_sign(c, id, 0, true); /* free for the shortest time */
	while (agent_next_loose(c))
		;
}

/* Whether a has been free for longer than b; who is new here, not at all. */
static bool is_longer_idle(const struct centre *c, uint32_t a, uint32_t b)
{
	return c->agent[a].idle_seq - 1 < c->agent[b].idle_seq - 1;
}

static uint32_t merge(struct centre *c, uint32_t a, uint32_t b)
{
	uint32_t first = 0, *to = &first;

	while (a && b) {
		uint32_t *from = is_longer_idle(c, b, a) ? &b : &a;

		*to = *from;
		to = &c->agent[*from].next_loose;
		*from = *to;
	}
	*to = a ? a : b;
	return first;
}

/* All agents through next_loose, sorted by idle_seq: run[i] has 2^i of them. */
static uint32_t by_idle(struct centre *c)
{
	uint32_t run[32] = { 0 }, all = 0;

	for (uint32_t id = 1; id <= c->plan->n_agents; id++) {
		uint32_t i, some = id;

		c->agent[id].next_loose = 0;
		for (i = 0; run[i]; i++) {
			some = merge(c, run[i], some);
			run[i] = 0;
		}
		run[i] = some;
	}
	for (size_t i = 0; i < ARRAY_LEN(run); i++)
		all = merge(c, run[i], all);
	return all;
}

/* Whoever is free may serve queues with waiting callers since this plan. */
static void look_again(struct centre *c)
{
	for (uint32_t id = by_idle(c); id; id = c->agent[id].next_loose) {
		if (c->agent[id].idle_seq)
			agent_place(c, id);
		agent_settle(c, id);
		if (c->agent[id].phase == AGENT_IDLE)
			timer_set(&c->timers, agent_node(c, id), c->now_ms);
	}
}

static void move_queue(const struct centre *c, const struct centre *old, struct queue *to,
	const struct queue *from)
{
	to->announcement = (uint16_t)same_key(old->plan->prompt_key, c->plan->prompt_key,
		c->plan->n_prompts, old->plan->n_prompts, from->announcement);
	to->closed = from->closed;
	to->learnt = from->learnt;
	to->facts = from->facts;
}

/* The member of a tier offered last is found again, so that the turn goes on. */
static void move_turn(
	struct centre *c, const struct centre *old, uint32_t was, uint32_t id, uint32_t tier)
{
	const struct plan_queue *from = queue_plan(old, was);
	uint32_t next = old->pool[was].next_rank[tier], agent;
	const struct serving *s;

	if (!next)
		return;
	agent = same_agent(
		old->plan, c->plan, old->plan->member[from->first_member + next - 1] + 1u);
	s = agent ? agent_serving(c, agent, id) : NULL;
	if (s)
		c->pool[id].next_rank[s->tier] = (uint16_t)(s->rank + 1);
}

static void move_turns(struct centre *c, const struct centre *old, uint32_t was, uint32_t id)
{
	c->pool[id].offered_key = old->pool[was].offered_key;
	for (uint32_t tier = 0; tier < PLAN_TIERS_MAX; tier++)
		move_turn(c, old, was, id, tier);
}

/* false: the step is gone. */
static bool move_step(struct centre *c, const struct centre *old, struct contact *k)
{
	const struct plan *to = c->plan;
	const struct plan_flow *from = &old->plan->flow[k->flow];
	uint32_t flow = find(KEYS(to->flow, to->n_flows), from->key, k->flow);

	if (flow && k->step < from->n_steps && k->step < to->flow[flow - 1].n_steps &&
		to->step[to->flow[flow - 1].first_step + k->step].kind ==
			old->plan->step[from->first_step + k->step].kind) {
		k->flow = flow - 1;
		return true;
	}
	k->flow = to->entry[k->record.entry].flow;
	k->step = FLOW_ANEW;
	k->task = 0;
	return false;
}

static void move_flow(struct centre *c, const struct centre *old, struct contact *k)
{
	k->need = (uint8_t)same_key(old->plan->need_key, c->plan->need_key, c->plan->n_needs,
		old->plan->n_needs, k->need);
	if (k->need > c->plan->n_needs)
		k->need = 0;
	if (k->phase != PHASE_FLOW && !k->task)
		return;
	if (move_step(c, old, k) || (k->phase == PHASE_CLOSING && !k->call_gone))
		return;
	k->play = 0;
	k->due_ms[DUE_STAGE] = c->now_ms;
}

/* Who is lost rings on for nobody: a late answer finds no party and is let go. */
static void move_parties(
	struct centre *c, const struct centre *old, struct contact *k, const struct contact *from)
{
	k->first_party = 0;
	for (uint32_t was = from->first_party; was; was = old->agent[was].next_party) {
		const struct agent *a = &old->agent[was];
		uint32_t id = same_agent(old->plan, c->plan, was);

		if (!id) {
			if (a->attempt != from->ring)
				talk_lose(c, k, a->attempt, (enum role)a->role);
			continue;
		}
		party_add(c, k, (struct party){ id, a->attempt }, (enum role)a->role);
		c->agent[id].hearing = a->hearing;
		c->agent[id].asked = a->asked;
	}
	k->agent = same_agent(old->plan, c->plan, from->agent);
	if (!k->agent && k->phase == PHASE_RINGING && k->first_party) {
		k->agent = k->first_party;
		k->ring = c->agent[k->agent].attempt;
	}
}

/* Hung up where the new plan has no such place. */
static struct plan_target same_target(
	const struct plan *from, const struct plan *to, struct plan_target t)
{
	uint32_t id = 0;

	if (t.kind == TARGET_FLOW)
		id = find(KEYS(to->flow, to->n_flows), from->flow[t.index].key, t.index);
	else if (t.kind == TARGET_QUEUE)
		id = same_queue(from, to, t.index + 1u);
	if (!id)
		return (struct plan_target){ .kind = TARGET_HANG_UP };
	return (struct plan_target){ t.kind, (uint16_t)(id - 1) };
}

/* Where the queue sent those for whom it had no room; is that gone too, where it sent others. */
static struct plan_target drain_to(const struct plan *from, const struct plan *to, uint32_t queue)
{
	const struct plan_queue *p = &from->queue[queue - 1];
	const struct plan_target ways[] = { p->full, p->no_agents, p->timeout };
	struct plan_target t = { .kind = TARGET_HANG_UP };

	for (size_t i = 0; i < ARRAY_LEN(ways) && t.kind == TARGET_HANG_UP; i++)
		t = same_target(from, to, ways[i]);
	return t;
}

/* The queue is gone. But a transfer goes on, as it cannot be called back. */
static void drain(struct centre *c, const struct centre *old, struct contact *k, uint32_t was)
{
	if (k->call_back) {
		k->due_ms[DUE_WAIT] = c->now_ms;
		return;
	}
	k->due_ms[DUE_STAGE] = c->now_ms;
	if (k->transfer)
		return;
	k->leaving = true;
	k->exit_to = drain_to(old->plan, c->plan, was);
	exit_note(k, EXIT_OVERFLOW);
}

static void move_into_line(struct centre *c, struct contact *k, bool ready)
{
	queue_put(c, k);
	if (ready)
		queue_ready(c, k);
	queue_match_arm(c, k);
}

static void move_contact(struct centre *c, const struct centre *old, const struct contact *from)
{
	struct contact *k = contact_new(c, from->number);
	struct contact fresh = *k;

	*k = *from;
	k->next_in_bucket = fresh.next_in_bucket;
	k->touched = false;
	for (int i = 0; i < LISTS; i++)
		k->link[i] = fresh.link[i];
	move_parties(c, old, k, from);
	k->queue = same_queue(old->plan, c->plan, from->queue);
	k->record.entry = same_entry(old->plan, c->plan, k->record.entry);
	k->record.queue = (uint16_t)same_queue(old->plan, c->plan, from->record.queue);
	for (int i = 0; i < RECORD_PATH; i++)
		k->record.path[i] = (uint16_t)same_queue(old->plan, c->plan, from->record.path[i]);
	k->record.agent = (uint16_t)same_agent(old->plan, c->plan, from->record.agent);
	k->told_queue = same_queue(old->plan, c->plan, from->told_queue);
	k->exit_to = same_target(old->plan, c->plan, from->exit_to);
	k->record.language = same_language(old->plan, c->plan, k->record.language);
	move_flow(c, old, k);
	if (k->call_back)
		call_back_list(c, k);
	k->knows = same_agent(old->plan, c->plan, from->knows);
	k->ready = k->sticky = false;
	k->due_ms[DUE_MATCH] = NEVER;
	if (k->phase == PHASE_WAITING || k->phase == PHASE_RINGING || k->phase == PHASE_CALL_BACK) {
		if (k->queue)
			move_into_line(c, k, queue_is_ready(old, from));
		else if (from->queue) /* not lost to an earlier plan already */
			drain(c, old, k, from->queue);
	}
	contact_due(c, k, DUE_STAGE, k->due_ms[DUE_STAGE]);
}

enum err centre_plan(
	const struct centre *old, void *storage, const struct plan *plan, struct centre **out)
{
	struct centre *c;

	*out = NULL;
	if (old->ledger.in_progress > plan->contacts_max)
		return E_LIMIT;
	c = layout_init(storage, plan);
	c->now_ms = old->now_ms;
	c->last_seq = old->last_seq;
	c->last_attempt = old->last_attempt;
	c->last_number = old->last_number;
	c->ledger = old->ledger;
	memcpy(c->lost, old->lost, sizeof(c->lost));
	c->n_lost = old->n_lost;
	move_agents(c, old);
	for (uint32_t at = old->tickets.oldest; at; at = old->tickets.ticket[at].newer)
		ticket_move(c, &old->tickets.ticket[at],
			same_queue(old->plan, plan, old->tickets.ticket[at].queue));
	for (uint32_t was = 1; was <= old->plan->n_queues; was++) {
		uint32_t id = same_queue(old->plan, plan, was);

		if (!id)
			continue;
		move_turns(c, old, was, id);
		move_queue(c, old, &c->queue[id], &old->queue[was]);
	}
	for (uint32_t slot = old->all.first; slot; slot = old->contact[slot].link[LIST_ALL].after)
		move_contact(c, old, &old->contact[slot]);
	staff_count(c);
	look_again(c);
	*out = c;
	return OK;
}
