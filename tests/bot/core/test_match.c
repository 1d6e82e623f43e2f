/*
 * Small centres at random, and at every step what a naive scan of everybody finds: who is first for
 * whom, who is where in line, who is in the pools; and nobody waits beside whoever may serve her.
 */
#include "bot/base/rng.h"
#include "bot/core/agent.h"
#include "bot/core/pool.h"
#include "bot/core/queue.h"
#include "tests/bot/core/plans.h"

#include "bot/core/contact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SEEDS = 150, STEPS = 250, CLASSES = 4, NEEDS = 3, CONTACTS = 24 };

struct world {
	struct rng rng;
	struct plans plans[2];
	void *storage[2];
	struct centre *c;
	struct effects out;
	uint64_t now_ms;
	uint32_t last_contact, n_chosen, n_taken;
	unsigned seed;
	int at;
};

static uint32_t below(struct world *w, uint32_t n)
{
	return (uint32_t)rng_below(&w->rng, n);
}

static void draw_queue(struct world *w, struct plans *p, uint32_t q)
{
	struct plan_queue *to = &p->queue[q];
	struct plan_class *class = &p->class[q * CLASSES];

	*to = (struct plan_queue){ .key = 100 + q,
		.strategy = (uint8_t)below(w, 9),
		.waiting_max = 50,
		.announce_ms = 30000,
		.ring_ms = 3000 + below(w, 5000),
		.wrap_up_ms = below(w, 2) * 2000,
		.back_off_ms = 3000,
		.available = below(w, 2) ? 1 << PRESENCE_UNKNOWN | 1 << PRESENCE_AVAILABLE : 0,
		.first_member = p->plan.n_members,
		.first_class = q * CLASSES,
		.n_classes = below(w, CLASSES + 1),
		.priority_ms = below(w, 3) * 3000,
		.head_start_ms = below(w, 3) * 2000,
		.sticky_ms = below(w, 2) * 8000,
		.ring_at_once = (uint16_t)below(w, 4),
		.by_hand = below(w, 8) == 0 };
	for (uint32_t i = 0; i + 1 < to->n_classes; i++)
		class[i] = (struct plan_class){ below(w, 3) ? (i + 1) * 4000 : 0,
			(uint8_t)(i + 1) };
	for (uint32_t need = 0; need <= NEEDS; need++)
		p->need_class[q * (NEEDS + 1) + need] =
			(uint8_t)(to->n_classes ? below(w, to->n_classes) : 0);
	for (uint32_t a = 0; a < p->plan.n_agents; a++)
		if (below(w, 3)) {
			p->place[p->plan.n_members] = (struct plan_place){ 1 + below(w, 15),
				(uint8_t)below(w, 3), (uint8_t)(1 + below(w, 5)) };
			p->member[p->plan.n_members++] = (uint16_t)a;
			to->n_members++;
		}
}

/* Queues, agents and entries stay the same ones, as seed says; what is said of them need not. */
static void draw_plan(struct world *w, struct plans *p)
{
	struct rng same = { w->seed };

	plans_base(p);
	p->plan.n_queues = 1 + (uint32_t)rng_below(&same, 3);
	p->plan.n_agents = 1 + (uint32_t)rng_below(&same, 8);
	p->plan.n_members = 0;
	p->plan.n_needs = NEEDS;
	p->plan.n_flows = p->plan.n_entries = 4;
	p->plan.n_steps = 8;
	p->plan.contacts_max = CONTACTS;
	p->plan.place = p->place;
	p->plan.class = p->class;
	p->plan.need_class = p->need_class;
	for (uint32_t q = 0; q < p->plan.n_queues; q++)
		draw_queue(w, p, q);
	for (uint16_t i = 0; i < 4; i++) {
		p->flow[i] =
			(struct plan_flow){ .key = 300u + i, .first_step = 2u * i, .n_steps = 2 };
		p->entry[i] = (struct plan_entry){ .key = 400u + i, .flow = i };
		p->step[2 * i] = (struct plan_step){ .kind = STEP_SET, .op = SET_NEED, .index = i };
		p->step[2 * i + 1] = (struct plan_step){ .kind = STEP_QUEUE,
			.queue = (uint16_t)(i % p->plan.n_queues) };
	}
}

/* What an agent is in a queue, by what is known of her. */
static bool is_open(const struct centre *c, uint32_t agent, const struct serving *s)
{
	const struct agent *a = &c->agent[agent];
	uint16_t available = queue_plan(c, s->queue)->available;

	return s->signed_in && !a->paused && (!available || available >> a->presence & 1);
}

static bool is_free_for(
	const struct centre *c, uint32_t agent, const struct serving *s, uint32_t class)
{
	return c->agent[agent].phase == AGENT_IDLE && is_open(c, agent, s) &&
	       s->classes >> class & 1;
}

static uint64_t naive_key(const struct centre *c, uint32_t agent, const struct serving *s)
{
	const struct plan_queue *p = queue_plan(c, s->queue);
	const char *name = strategy_at(p->strategy)->name;
	uint32_t next = c->pool[s->queue].next_rank[s->tier];

	if (strcmp(name, "serial") == 0)
		return s->rank;
	if (strcmp(name, "round-robin") == 0 || strcmp(name, "ring-all") == 0)
		return s->rank < next ? s->rank + p->n_members : s->rank;
	if (strcmp(name, "fewest-calls") == 0)
		return c->agent[agent].n_shift;
	if (strcmp(name, "least-talk") == 0)
		return c->agent[agent].talk_ms;
	if (strcmp(name, "skills") == 0)
		return (uint64_t)__builtin_popcountll(s->classes);
	if (strcmp(name, "longest-idle") == 0)
		return 0;
	return (uint64_t)pool_key(c, s) % CANDIDATE_KEYS; /* chance */
}

static uint32_t naive_agent(const struct centre *c, uint32_t queue, uint32_t class)
{
	uint64_t best_key = 0;
	uint32_t best = 0, best_tier = 0;

	for (uint32_t agent = 1; agent <= c->plan->n_agents; agent++) {
		const struct serving *s = agent_serving(c, agent, queue);
		uint64_t key;
		bool first;

		if (!s || !is_free_for(c, agent, s, class))
			continue;
		key = naive_key(c, agent, s);
		first = s->tier != best_tier ? s->tier < best_tier
			: key != best_key    ? key < best_key
					     : c->agent[agent].idle_seq < c->agent[best].idle_seq;
		if (!best || first) {
			best = agent;
			best_key = key;
			best_tier = s->tier;
		}
	}
	return best;
}

static int64_t naive_rank(const struct centre *c, const struct contact *k)
{
	return (int64_t)k->credit_ms + ((int64_t)k->record.priority - PRIORITY_NORMAL) *
					       queue_plan(c, k->queue)->priority_ms;
}

static bool naive_before(const struct contact *a, int64_t x, const struct contact *b, int64_t y)
{
	return x != y ? x < y : a->credit_seq < b->credit_seq;
}

/* As they were before the event; who was ready for her. */
static uint32_t naive_caller(const struct centre *c, const struct contact *was, uint32_t agent)
{
	const struct contact *best = NULL;
	int64_t best_key = 0;

	for (uint32_t slot = 1; slot <= CONTACTS; slot++) {
		const struct contact *k = &was[slot];
		const struct serving *s = k->number && k->queue ? agent_serving(c, agent, k->queue)
								: NULL;
		int64_t key;

		if (!s || !k->ready || !is_open(c, agent, s))
			continue;
		if (k->sticky ? k->knows != agent
			      : queue_plan(c, k->queue)->by_hand || !(s->classes >> k->class & 1))
			continue;
		key = naive_rank(c, k) - queue_plan(c, k->queue)->head_start_ms;
		if (!best || naive_before(k, key, best, best_key)) {
			best = k;
			best_key = key;
		}
	}
	return best ? best->number : 0;
}

static void check_contact_(const struct centre *c, const struct contact *k)
{
	uint32_t position = 1;

	if (!k->number || !k->queue || !queue_position(c, k))
		return;
	for (uint32_t slot = 1; slot <= CONTACTS; slot++) {
		const struct contact *other = &c->contact[slot];

		if (other->number && other->queue == k->queue && queue_position(c, other))
			position += naive_before(other, naive_rank(c, other), k, naive_rank(c, k));
	}
	assert_int_equal(queue_position(c, k), position);
	if (!k->ready)
		return;
	assert_int_equal(k->phase, PHASE_WAITING);
	if (k->sticky) {
		const struct serving *s = agent_serving(c, k->knows, k->queue);

		assert_false(is_free_for(c, k->knows, s, k->class));
		assert_true(c->fan[contact_slot(c, k)].n > 0);
	} else if (!queue_plan(c, k->queue)->by_hand) {
		assert_int_equal(naive_agent(c, k->queue, k->class), 0);
	}
}

static void check_class(const struct centre *c, uint32_t queue, uint32_t class)
{
	const struct front *f = &c->front[queue];
	const struct serving *s = pool_first(c, queue, class);
	const struct contact *head = NULL;

	for (uint32_t slot = 1; slot <= CONTACTS; slot++) {
		const struct contact *k = &c->contact[slot];

		if (!k->number || k->queue != queue || !k->ready || k->sticky ||
			k->class != class || queue_plan(c, queue)->by_hand)
			continue;
		if (!head || naive_before(k, naive_rank(c, k), head, naive_rank(c, head)))
			head = k;
	}
	assert_int_equal(c->head[f->first_head + class].slot, head ? contact_slot(c, head) : 0);
	assert_int_equal(f->all >> class & 1, head != NULL);
	assert_int_equal(s ? c->plan->member[queue_plan(c, queue)->first_member + s->rank] + 1u : 0,
		naive_agent(c, queue, class));
}

static void check_queue_(const struct centre *c, uint32_t queue)
{
	uint32_t n = queue_plan(c, queue)->n_classes;

	for (uint32_t class = 0; class < (n ? n : 1); class ++)
		check_class(c, queue, class);
}

static void check(const struct world *w)
{
	const struct centre *c = w->c;

	assert_int_equal(c->first_loose, 0);
	for (uint32_t agent = 1; agent <= c->plan->n_agents; agent++)
		for (uint32_t i = 0; i < c->agent[agent].n_servings; i++) {
			const struct serving *s = &c->serving[c->agent[agent].first_serving + i];

			assert_int_equal(s->open, is_open(c, agent, s));
			assert_int_equal(s->pooled, s->open && c->agent[agent].phase == AGENT_IDLE);
		}
	for (uint32_t slot = 1; slot <= CONTACTS; slot++)
		check_contact_(c, &c->contact[slot]);
	for (uint32_t queue = 1; queue <= c->plan->n_queues; queue++)
		check_queue_(c, queue);
}

static void step(struct world *w, struct event ev)
{
	ev.at_ms = w->now_ms;
	centre_step(w->c, &ev, &w->out);
	check(w);
}

static void pass(struct world *w, uint32_t ms)
{
	w->now_ms += ms;
	do
		step(w, (struct event){ .kind = EV_TICK });
	while (centre_deadline_ms(w->c) <= w->now_ms);
}

/* Whom she should get is looked up while she stands outside. */
static void somebody_comes(struct world *w)
{
	uint32_t n = ++w->last_contact, entry = below(w, 4), queue, class, want, knows = 0;
	const struct contact *k;

	step(w, (struct event){ .kind = EV_CALL_INCOMING, .contact = n, .value = (int32_t)entry });
	if (below(w, 3) == 0)
		knows = 1 + below(w, w->c->plan->n_agents);
	step(w, (struct event){ .kind = EV_CALLER, .contact = n, .attempt = knows });
	queue = 1 + entry % w->c->plan->n_queues;
	class = w->c->plan->need_class[(queue - 1) * (NEEDS + 1) + entry];
	want = naive_agent(w->c, queue, class);
	if (knows && queue_plan(w->c, queue)->sticky_ms) {
		const struct serving *s = agent_serving(w->c, knows, queue);

		if (s && s->signed_in && s->classes >> class & 1)
			want = is_free_for(w->c, knows, s, class) ? knows : 0;
		else if (queue_plan(w->c, queue)->by_hand)
			want = 0;
	} else if (queue_plan(w->c, queue)->by_hand) {
		want = 0;
	}
	step(w, (struct event){ .kind = EV_CALL_ACTIVE, .contact = n });
	k = contact_find(w->c, n);
	if (k && k->queue) {
		assert_int_equal(k->agent, want);
		w->n_chosen += want != 0;
	}
}

static void agent_changes(struct world *w)
{
	static const enum event_kind kinds[] = { EV_SIGN_IN, EV_SIGN_IN, EV_SIGN_OUT, EV_PAUSE,
		EV_RESUME, EV_RESUME, EV_AGENT_PRESENCE, EV_WRAP_UP_DONE };
	enum event_kind kind = kinds[below(w, ARRAY_LEN(kinds))];
	uint32_t agent = 1 + below(w, w->c->plan->n_agents);
	struct contact was[CONTACTS + 1];
	int32_t value = 0;
	uint32_t want;

	if (kind == EV_PAUSE)
		value = 1;
	else if (kind == EV_AGENT_PRESENCE)
		value = below(w, 4) ? PRESENCE_AVAILABLE : PRESENCE_AWAY;
	else if (kind == EV_SIGN_OUT)
		value = (int32_t)below(w, w->c->plan->n_queues + 1);
	if (w->c->agent[agent].attempt)
		return;
	memcpy(was, w->c->contact, sizeof(was));
	step(w, (struct event){ .kind = kind, .attempt = agent, .value = value });
	if (kind == EV_SIGN_OUT || kind == EV_PAUSE ||
		(w->c->agent[agent].phase != AGENT_RINGING &&
			w->c->agent[agent].phase != AGENT_IDLE) ||
		w->c->agent[agent].since_ms != w->now_ms)
		return;
	want = naive_caller(w->c, was, agent);
	assert_int_equal(
		w->c->agent[agent].contact ? w->c->contact[w->c->agent[agent].contact].number : 0,
		want);
	w->n_taken += want != 0;
}

/* Something happens to a contact that is there. */
static void contact_changes(struct world *w)
{
	const struct contact *k = &w->c->contact[1 + below(w, CONTACTS)];
	struct event ev = { .kind = EV_NONE };

	for (int i = 0; i < 8 && (!k->number || k->phase == PHASE_CLOSING); i++)
		k = &w->c->contact[1 + below(w, CONTACTS)];
	if (!k->number)
		return;
	ev.contact = k->number;
	ev.attempt = k->ring;
	switch (below(w, 9)) {
	case 0:
	case 1:
		ev.kind = k->phase == PHASE_TALKING ? EV_AGENT_LEFT : EV_AGENT_ANSWERED;
		break;
	case 2:
		ev.kind = EV_AGENT_FAILED;
		ev.value = (int32_t)(1 + below(w, 5));
		break;
	case 3:
	case 7:
	case 8:
		ev.kind = EV_CALL_ENDED;
		ev.value = END_HUNG_UP;
		break;
	case 4:
		ev.kind = EV_PRIORITY;
		ev.value = (int32_t)(1 + below(w, 5));
		break;
	case 5:
		ev.kind = EV_PICK;
		ev.attempt = 1 + below(w, w->c->plan->n_agents);
		break;
	default:
		ev.kind = EV_CALL_ENDED;
		ev.value = END_BY_US;
		if (k->phase != PHASE_CLOSING)
			return;
		break;
	}
	step(w, ev);
}

static void another_plan(struct world *w)
{
	int to = !w->at;

	draw_plan(w, &w->plans[to]);
	free(w->storage[to]);
	w->storage[to] = aligned_alloc(16, centre_bytes(&w->plans[to].plan));
	assert_int_equal(centre_plan(w->c, w->storage[to], &w->plans[to].plan, &w->c), OK);
	w->at = to;
	pass(w, 0); /* those who are free look again, one after the other */
}

static void live(unsigned seed, uint32_t *n_chosen, uint32_t *n_taken)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->seed = seed;
	w->rng = (struct rng){ seed };
	w->now_ms = 1000000;
	draw_plan(w, &w->plans[0]);
	w->storage[0] = aligned_alloc(16, centre_bytes(&w->plans[0].plan));
	w->c = centre_init(w->storage[0], &w->plans[0].plan);
	for (int i = 0; i < STEPS; i++) {
		uint32_t what = below(w, 100);

		pass(w, below(w, 4) ? 1 + below(w, 300) : 1 + below(w, 4000));
		if (what < 25)
			somebody_comes(w);
		else if (what < 60)
			agent_changes(w);
		else if (what < 95)
			contact_changes(w);
		else
			another_plan(w);
	}
	*n_chosen += w->n_chosen;
	*n_taken += w->n_taken;
	free(w->storage[0]);
	free(w->storage[1]);
	free(w);
}

static void every_choice_is_a_naive_scans(void **state)
{
	uint32_t n_chosen = 0, n_taken = 0;

	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++)
		live(seed, &n_chosen, &n_taken);
	print_message("# %u agents and %u callers chosen\n", n_chosen, n_taken);
	assert_true(n_chosen > 2 * SEEDS && n_taken > SEEDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_choice_is_a_naive_scans) };

	return cmocka_run_group_tests_name("core match", tests, NULL, NULL);
}
