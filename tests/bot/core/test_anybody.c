/*
 * Commands are anybody's: with whatever handles and values, at whatever moment, between whatever
 * words about calls and rings, the centre keeps its books. What it asserts of itself is checked
 * at every step; the engagements of agents are looked at here from outside, and a restart on the
 * way and another plan change nothing of that.
 */
#include "bot/base/rng.h"
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { LIVES = 60, STEPS = 4000, RECENT = 8, CALLS = 4, REPLIES = 64 };

/* Attempts that may be answered, and their contacts. */
struct recent {
	uint32_t attempt[RECENT], contact[RECENT], n;
};

struct life {
	struct trace *t;
	struct rng rng;
	struct recent rings, others;
	struct event reply[REPLIES]; /* what Graph and people are about to say, oldest first */
	uint32_t n_replies;
	uint32_t n_contacts;
	uint32_t n_fx[EFFECT_KINDS], n_roles[ROLE_SUPERVISE + 1], n_refused[REFUSALS];
};

static uint32_t pick(struct life *l, uint32_t n)
{
	return (uint32_t)rng_below(&l->rng, n);
}

/* What is mostly said to an effect. */
static void replied(struct life *l, const struct effect *fx)
{
	struct event ev = { .contact = fx->contact, .attempt = fx->attempt };

	if (fx->kind == FX_ANSWER)
		ev.kind = EV_CALL_ACTIVE;
	else if (fx->kind == FX_HANG_UP)
		ev = (struct event){
			.kind = EV_CALL_ENDED, .contact = fx->contact, .value = END_BY_US
		};
	else if (fx->kind == FX_PROBE)
		ev.kind = EV_CALL_PRESENT,
		ev.value = pick(l, 3) ? PRESENT_WITH_AGENT : PRESENT_ACTIVE;
	else if (fx->kind == FX_RING && pick(l, 3))
		ev.kind = EV_AGENT_ANSWERED;
	if (ev.kind && l->n_replies < REPLIES)
		l->reply[l->n_replies++] = ev;
}

static void heard(struct life *l, const struct effects *fx)
{
	for (size_t i = 0; i < fx->n; i++) {
		const struct effect *it = &fx->item[i];
		bool rings = it->kind == FX_RING || it->kind == FX_ASK;
		struct recent *r = rings ? &l->rings : &l->others;

		l->n_fx[it->kind]++;
		replied(l, it);
		l->n_roles[it->role] += rings;
		if (it->kind == FX_REFUSED)
			l->n_refused[it->value]++;
		if (!it->attempt)
			continue;
		r->attempt[r->n % RECENT] = it->attempt;
		r->contact[r->n++ % RECENT] = it->contact;
	}
}

/* One of those in progress; now and then one that is not. */
static uint32_t some_contact(struct life *l)
{
	struct contact_view v = { 0 };

	for (uint32_t n = pick(l, CALLS); n; n--)
		if (!centre_contact_after(l->t->centre, v.contact, &v))
			v.contact = 0;
	if (!v.contact && pick(l, 20))
		centre_contact_after(l->t->centre, 0, &v);
	return v.contact;
}

static const uint8_t commands[] = { EV_SIGN_IN, EV_SIGN_IN, EV_SIGN_OUT, EV_PAUSE, EV_RESUME,
	EV_RESUME, EV_WRAP_UP_MORE, EV_WRAP_UP_DONE, EV_WRAP_UP_DONE, EV_WRAP_UP_CODE, EV_PICK,
	EV_HOLD, EV_UNHOLD, EV_CONSULT, EV_CONSULT, EV_CONSULT_END, EV_CONFERENCE, EV_COMPLETE,
	EV_TO_AGENT, EV_TO_QUEUE, EV_SUPERVISE, EV_SUPERVISE, EV_SUPERVISE, EV_TAKE_OVER,
	EV_PRIORITY, EV_QUEUE_OPEN, EV_QUEUE_OPEN, EV_QUEUE_CLOSE, EV_ANNOUNCE, EV_RELEASE,
	EV_RECORDING_PAUSE, EV_RECORDING_RESUME };
static const uint8_t about_rings[] = { EV_AGENT_ANSWERED, EV_AGENT_ANSWERED, EV_AGENT_ANSWERED,
	EV_AGENT_ANSWERED, EV_AGENT_ANSWERED, EV_AGENT_ANSWERED, EV_AGENT_FAILED, EV_AGENT_LEFT,
	EV_AGENT_ACCEPTED, EV_AGENT_ACCEPTED, EV_HANDED_OVER, EV_EFFECT_FAILED };
static const uint8_t about_others[] = { EV_EFFECT_FAILED, EV_PLAY_ENDED, EV_PLAY_ENDED,
	EV_CALL_PRESENT, EV_CALL_PRESENT, EV_CALL_PRESENT, EV_CALL_ENDED };

static void command(struct life *l, struct event *ev)
{
	struct agent_view a;

	ev->kind = commands[pick(l, sizeof(commands))];
	ev->contact = some_contact(l);
	ev->attempt = 1 + pick(l, l->t->plans[l->t->at].plan.n_agents);
	ev->value = (int32_t)pick(l, 4);
	if (ev->kind == EV_WRAP_UP_CODE && pick(l, 2)) {
		centre_agent(l->t->centre, ev->attempt - 1, &a);
		ev->contact = a.talked_with;
	}
	if (!pick(l, 40))
		ev->value = (int32_t)rng_next(&l->rng);
	if (!pick(l, 40))
		ev->attempt = (uint32_t)rng_next(&l->rng);
}

static void word(struct life *l, struct event *ev, const struct recent *r, uint32_t kind)
{
	uint32_t which = pick(l, RECENT);

	ev->kind = kind;
	ev->contact = r->contact[which];
	ev->attempt = r->attempt[which];
	ev->value = 1 + (int32_t)pick(l, 5);
	if (kind == EV_EFFECT_FAILED && pick(l, 10))
		ev->value = EFFECT_TIMEOUT;
}

static bool is_room(const struct life *l)
{
	struct ledger ledger;

	centre_ledger(l->t->centre, &ledger);
	return ledger.in_progress < CALLS;
}

static void draw(struct life *l, struct event *ev)
{
	uint32_t what = pick(l, 100);

	if (l->n_replies && pick(l, 2)) {
		*ev = l->reply[0];
		memmove(l->reply, l->reply + 1, --l->n_replies * sizeof(*ev));
	} else if (what < 10 && is_room(l)) {
		*ev = (struct event){ .kind = EV_CALL_INCOMING, .contact = ++l->n_contacts };
	} else if (what < 20) {
		ev->kind = EV_TICK;
	} else if (what < 70) {
		command(l, ev);
	} else if (what < 80) {
		word(l, ev, &l->rings, about_rings[pick(l, sizeof(about_rings))]);
	} else if (what < 95) {
		word(l, ev, &l->others, about_others[pick(l, sizeof(about_others))]);
	} else {
		ev->kind = pick(l, 10) ? EV_AGENT_PRESENCE : EV_START;
		ev->attempt = 1 + pick(l, 10);
		ev->value = (int32_t)pick(l, PRESENCES);
	}
}

/* Engaged by a contact that is there, by an attempt nobody shares; free, or for a while not. */
static void check_agent(const struct centre *c, uint32_t index)
{
	bool engaged, rests;
	struct contact_view k;
	struct agent_view a, other;

	centre_agent(c, index, &a);
	engaged = a.phase == AGENT_RINGING || a.phase == AGENT_TALKING;
	rests = a.phase == AGENT_WRAP_UP || a.phase == AGENT_BACK_OFF;
	assert_true(engaged == (a.attempt != 0) && engaged == (a.contact != 0));
	assert_true(rests == (a.until_ms != 0) && a.until_ms != UINT64_MAX);
	if (!engaged)
		return;
	assert_true(centre_contact(c, a.contact, &k));
	assert_true(
		k.phase == PHASE_RINGING || k.phase == PHASE_TALKING || k.phase == PHASE_CALL_BACK);
	if (a.role == ROLE_CONSULT || a.role == ROLE_SUPERVISE)
		assert_true(k.phase == PHASE_TALKING && k.ring_attempt != a.attempt);
	else if (k.phase == PHASE_TALKING)
		assert_true(k.ring_attempt == a.attempt);
	for (uint32_t i = 0; i < index; i++) {
		centre_agent(c, i, &other);
		assert_true(other.attempt != a.attempt);
	}
}

static void step(struct life *l)
{
	static const char *const names[] = { "talk-bosses", "talk-bosses", "talk-without",
		"talk-headless", "talk-survey" };
	struct event ev = { 0 };
	struct effects fx;

	draw(l, &ev);
	ev.at_ms = l->t->now_ms += pick(l, 20) ? pick(l, 300) : pick(l, 10000);
	centre_step(l->t->centre, &ev, &fx);
	heard(l, &fx);
	for (uint32_t i = 0; i < l->t->plans[l->t->at].plan.n_agents; i++)
		check_agent(l->t->centre, i);
	if (!pick(l, 300))
		trace_plan(l->t, names[pick(l, ARRAY_LEN(names))], true);
}

/* Nobody commands any more: everything under way ends by itself. */
static void settle(struct life *l)
{
	struct event ev = { .kind = EV_TICK };
	struct effects fx;
	struct ledger ledger;

	for (int i = 0; i < 100000 && centre_deadline_ms(l->t->centre) != UINT64_MAX; i++) {
		ev.at_ms = centre_deadline_ms(l->t->centre);
		ev.at_ms = l->t->now_ms = ev.at_ms > l->t->now_ms ? ev.at_ms : l->t->now_ms;
		centre_step(l->t->centre, &ev, &fx);
		heard(l, &fx);
	}
	centre_ledger(l->t->centre, &ledger);
	assert_int_equal(ledger.in_progress, 0);
	for (uint32_t i = 0; i < l->t->plans[l->t->at].plan.n_agents; i++)
		check_agent(l->t->centre, i);
}

/* A life in which nothing happens proves nothing. */
static void count(const struct life *l, struct life *sum)
{
	for (int i = 0; i < EFFECT_KINDS; i++)
		sum->n_fx[i] += l->n_fx[i];
	for (int i = 0; i <= ROLE_SUPERVISE; i++)
		sum->n_roles[i] += l->n_roles[i];
	for (int i = 0; i < REFUSALS; i++)
		sum->n_refused[i] += l->n_refused[i];
}

static void check_much_happened(const struct life *sum)
{
	for (int i = 0; i <= ROLE_SUPERVISE; i++)
		assert_true(sum->n_roles[i] > 100);
	for (int i = REFUSED_NOT + 1; i < REFUSED_FULL; i++)
		if (!sum->n_refused[i])
			fail_msg("never refused: %s", refusal_text((enum refusal)i));
	assert_true(sum->n_fx[FX_HEARING] > 1000 && sum->n_fx[FX_CODE] > 10);
}

static void the_books_are_kept(void **state)
{
	struct life sum = { 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= LIVES; seed++) {
		struct life l = { .t = trace_new(), .rng = { seed } };

		trace_plan(l.t, seed % 5 ? "talk-bosses" : "talk-transfer", false);
		for (int i = 0; i < STEPS; i++)
			step(&l);
		settle(&l);
		count(&l, &sum);
		trace_free(l.t);
	}
	printf("# %u rings, %u consultations, %u transfers, %u supervisions, %u refusals\n",
		sum.n_roles[ROLE_OFFER], sum.n_roles[ROLE_CONSULT], sum.n_roles[ROLE_TRANSFER],
		sum.n_roles[ROLE_SUPERVISE], sum.n_fx[FX_REFUSED]);
	check_much_happened(&sum);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_books_are_kept),
	};

	return cmocka_run_group_tests_name("core anybody", tests, NULL, NULL);
}
