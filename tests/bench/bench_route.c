/* bench: bot/core */
/*
 * What a routing decision costs, by size: from an agent who has become free to the caller who rings
 * at her, and from a caller who has come to the agent rung; the line, the pools, timers and the
 * effect included. Agents work for 1 to 16 queues and have 4 to 16 of 24 skills; a queue has 16
 * classes of callers, each wanting up to three skills. Beside it, in the same run and over the same
 * tables, what a program takes that looks at all callers, or at all agents, and at once finds the
 * same one.
 */
#include "bot/core/agent.h"
#include "bot/core/contact.h"
#include "bot/core/offer.h"
#include "bot/core/pool.h"
#include "bot/core/queue.h"

#include "bot/base/clock.h"
#include "bot/base/rng.h"
#include "bot/core/strategy.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { CLASSES = 16, SKILLS = 24, SPARE = 64, DECISIONS = 10000, SCANS = 20 };

struct size {
	uint32_t queues, agents, waiting;
};

struct bench {
	struct rng rng;
	struct plan plan;
	struct plan_queue *queue;
	struct plan_agent *agent;
	struct plan_flow *flow;
	struct plan_step *step;
	struct plan_entry *entry;
	uint16_t *member;
	struct plan_place *place;
	uint8_t *need_class;
	uint32_t needed[CLASSES]; /* skills, as bits */
	struct centre *centre;
	struct effects out;
	uint64_t now_ms;
	uint32_t last_contact;
	uint32_t took_ns[DECISIONS]; /* of each decision */
	uint32_t n;
	uint32_t clock_ns; /* what looking at the clock takes */
};

static uint32_t below(struct bench *b, uint32_t n)
{
	return (uint32_t)rng_below(&b->rng, n);
}

static void *rows(size_t n, size_t bytes)
{
	void *p = calloc(n, bytes);

	assert(p);
	return p;
}

static void draw_queues(struct bench *b, struct size z)
{
	static const struct plan_class class[CLASSES];

	b->plan.class = class;
	b->plan.n_classes = CLASSES;
	b->plan.n_needs = CLASSES - 1;
	for (uint32_t i = 1; i < CLASSES; i++)
		for (int n = 0; n < 3; n++)
			b->needed[i] |= 1u << below(b, SKILLS);
	for (uint32_t i = 0; i < z.queues; i++) {
		b->queue[i] = (struct plan_queue){ .key = i,
			.strategy = (uint8_t)strategy_number(strategy_named("longest-idle")),
			.waiting_max = UINT16_MAX,
			.announce_ms = 30000,
			.ring_ms = 20000,
			.n_classes = CLASSES };
		b->step[i] = (struct plan_step){ .kind = STEP_QUEUE, .queue = (uint16_t)i };
		b->flow[i] = (struct plan_flow){ .key = i, .first_step = i, .n_steps = 1 };
		b->entry[i] = (struct plan_entry){ .flow = (uint16_t)i };
		for (uint8_t need = 0; need < CLASSES; need++)
			b->need_class[i * CLASSES + need] = need;
	}
}

/* Who serves what, first by agent and then, as a plan has it, by queue. */
static void draw_members(struct bench *b, struct size z)
{
	uint8_t *serves = rows((size_t)z.queues * z.agents, 1);
	uint64_t *classes = rows(z.agents, sizeof(*classes));
	uint32_t n = 0;

	for (uint32_t a = 0; a < z.agents; a++) {
		uint32_t skills = 0, some = 4 + below(b, 13);

		b->agent[a].key = a;
		for (uint32_t i = 0; i < some; i++)
			skills |= 1u << below(b, SKILLS);
		for (uint32_t i = 0; i < CLASSES; i++)
			if ((b->needed[i] & ~skills) == 0)
				classes[a] |= (uint64_t)1 << i;
		for (uint32_t i = 0, of = 1 + below(b, 16); i < of; i++)
			serves[(size_t)below(b, z.queues) * z.agents + a] = 1;
	}
	for (uint32_t q = 0; q < z.queues; q++) {
		b->queue[q].first_member = n;
		for (uint32_t a = 0; a < z.agents; a++)
			if (serves[(size_t)q * z.agents + a]) {
				b->member[n] = (uint16_t)a;
				b->place[n++] = (struct plan_place){ classes[a], 0, 1 };
				b->queue[q].n_members++;
			}
	}
	b->plan.n_members = n;
	free(serves);
	free(classes);
}

static struct bench *bench_new(struct size z)
{
	struct bench *b = rows(1, sizeof(*b));

	b->rng = (struct rng){ 4 };
	b->queue = rows(z.queues, sizeof(*b->queue));
	b->agent = rows(z.agents, sizeof(*b->agent));
	b->flow = rows(z.queues, sizeof(*b->flow));
	b->step = rows(z.queues, sizeof(*b->step));
	b->entry = rows(z.queues, sizeof(*b->entry));
	b->member = rows((size_t)z.agents * 16, sizeof(*b->member));
	b->place = rows((size_t)z.agents * 16, sizeof(*b->place));
	b->need_class = rows((size_t)z.queues * CLASSES, 1);
	b->now_ms = 1000000;
	draw_queues(b, z);
	draw_members(b, z);
	b->plan.queue = b->queue;
	b->plan.agent = b->agent;
	b->plan.flow = b->flow;
	b->plan.step = b->step;
	b->plan.entry = b->entry;
	b->plan.member = b->member;
	b->plan.place = b->place;
	b->plan.need_class = b->need_class;
	b->plan.n_queues = b->plan.n_flows = b->plan.n_steps = b->plan.n_entries = z.queues;
	b->plan.n_agents = z.agents;
	b->plan.contacts_max = z.waiting + SPARE;
	b->plan.keep_alive_ms = 900000;
	b->plan.active_ms_max = 15000;
	b->plan.transfer_ms_max = b->plan.play_ms_max = 60000;
	b->plan.talk_ms_max = 3600000;
	return b;
}

static void bench_free(struct bench *b)
{
	void *all[] = { b->centre, b->queue, b->agent, b->flow, b->step, b->entry, b->member,
		b->place, b->need_class, b };

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		free(all[i]);
}

static void init(struct bench *b)
{
	size_t bytes = centre_bytes(&b->plan);
	void *storage = aligned_alloc(64, (bytes + 63) & ~(size_t)63);

	assert(storage);
	b->centre = centre_init(storage, &b->plan);
	b->centre->out = &b->out;
	b->centre->now_ms = b->now_ms;
	b->clock_ns = UINT32_MAX;
	for (int i = 0; i < 1000; i++) {
		uint64_t from = clock_mono_ns(), ns = clock_mono_ns() - from;

		b->clock_ns = ns < b->clock_ns ? (uint32_t)ns : b->clock_ns;
	}
}

static void took(struct bench *b, uint64_t from_ns)
{
	uint64_t ns = clock_mono_ns() - from_ns;

	assert(b->n < DECISIONS);
	b->took_ns[b->n++] = ns > b->clock_ns ? (uint32_t)(ns - b->clock_ns) : 0;
}

static int is_less(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The n-th thousandth of the decisions; n 0 begins anew. */
static uint32_t thousandth(struct bench *b, uint32_t n)
{
	qsort(b->took_ns, b->n, sizeof(b->took_ns[0]), is_less);
	return b->took_ns[(uint64_t)b->n * n / 1000];
}

/* Somebody with a random need, before she is in line. */
static struct contact *caller(struct bench *b, uint32_t queue)
{
	struct centre *c = b->centre;
	struct event ev = { .at_ms = b->now_ms,
		.kind = EV_CALL_INCOMING,
		.contact = ++b->last_contact,
		.value = (int32_t)queue - 1 };
	struct contact *k;

	b->out.n = 0;
	contact_offered(c, &ev);
	k = contact_find(c, ev.contact);
	assert(k);
	k->need = (uint8_t)below(b, CLASSES);
	return k;
}

/* As queue_enter, without its music. */
static void into_line(struct bench *b, struct contact *k, uint32_t queue)
{
	struct centre *c = b->centre;

	k->queue = queue;
	k->record.queue = (uint16_t)queue;
	k->record.queued_ms = k->credit_ms = c->now_ms;
	k->credit_seq = ++c->last_seq;
	contact_phase_set(c, k, PHASE_WAITING);
	queue_classify(c, k);
	queue_put(c, k);
	queue_ready(c, k);
}

static void fill(struct bench *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t queue = 1 + below(b, b->plan.n_queues);

		b->centre->now_ms = b->now_ms += i % 16 == 0;
		into_line(b, caller(b, queue), queue);
	}
}

static void gone(struct bench *b, struct contact *k)
{
	b->out.n = 0;
	contact_gone(b->centre, k, END_HUNG_UP);
}

/* Look at every caller. */
static uint32_t scan_callers(const struct centre *c, uint32_t agent)
{
	const struct contact *best = NULL;

	for (uint32_t slot = 1; slot <= c->plan->contacts_max; slot++) {
		const struct contact *k = &c->contact[slot];
		const struct serving *s;

		if (!k->number || k->phase != PHASE_WAITING || !k->ready)
			continue;
		s = agent_serving(c, agent, k->queue);
		if (s && s->signed_in && s->classes >> k->class & 1 &&
			(!best || k->credit_ms < best->credit_ms ||
				(k->credit_ms == best->credit_ms &&
					k->credit_seq < best->credit_seq)))
			best = k;
	}
	return best ? best->number : 0;
}

/* Look at every agent. */
static uint32_t scan_agents(const struct centre *c, const struct contact *k)
{
	uint32_t best = 0;

	for (uint32_t agent = 1; agent <= c->plan->n_agents; agent++) {
		const struct agent *a = &c->agent[agent];
		const struct serving *s = agent_serving(c, agent, k->queue);

		if (a->phase == AGENT_IDLE && s && s->signed_in && s->classes >> k->class & 1 &&
			(!best || a->idle_seq < c->agent[best].idle_seq))
			best = agent;
	}
	return best;
}

/* The agent becomes free; whoever she gets is gone, and may be replaced by another. */
static void agent_comes_to(struct bench *b, uint32_t agent, uint64_t *scan_ns, bool another)
{
	struct centre *c = b->centre;
	uint32_t naive = 0, queue;
	uint64_t from;
	struct contact *k;

	agent_sign(c, agent, 0, true);
	if (scan_ns) {
		from = clock_mono_ns();
		naive = scan_callers(c, agent);
		*scan_ns += clock_mono_ns() - from;
	}
	b->out.n = 0;
	from = clock_mono_ns();
	offer_agent(c, agent);
	took(b, from);
	assert(!scan_ns || naive == (b->out.n ? b->out.item[0].contact : 0));
	k = b->out.n ? contact_find(c, b->out.item[0].contact) : NULL;
	agent_sign(c, agent, 0, false);
	if (!k)
		return;
	queue = k->queue;
	gone(b, k);
	c->now_ms = ++b->now_ms;
	if (another)
		into_line(b, caller(b, queue), queue);
}

static void agent_comes(struct bench *b, uint64_t *scan_ns)
{
	agent_comes_to(b, 1 + below(b, b->plan.n_agents), scan_ns, true);
}

/* One caller comes; whom she gets is free again afterwards, behind all others. */
static void caller_comes(struct bench *b, uint64_t *scan_ns)
{
	struct centre *c = b->centre;
	uint32_t queue = 1 + below(b, b->plan.n_queues), naive = 0, agent;
	struct contact *k = caller(b, queue);
	uint64_t from;

	k->queue = queue;
	queue_classify(c, k);
	if (scan_ns) {
		from = clock_mono_ns();
		naive = scan_agents(c, k);
		*scan_ns += clock_mono_ns() - from;
	}
	b->out.n = 0;
	from = clock_mono_ns();
	into_line(b, k, queue);
	offer_contact(c, k);
	took(b, from);
	agent = k->agent;
	assert(!scan_ns || naive == agent);
	gone(b, k);
	if (!agent)
		return;
	agent_sign(c, agent, 0, false);
	agent_sign(c, agent, 0, true);
	offer_loose(c);
}

static void everybody_signs_in(struct bench *b)
{
	for (uint32_t id = 1; id <= b->plan.n_agents; id++)
		agent_sign(b->centre, id, 0, true);
	b->out.n = 0;
	offer_loose(b->centre);
	assert(!b->out.n);
}

struct figures {
	uint32_t choice, choice_p99, median, p99;
	double scan;
};

/* The choice alone, before anything is done about it: of a caller for a random agent, or of an
 * agent for a random caller. */
static void choose(struct bench *b, bool of_caller)
{
	struct centre *c = b->centre;
	struct serving *in;

	b->n = 0;
	for (int i = 0; i < DECISIONS; i++) {
		uint32_t agent = 1 + below(b, b->plan.n_agents), class = below(b, CLASSES);
		uint32_t queue = 1 + below(b, b->plan.n_queues);
		const void *volatile chosen;
		uint64_t from;

		if (of_caller)
			agent_sign(c, agent, 0, true);
		from = clock_mono_ns();
		if (of_caller)
			chosen = offer_first(c, agent, &in);
		else
			chosen = pool_first(c, queue, class);
		took(b, from);
		(void)chosen;
		if (of_caller)
			agent_sign(c, agent, 0, false);
	}
}

static void repeat(struct bench *b, void (*once)(struct bench *b, uint64_t *scan_ns))
{
	b->n = 0;
	for (int i = 0; i < DECISIONS; i++)
		once(b, NULL);
}

static struct figures measure(
	struct bench *b, bool of_caller, void (*once)(struct bench *b, uint64_t *scan_ns))
{
	struct figures f = { .scan = 0 };
	uint64_t scan_ns = 0;

	choose(b, of_caller);
	f.choice = thousandth(b, 500);
	f.choice_p99 = thousandth(b, 990);
	b->n = 0;
	for (int i = 0; i < SCANS; i++)
		once(b, &scan_ns);
	repeat(b, once);
	f.median = thousandth(b, 500);
	f.p99 = thousandth(b, 990);
	f.scan = (double)scan_ns / SCANS / f.median;
	return f;
}

static void print(const char *what, struct figures f)
{
	printf("  %s %4u ns to choose (p99 %4u), %5u in all (p99 %5u), scan %6.0f times", what,
		f.choice, f.choice_p99, f.median, f.p99, f.scan);
}

/* For agents all callers are ready; for callers those who wait are not, or nobody would be free. */
static void table_row(struct size z)
{
	struct bench *b = bench_new(z);
	struct figures agent, caller_;

	init(b);
	fill(b, z.waiting);
	agent = measure(b, true, agent_comes);
	for (uint32_t slot = b->centre->all.first; slot;
		slot = b->centre->contact[slot].link[LIST_ALL].after)
		queue_unready(b->centre, &b->centre->contact[slot]);
	everybody_signs_in(b);
	caller_ = measure(b, false, caller_comes);
	printf("route: %5u queues %6u agents %7u waiting:", z.queues, z.agents, z.waiting);
	print("agent free", agent);
	print("; caller comes", caller_);
	printf("\n");
	bench_free(b);
}

/* One queue: of all who are free, and of all who wait, only the last fits. */
static void worst(void)
{
	struct size z = { 1, 10000, 100000 };
	struct bench *b = bench_new(z);
	uint32_t last = b->plan.n_members - 1;

	for (uint32_t i = 0; i <= last; i++)
		b->place[i].classes = i == last ? 2 : 1;
	for (uint32_t need = 0; need < CLASSES; need++)
		b->need_class[need] = 1;
	init(b);
	everybody_signs_in(b);
	repeat(b, caller_comes);
	printf("route: one queue, %u free and only the last fits: %u ns, p99 %u\n", last + 1,
		thousandth(b, 500), thousandth(b, 990));
	for (uint32_t agent = 1; agent <= z.agents; agent++)
		agent_sign(b->centre, agent, 0, false);
	for (uint32_t need = 0; need < CLASSES; need++)
		b->need_class[need] = 2; /* nobody's */
	fill(b, z.waiting);
	b->need_class[0] = 0;
	b->n = 0;
	for (int i = 0; i < DECISIONS; i++) {
		struct contact *k = caller(b, 1);

		k->need = 0;
		into_line(b, k, 1);
		agent_comes_to(b, 1 + below(b, z.agents - 1), NULL, false);
	}
	printf("route: one queue, %u waiting and only the last fits: %u ns, p99 %u\n", z.waiting,
		thousandth(b, 500), thousandth(b, 990));
	bench_free(b);
}

static void happen(
	struct bench *b, enum event_kind kind, uint32_t contact, uint32_t attempt, int32_t value)
{
	struct event ev = { .at_ms = b->now_ms,
		.kind = kind,
		.contact = contact,
		.attempt = attempt,
		.value = value };

	centre_step(b->centre, &ev, &b->out);
}

/* A million callers come, are rung for, talk and leave, a hundred a millisecond; with their ticks.
 */
static void million(void)
{
	enum { CALLERS = 1000000 };
	struct size z = { 1000, 10000, 100000 };
	struct bench *b = bench_new(z);
	uint64_t from, n_events = 0;
	size_t bytes;
	double s;

	init(b);
	everybody_signs_in(b);
	from = clock_mono_ns();
	for (uint32_t n = 1; n <= CALLERS; n++) {
		const struct contact *k;

		b->now_ms += n % 100 == 0;
		happen(b, EV_CALL_INCOMING, n, 0, (int32_t)below(b, z.queues));
		happen(b, EV_CALL_ACTIVE, n, 0, 0);
		k = contact_find(b->centre, n);
		happen(b, EV_AGENT_ANSWERED, n, k->ring, 0);
		happen(b, EV_AGENT_LEFT, n, k->ring, 0);
		happen(b, EV_CALL_ENDED, n, 0, END_HUNG_UP);
		n_events += 5;
	}
	s = (double)(clock_mono_ns() - from) / 1e9;
	printf("route: %d contacts' %llu events, 1000 queues and 10000 agents: %.1f s, %.0f ns "
	       "each\n",
		CALLERS, (unsigned long long)n_events, s, s * 1e9 / (double)n_events);
	bytes = sizeof(struct contact) + sizeof(struct tree_node) + sizeof(struct timer) +
		sizeof(uint32_t) + b->centre->bucket_mask * sizeof(uint32_t) / z.waiting;
	assert(bytes < 512);
	printf("route: %zu bytes a waiting call, %zu of them the contact\n", bytes,
		sizeof(struct contact));
	bench_free(b);
}

int main(void)
{
	static const uint32_t queues[] = { 10, 100, 1000 }, agents[] = { 100, 1000, 10000 },
			      waiting[] = { 1000, 10000, 100000 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int q = 0; q < 3; q++)
		for (int a = 0; a < 3; a++)
			for (int w = 0; w < 3; w++)
				table_row((struct size){ queues[q], agents[a], waiting[w] });
	worst();
	million();
	return 0;
}
