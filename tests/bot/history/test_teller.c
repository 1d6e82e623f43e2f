/* Rows told of a centre's steps: of one call by hand, and of wild lives against looking at
 * everybody each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/rng.h"
#include "bot/core/view.h"
#include "bot/history/teller.h"
#include "tests/bot/core/plans.h"

#include <stdlib.h>

enum { CONTACTS = 4000, AGENTS = 16, STEPS = 6000, VISITS = 40 };

struct book {
	struct plans plans;
	void *storage;
	struct centre *centre;
	struct teller *teller;
	struct effects fx;
	uint64_t now_ms, seq;
	uint32_t last_contact;
	/* what was told */
	struct span_told open[AGENTS + 1]; /* by agent; span 0: none */
	uint64_t span_agent[200000];
	struct visit_told visit[CONTACTS + 1][VISITS];
	struct record over[CONTACTS + 1];
	bool is_over[CONTACTS + 1];
	uint64_t wrap_up_ms;
	char story[4096];
	struct text told;
	/* attempts that may be answered */
	struct {
		uint32_t contact, attempt, kind;
	} asked[256];
	size_t n_asked;
};

static void put_contact(void *arg, const struct contact_told *row)
{
	struct book *b = arg;

	assert_false(b->is_over[row->contact]);
	b->over[row->contact] = row->record;
	b->is_over[row->contact] = row->record.outcome && row->record.ended_ms &&
				   !centre_contact(
					   b->centre, row->contact, &(struct contact_view){ 0 });
}

static void put_visit(void *arg, const struct visit_told *row)
{
	struct book *b = arg;

	assert_in_range(row->n, 1, VISITS - 1);
	b->visit[row->contact][row->n] = *row;
}

static void put_span(void *arg, const struct span_told *row)
{
	struct book *b = arg;

	if (row->to_ms) {
		assert_int_equal(b->open[b->span_agent[row->span]].span, row->span);
		assert_true(row->to_ms >= row->from_ms);
		b->open[b->span_agent[row->span]].span = 0;
		return;
	}
	assert_int_equal(b->open[row->agent].span, 0);
	b->open[row->agent] = *row;
	b->span_agent[row->span] = row->agent;
}

static void put_moment(void *arg, const struct moment_told *row)
{
	struct book *b = arg;

	text_add(&b->told, "%s ", moment_name((enum moment_kind)row->kind));
}

static void put_wrap_up(void *arg, uint32_t contact, uint64_t ms)
{
	(void)contact;
	((struct book *)arg)->wrap_up_ms += ms;
}

static void put_code(void *arg, uint32_t contact, uint16_t code)
{
	(void)arg, (void)contact, (void)code;
}

static const struct telling telling = { put_contact, put_visit, put_span, put_moment, put_wrap_up,
	put_code };

static struct book *book_new(const char *plan)
{
	struct book *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	plans_named(&b->plans, plan);
	b->storage = aligned_alloc(16, (centre_bytes(&b->plans.plan) + 15) & ~(size_t)15);
	assert_non_null(b->storage);
	b->centre = centre_init(b->storage, &b->plans.plan);
	b->teller = teller_new(&telling, b);
	b->now_ms = 1000000;
	b->told = TEXT(b->story);
	return b;
}

static void book_free(struct book *b)
{
	teller_free(b->teller);
	free(b->storage);
	free(b);
}

static void remember(struct book *b)
{
	for (size_t i = 0; i < b->fx.n; i++) {
		size_t at = b->n_asked++ % 256;

		b->asked[at].contact = b->fx.item[i].contact;
		b->asked[at].attempt = b->fx.item[i].attempt;
		b->asked[at].kind = b->fx.item[i].kind;
	}
}

static void step(struct book *b, struct event ev)
{
	ev.at_ms = b->now_ms;
	centre_step(b->centre, &ev, &b->fx);
	teller_saw(b->teller, b->centre, &b->plans.plan, ++b->seq, &ev, &b->fx);
	remember(b);
}

static void pass(struct book *b, uint64_t ms)
{
	uint64_t until = b->now_ms + ms;

	while (centre_deadline_ms(b->centre) <= until) {
		uint64_t due = centre_deadline_ms(b->centre);

		b->now_ms = due > b->now_ms ? due : b->now_ms;
		step(b, (struct event){ .kind = EV_TICK });
	}
	b->now_ms = until;
}

static uint32_t asked(const struct book *b, uint32_t kind)
{
	for (size_t i = b->n_asked; i > 0 && i + 256 > b->n_asked; i--)
		if (b->asked[(i - 1) % 256].kind == kind)
			return b->asked[(i - 1) % 256].attempt;
	return 0;
}

static void comes(struct book *b)
{
	step(b, (struct event){ .kind = EV_CALL_INCOMING, .contact = ++b->last_contact });
	step(b, (struct event){ .kind = EV_CALL_ACTIVE, .contact = b->last_contact });
}

/* ---- by hand */

static void one_call(void **state)
{
	struct book *b = book_new("direct");
	const struct visit_told *v = &b->visit[1][1];

	(void)state;
	step(b, (struct event){ .kind = EV_START });
	comes(b);
	pass(b, 3000);
	step(b, (struct event){
			.kind = EV_AGENT_ANSWERED, .contact = 1, .attempt = asked(b, FX_RING) });
	pass(b, 60000);
	step(b, (struct event){ .kind = EV_CALL_ENDED, .contact = 1, .value = END_HUNG_UP });
	pass(b, 10000);
	assert_string_equal(b->story, "came heard queued offered connected over ");
	assert_int_equal(v->end, VISIT_ANSWERED);
	assert_int_equal(v->left_ms - v->entered_ms, 3000);
	assert_int_equal(v->talk_ms, 60000);
	assert_int_equal(v->talk_end_ms, v->left_ms + 60000);
	assert_int_equal(b->wrap_up_ms, 5000);
	assert_int_equal(b->over[1].outcome, OUTCOME_HANDLED);
	book_free(b);
}

/* The queue holds one; the second is let go at once, and its visit is told all the same. */
static void a_full_queue(void **state)
{
	struct book *b = book_new("narrow");

	(void)state;
	b->plans.queue[0].join_needs = STAFF_NONE;
	step(b, (struct event){ .kind = EV_START });
	for (int i = 0; i < 4; i++)
		comes(b); /* two ring, one waits */
	assert_int_equal(b->visit[4][1].end, VISIT_OVERFLOW);
	assert_int_equal(b->visit[4][1].entered_ms, b->visit[4][1].left_ms);
	assert_non_null(strstr(b->story, "refused"));
	book_free(b);
}

/* Full, and on to the next queue in the same step: both are told. */
static void two_queues_in_a_step(void **state)
{
	struct book *b = book_new("pair");

	(void)state;
	b->plans.queue[0].waiting_max = 0;
	b->plans.queue[0].full_prompt = 0;
	b->plans.queue[0].full = (struct plan_target){ TARGET_QUEUE, 1 };
	step(b, (struct event){ .kind = EV_START });
	comes(b);
	step(b, (struct event){ .kind = EV_DIGIT, .contact = 1, .value = '1' });
	assert_int_equal(b->visit[1][1].queue, 1);
	assert_int_equal(b->visit[1][1].end, VISIT_OVERFLOW);
	assert_int_equal(b->visit[1][2].queue, 2);
	assert_int_equal(b->visit[1][2].end, VISIT_WAITS);
	book_free(b);
}

/* ---- wild lives */

/* Below n. */
static uint32_t draw(struct rng *r, uint32_t n)
{
	return (uint32_t)rng_below(r, n);
}

static void random_step(struct book *b, struct rng *r)
{
	static const uint8_t commands[] = { EV_SIGN_IN, EV_SIGN_OUT, EV_PAUSE, EV_RESUME,
		EV_WRAP_UP_MORE, EV_WRAP_UP_DONE, EV_PICK, EV_HOLD, EV_UNHOLD, EV_CONSULT,
		EV_CONSULT_END, EV_CONFERENCE, EV_COMPLETE, EV_TO_AGENT, EV_TO_QUEUE, EV_SUPERVISE,
		EV_TAKE_OVER, EV_PRIORITY, EV_RELEASE, EV_AGENT_PRESENCE };
	size_t n = b->n_asked < 256 ? b->n_asked : 256;
	size_t at = n ? draw(r, (uint32_t)n) : 0;
	struct event ev = { .contact = 1 + draw(r, b->last_contact + 1) };

	if (draw(r, 2) && b->last_contact > 12)
		ev.contact = b->last_contact - draw(r, 12);
	pass(b, draw(r, 4) ? draw(r, 900) : draw(r, 9000));
	switch (draw(r, 8)) {
	case 0:
	case 1:
		if (b->last_contact < CONTACTS)
			comes(b);
		return;
	case 2:
		ev.kind = EV_CALL_ENDED;
		ev.value = END_HUNG_UP;
		break;
	case 3:
		ev.kind = commands[draw(r, ARRAY_LEN(commands))];
		ev.attempt = 1 + draw(r, b->plans.plan.n_agents);
		ev.value = (int32_t)draw(r, 4);
		break;
	case 4:
		ev.kind = EV_DIGIT;
		ev.value = '1' + (int32_t)draw(r, 3);
		break;
	default: /* something of the last effects is answered, one way or another */
		if (!n)
			return;
		ev.contact = b->asked[at].contact;
		ev.attempt = b->asked[at].attempt;
		ev.kind = b->asked[at].kind == FX_RING
				  ? (draw(r, 4) ? EV_AGENT_ANSWERED
						: (draw(r, 2) ? EV_AGENT_FAILED : EV_AGENT_LEFT))
			  : b->asked[at].kind == FX_ASK     ? EV_AGENT_ACCEPTED
			  : b->asked[at].kind == FX_HANG_UP ? EV_CALL_ENDED
							    : EV_PLAY_ENDED;
		ev.value = ev.kind == EV_CALL_ENDED ? END_BY_US : RING_NO_ANSWER;
		break;
	}
	step(b, ev);
}

static enum duty_kind duty_of(const struct agent_view *v)
{
	switch (v->phase) {
	case AGENT_IDLE:
		return v->paused ? DUTY_PAUSED : DUTY_AVAILABLE;
	case AGENT_RINGING:
		return DUTY_RINGING;
	case AGENT_TALKING:
		return v->role == ROLE_SUPERVISE ? DUTY_SUPERVISING : DUTY_TALKING;
	case AGENT_WRAP_UP:
		return DUTY_WRAP_UP;
	case AGENT_BACK_OFF:
		return DUTY_BACK_OFF;
	default:
		return DUTY_OUT;
	}
}

static void judge_agents(const struct book *b)
{
	for (uint32_t i = 0; i < b->plans.plan.n_agents; i++) {
		struct agent_view v;
		enum duty_kind duty;

		centre_agent(b->centre, i, &v);
		duty = duty_of(&v);
		if ((duty == DUTY_OUT) != (b->open[i + 1].span == 0) ||
			(duty != DUTY_OUT && b->open[i + 1].duty != duty))
			fail_msg("step %u: agent %u is %s and was told %s", (unsigned)b->seq, i + 1,
				duty_name(duty),
				b->open[i + 1].span ? duty_name((enum duty_kind)b->open[i + 1].duty)
						    : "nothing");
	}
}

/* The last visit of who is in a queue, or talks, is open; of who is over, none. */
static void judge_visits(const struct book *b)
{
	for (uint32_t c = 1; c <= b->last_contact; c++) {
		struct contact_view k = { .phase = PHASE_FLOW };
		bool there = centre_contact(b->centre, c, &k);
		bool waits = there && (k.phase == PHASE_WAITING || k.phase == PHASE_RINGING);
		unsigned open = 0;

		for (int n = 1; n < VISITS && b->visit[c][n].contact; n++) {
			const struct visit_told *v = &b->visit[c][n];

			if (v->end == VISIT_WAITS ||
				(v->end == VISIT_ANSWERED && !v->talk_end_ms)) {
				open++;
				assert_int_equal(v->queue, k.record.queue);
			}
			assert_true(!v->left_ms || v->left_ms >= v->entered_ms);
		}
		if (open != (waits || (there && k.phase == PHASE_TALKING)))
			fail_msg("step %u: contact %u, phase %d, has %u open visits",
				(unsigned)b->seq, c, there ? (int)k.phase : -1, open);
	}
}

static void wild_lives(void **state)
{
	static const char *const plans[] = { "pair", "direct", "round-robin", "narrow",
		"two-minded" };

	(void)state;
	for (size_t p = 0; p < ARRAY_LEN(plans); p++) {
		struct book *b = book_new(plans[p]);
		struct rng r = { 7 + p };

		b->plans.queue[0].wait_ms_max = 20000;
		b->plans.agent[1].supervisor = true;
		step(b, (struct event){ .kind = EV_START });
		for (int n = 0; n < STEPS / (int)ARRAY_LEN(plans); n++) {
			random_step(b, &r);
			judge_agents(b);
			if (n % 16 == 0)
				judge_visits(b);
		}
		assert_true(b->last_contact > 100);
		book_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_call),
		cmocka_unit_test(a_full_queue),
		cmocka_unit_test(two_queues_in_a_step),
		cmocka_unit_test(wild_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
