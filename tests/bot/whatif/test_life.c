/* The simulation against what is known: Erlang A, Little's law, and itself. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bot/whatif/bands.h"
#include "bot/whatif/erlang.h"
#include "bot/whatif/life.h"

enum { AGENTS = 40, QUANTILES = 500, HOURS = 30, RUNS = 8 };

/* One queue, and agents who answer at once and never wrap up. */
struct house {
	struct plan plan;
	struct plan_queue queue;
	struct plan_agent agent[AGENTS];
	struct plan_flow flow;
	struct plan_step step;
	struct plan_entry entry;
	uint16_t member[AGENTS];
};

static void house_of(struct house *h, uint32_t n_agents)
{
	memset(h, 0, sizeof(*h));
	h->queue = (struct plan_queue){ .key = 100,
		.waiting_max = 1000,
		.announce_ms = 600000,
		.ring_ms = 20000,
		.n_members = n_agents };
	for (uint16_t i = 0; i < AGENTS; i++) {
		h->agent[i] = (struct plan_agent){ .key = 200u + i, .signed_in = true };
		h->member[i] = i;
	}
	h->step = (struct plan_step){ .kind = STEP_QUEUE };
	h->flow = (struct plan_flow){ .key = 300, .n_steps = 1 };
	h->entry = (struct plan_entry){ .key = 400 };
	h->plan = (struct plan){ .queue = &h->queue,
		.agent = h->agent,
		.flow = &h->flow,
		.step = &h->step,
		.entry = &h->entry,
		.member = h->member,
		.n_queues = 1,
		.n_agents = n_agents,
		.n_flows = 1,
		.n_steps = 1,
		.n_entries = 1,
		.n_members = n_agents,
		.contacts_max = 1000,
		.keep_alive_ms = 900000,
		.active_ms_max = 15000,
		.transfer_ms_max = 60000,
		.play_ms_max = 60000,
		.talk_ms_max = 36000000 };
}

static uint32_t quantile_ms(size_t i, double mean_s)
{
	return (uint32_t)(-1000 * mean_s * log(1 - ((double)i + 0.5) / QUANTILES));
}

/* Callers, patience and talk as a formula wants them. */
static void past_of(struct past *p, double per_s, double talk_s, double patience_s)
{
	size_t n = (size_t)(per_s * HOURS * 3600);
	struct queue_past *q;

	past_open(p);
	p->from_ms = 1000000;
	p->to_ms = p->from_ms + HOURS * UINT64_C(3600000) - 1;
	p->caller = calloc(n, sizeof(*p->caller));
	p->n_callers = n;
	for (size_t i = 0; i < n; i++)
		p->caller[i] = (struct caller_past){ .contact = (uint32_t)i + 1,
			.entry = 400,
			.offered_ms = p->from_ms + (uint64_t)((double)i * 1000 / per_s) };
	q = &p->queue[0];
	q->wait = calloc(QUANTILES, sizeof(*q->wait));
	q->talk.ms = calloc(QUANTILES, sizeof(*q->talk.ms));
	q->ring = calloc(1, sizeof(*q->ring));
	q->n_wait = q->talk.n = q->n_handled = QUANTILES;
	q->n_ring = 1;
	for (size_t i = 0; i < QUANTILES; i++) {
		q->wait[i] = (struct wait_seen){ quantile_ms(i, patience_s), true };
		q->talk.ms[i] = quantile_ms(i, talk_s);
	}
	past_close(p);
}

static void near(const char *what, size_t row, double got, double want, double by)
{
	if (!(fabs(got - want) <= by))
		fail_msg("row %zu: %s is %.5f, not %.5f within %.5f", row, what, got, want, by);
}

static void run(const struct plan *plan, const struct past *past, uint64_t seed, struct figures *f)
{
	struct life_conf conf = { plan, past, seed, 20000 };
	struct why why;

	if (life_run(&conf, f, &why) != OK)
		fail_msg("%s", why.text);
}

/* Sums over replications, so that chance is small. */
static void as_erlang_a_says(void **state)
{
	static const struct {
		double per_s, talk_s;
		uint32_t n;
		double patience_s;
	} rows[] = {
		{ 120.0 / 1800, 180, 12, 120 },
		{ 120.0 / 1800, 180, 14, 120 },
		{ 0.1, 300, 30, 60 },
	};
	struct house h;
	struct past p;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct erlang e = erlang_patient(
			rows[i].per_s, rows[i].talk_s, rows[i].n, rows[i].patience_s);
		double offered = 0, left = 0, waited_ms = 0, busy = 0, staffed = 0, line = 0,
		       span = 0;

		house_of(&h, rows[i].n);
		past_of(&p, rows[i].per_s, rows[i].talk_s, rows[i].patience_s);
		for (uint64_t seed = 1; seed <= RUNS; seed++) {
			struct figures f;

			run(&h.plan, &p, seed, &f);
			offered += (double)f.queue[0].offered;
			left += (double)f.queue[0].abandoned;
			waited_ms += (double)f.queue[0].waited_ms;
			busy += (double)f.busy_ms;
			staffed += (double)f.staffed_ms;
			line += (double)f.line_ms;
			span += (double)f.span_ms;
			assert_int_equal(f.queue[0].offered, f.contacts);
			figures_fini(&f);
		}
		near("P(abandon)", i, left / offered, e.abandons, 0.1 * e.abandons);
		near("the wait", i, waited_ms / 1000 / offered, e.wait_s, 0.1 * e.wait_s);
		near("occupancy", i, busy / staffed, e.occupancy, 0.02);
		near("the line", i, line / span, e.waiting, 0.12 * e.waiting);
		/* Little's law, exactly: the line over time is the sum of all waits. */
		near("Little's law", i, line, waited_ms, waited_ms * 1e-9);
		past_fini(&p);
	}
}

static void one_seed_one_life(void **state)
{
	struct figures a, b, c;
	struct house h;
	struct past p;

	(void)state;
	house_of(&h, 12);
	past_of(&p, 0.06, 180, 120);
	run(&h.plan, &p, 5, &a);
	run(&h.plan, &p, 5, &b);
	run(&h.plan, &p, 6, &c);
	assert_memory_equal(a.queue, b.queue, 2 * sizeof(*a.queue));
	assert_memory_not_equal(a.queue, c.queue, 2 * sizeof(*a.queue));
	figures_fini(&a);
	figures_fini(&b);
	figures_fini(&c);
	past_fini(&p);
}

/* The same people under both plans: with one agent more, nobody is worse off by chance. */
static void one_more_agent_helps_in_every_run(void **state)
{
	struct house h, more;
	struct past p;

	(void)state;
	house_of(&h, 12);
	house_of(&more, 13);
	past_of(&p, 0.06, 180, 120);
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct figures a, b;

		run(&h.plan, &p, seed, &a);
		run(&more.plan, &p, seed, &b);
		assert_int_equal(a.contacts, b.contacts);
		assert_true(figures_level(&b.queue[0]) > figures_level(&a.queue[0]));
		assert_true(figures_abandons(&b.queue[0]) < figures_abandons(&a.queue[0]));
		assert_true(figures_asa_s(&b.queue[0]) < figures_asa_s(&a.queue[0]));
		assert_true(figures_occupancy(&b) < figures_occupancy(&a));
		figures_fini(&a);
		figures_fini(&b);
	}
	past_fini(&p);
}

static void duties_are_kept(void **state)
{
	struct duty duty[2] = { { .kind = EV_SIGN_OUT, .agent = 200 },
		{ .kind = EV_SIGN_OUT, .agent = 999 } };
	struct figures f;
	struct house h;
	struct past p;

	(void)state;
	house_of(&h, 1);
	past_of(&p, 0.01, 60, 30);
	duty[0].at_ms = duty[1].at_ms = p.from_ms + 1000;
	p.duty = duty;
	p.n_duties = 2;
	run(&h.plan, &p, 1, &f);
	assert_true(f.staffed_ms <= 1000);
	assert_int_equal(f.queue[0].handled, 0);
	figures_fini(&f);
	p.duty = NULL;
	past_fini(&p);
}

static void bands(void **state)
{
	double value[] = { 9, 1, NAN, 5, 3, 7, 2, 8, 4, 6, 10 }, none[] = { NAN };
	struct band b = band_of(value, 11);

	(void)state;
	assert_true(b.low == 1 && b.middle == 5 && b.high == 9);
	assert_true(isnan(band_of(none, 1).middle));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_erlang_a_says),
		cmocka_unit_test(one_seed_one_life),
		cmocka_unit_test(one_more_agent_helps_in_every_run),
		cmocka_unit_test(duties_are_kept),
		cmocka_unit_test(bands),
	};

	return cmocka_run_group_tests_name("whatif life", tests, NULL, NULL);
}
