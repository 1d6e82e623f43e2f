/* What a waiting caller hears, and in which rounds. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define BUSY(plan) "plan " plan "\n" CALL(1) "+0 agent-answered contact=1 attempt=4\n"
#define ROUND(n, attempt) "+30000 play-ended contact=" #n " attempt=" #attempt " end=done\n"

static const struct trace_row rows[] = {
	{ "the first round: the notice, the position, and no message", BUSY("told") CALL(2),
		"listen contact=2 attempt=6\n"
		"hold contact=2 attempt=7 queue=1 prompt=20 and=11:1 music=10" },
	{ "then a message", BUSY("told") CALL(2) ROUND(2, 7),
		"hold contact=2 attempt=8 queue=1 prompt=21 music=10" },
	{ "then the other one", BUSY("told") CALL(2) ROUND(2, 7) ROUND(2, 8),
		"hold contact=2 attempt=9 queue=1 prompt=22 music=10" },
	{ "and around", BUSY("told") CALL(2) ROUND(2, 7) ROUND(2, 8) ROUND(2, 9),
		"hold contact=2 attempt=10 queue=1 prompt=21 music=10" },
	{ "a position beyond the last that is announced", BUSY("told") CALL(2) CALL(3) CALL(4),
		"listen contact=4 attempt=12\n"
		"hold contact=4 attempt=13 queue=1 prompt=20 music=10" },
	{ "until it is not",
		BUSY("told") CALL(2) CALL(3)
			CALL(4) "+9 call-ended contact=2 end=hung-up\n" ROUND(4, 13),
		"hold contact=4 attempt=14 queue=1 prompt=11 value=2 and=21:0 music=10" },
	{ "an announcement comes first, for who comes in",
		BUSY("told") "+0 announce prompt=30 queue=1\n" CALL(2),
		"listen contact=2 attempt=6\n"
		"hold contact=2 attempt=7 queue=1 prompt=30 and=20:0 and=11:1 music=10" },
	{ "and in the next round for who waits",
		BUSY("told") CALL(2) "+0 announce prompt=30 queue=1\n" ROUND(2, 7),
		"hold contact=2 attempt=8 queue=1 prompt=30 and=21:0 music=10" },
	{ "once", BUSY("told") CALL(2) "+0 announce prompt=30 queue=1\n" ROUND(2, 7) ROUND(2, 8),
		"hold contact=2 attempt=9 queue=1 prompt=22 music=10" },
	{ "another one is said too",
		BUSY("told") CALL(2) "+0 announce prompt=30 queue=1\n" ROUND(
			2, 7) "+0 announce prompt=31 queue=1\n" ROUND(2, 8),
		"hold contact=2 attempt=9 queue=1 prompt=31 and=22:0 music=10" },
	{ "one that is over is not",
		BUSY("told")
			CALL(2) "+0 announce prompt=30 queue=1\n+0 announce queue=1\n" ROUND(2, 7),
		"hold contact=2 attempt=8 queue=1 prompt=21 music=10" },
	{ "what was told of one queue is told of the next",
		BUSY("exits") CALL(2) CALL(3) CALL(4) "+7000 digit contact=2 digit=2\n"
						      "+0 digit contact=3 digit=2",
		"stop-play contact=3\n"
		"hold contact=3 attempt=16 queue=2 prompt=11 value=2 music=10" },
	{ "10: whatever plays, an answer connects in the same step",
		"plan told\n" CALL(1) "+1 agent-answered contact=1 attempt=4",
		"stop-play contact=1\n"
		"connect contact=1 attempt=4 agent=1 queue=1\n"
		"recording contact=1 attempt=4 agent=1 queue=1 prompt=20 value=1" },
	{ "11: never a worse position, though somebody with a better place came back",
		BUSY("exits") "+0 call-incoming contact=2 entry=0\n"
			      "+0 caller contact=2 ref=a0000000-0000-0000-0000-000000000001\n"
			      "+0 call-active contact=2\n" CALL(
				      3) "+9 call-ended contact=2 end=gone\n" ROUND(3,
				      10) "+0 call-incoming contact=4 entry=0\n"
					  "+0 caller contact=4 "
					  "ref=a0000000-0000-0000-0000-000000000001\n"
					  "+0 call-active contact=4\n" ROUND(3, 11),
		"hold contact=3 attempt=15 queue=1 music=10" },
	{ "no estimate before there is anything to know", BUSY("promised") CALL(2),
		"listen contact=2 attempt=6\n"
		"hold contact=2 attempt=7 queue=1 music=10" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

/* A queue with one agent, and the callers of a day. */
struct day {
	struct trace *t;
	uint32_t last;
};

static void say(struct day *d, const char *format, unsigned a, unsigned b)
{
	char line[200];

	d->t->out = TEXT(d->t->out_room);
	snprintf(line, sizeof(line), format, a, b);
	trace_run(d->t, line);
	assert_string_equal(d->t->error, "");
}

static uint32_t comes(struct day *d)
{
	say(d, "+0 call-incoming contact=%u entry=0\n+0 call-active contact=%u", d->last + 1,
		d->last + 1);
	return ++d->last;
}

static void is_answered(struct day *d, uint32_t contact)
{
	struct contact_view v;

	assert_true(centre_contact(d->t->centre, contact, &v));
	assert_int_equal(v.phase, PHASE_RINGING);
	say(d, "+0 agent-answered contact=%u attempt=%u", contact, v.ring_attempt);
}

/* The agent talks with `with` for so long, wraps up, and takes `next`. */
static void talks(struct day *d, uint32_t with, unsigned ms, uint32_t next)
{
	say(d, "+%u call-ended contact=%u end=hung-up\n+5000 pass", ms, with);
	is_answered(d, next);
}

/* n callers, one after another while one talks; every fifth talk is longer. Who talks last. */
static uint32_t so_many(struct day *d, int n, unsigned ms, unsigned long_ms)
{
	uint32_t with = comes(d), next;

	is_answered(d, with);
	for (int i = 0; i < n; i++) {
		next = comes(d);
		talks(d, with, i % 5 == 4 ? long_ms : ms, next);
		with = next;
	}
	return with;
}

static uint32_t morning(struct day *d, unsigned ms, unsigned long_ms)
{
	return so_many(d, 25, ms, long_ms);
}

static const char *heard(struct day *d)
{
	const char *at = strstr(d->t->last_room, "hold ");

	return at ? at : "";
}

static void a_kept_promise_is_made_again(void **state)
{
	struct day d = { trace_new(), 0 };
	struct contact_view v;
	struct queue_view q;
	uint32_t with, second, third;

	(void)state;
	say(&d, "plan promised", 0, 0);
	with = morning(&d, 45000, 240000);
	/* 4 * 50 s and 245 s make 89 s on average; four in five wait 142 s. */
	second = comes(&d);
	assert_non_null(strstr(heard(&d), "prompt=23 value=3"));
	assert_true(centre_contact(d.t->centre, second, &v));
	assert_int_equal(v.record.promised_s, 180);
	assert_int_equal(v.record.promised_ms, d.t->now_ms);
	third = comes(&d);
	assert_non_null(strstr(heard(&d), "prompt=23 value=5"));
	centre_queue(d.t->centre, 0, &q);
	assert_true(q.told);
	assert_in_range(q.estimate_s, 300, 420);
	talks(&d, with, 45000, second);
	/* What is less than before is told, what is not is not. */
	say(&d, "+90000 pass", 0, 0);
	assert_non_null(strstr(heard(&d), "prompt=23 value=3"));
	say(&d, "+90000 pass", 0, 0);
	assert_non_null(strstr(heard(&d), "music=10"));
	assert_null(strstr(heard(&d), "prompt="));
	assert_true(centre_contact(d.t->centre, third, &v));
	assert_int_equal(v.record.promised_s, 300);
	trace_free(d.t);
}

static void a_broken_promise_is_not(void **state)
{
	struct day d = { trace_new(), 0 };
	struct queue_view q;
	unsigned ms;

	(void)state;
	say(&d, "plan promised", 0, 0);
	(void)morning(&d, 45000, 240000);
	ms = 200000;
	for (int i = 0; i < 30; i++, ms += ms / 4) { /* slower and slower */
		uint32_t next = comes(&d);

		talks(&d, next - 1, ms < 3500000 ? ms : 3500000, next);
	}
	comes(&d);
	assert_null(strstr(heard(&d), "prompt=23"));
	assert_null(strstr(heard(&d), "prompt=24"));
	centre_queue(d.t->centre, 0, &q);
	assert_false(q.told);
	trace_free(d.t);
}

/* Who is paused is nobody to reckon with: it is as if the other were alone. */
static void an_agent_in_a_pause_serves_nobody(void **state)
{
	struct day d = { trace_new(), 0 };

	(void)state;
	say(&d, "plan promised-pair\n+0 pause agent=2 reason=1", 0, 0);
	(void)morning(&d, 45000, 240000);
	comes(&d);
	assert_non_null(strstr(heard(&d), "prompt=23 value=3"));
	trace_free(d.t);
}

/* Whether the queue would tell who comes now. */
static bool is_told(struct day *d)
{
	struct queue_view q;

	centre_queue(d->t->centre, 0, &q);
	return q.told;
}

static void few_prove_nothing(void **state)
{
	struct day d = { trace_new(), 0 };
	struct queue_view q;

	(void)state;
	say(&d, "plan promised", 0, 0);
	(void)so_many(&d, 9, 45000, 240000);
	centre_queue(d.t->centre, 0, &q);
	assert_int_equal(q.estimate_s, 0);
	assert_false(q.told);
	trace_free(d.t);
}

/* Who is always served sooner is told too much: the estimate is of another world. */
static void a_promise_always_kept_is_too_long(void **state)
{
	struct day d = { trace_new(), 0 };

	(void)state;
	say(&d, "plan promised", 0, 0);
	(void)so_many(&d, 40, 45000, 45000);
	assert_false(is_told(&d));
	trace_free(d.t);
}

/* Who gave up after more than was foreseen is a promise broken; who did before is none. */
static void giving_up_in_vain_counts(void **state)
{
	struct day d = { trace_new(), 0 };

	(void)state;
	say(&d, "plan promised", 0, 0);
	(void)morning(&d, 45000, 240000);
	for (int i = 0; i < 12; i++) {
		comes(&d);
		say(&d, "+30000 call-ended contact=%u end=hung-up", d.last, 0);
	}
	assert_true(is_told(&d));
	for (int i = 0; i < 12; i++) {
		comes(&d);
		say(&d, "+200000 call-ended contact=%u end=hung-up", d.last, 0);
	}
	assert_false(is_told(&d));
	trace_free(d.t);
}

/* Where callers give up, those behind them wait less. */
static void impatience_shortens_the_line(void **state)
{
	struct day d = { trace_new(), 0 };
	struct queue_view before, after;

	(void)state;
	say(&d, "plan promised", 0, 0);
	(void)morning(&d, 45000, 240000);
	for (int i = 0; i < 9; i++)
		comes(&d);
	centre_queue(d.t->centre, 0, &before);
	for (uint32_t k = d.last - 8; k < d.last; k++)
		say(&d, "+1000 call-ended contact=%u end=hung-up", k, 0);
	for (int i = 0; i < 8; i++)
		comes(&d);
	centre_queue(d.t->centre, 0, &after);
	assert_int_equal(before.n_waiting, after.n_waiting);
	assert_in_range(after.estimate_s, before.estimate_s / 4, before.estimate_s * 9 / 10);
	trace_free(d.t);
}

static void nobody_serves_nothing_is_told(void **state)
{
	struct day d = { trace_new(), 0 };
	struct queue_view q;

	(void)state;
	say(&d, "plan promised", 0, 0);
	(void)morning(&d, 45000, 240000);
	centre_queue(d.t->centre, 0, &q);
	assert_int_equal(q.n_staff[STAFF_ACTIVE], 1);
	assert_true(q.estimate_s > 0);
	say(&d, "+0 pause agent=1 reason=2", 0, 0);
	comes(&d);
	assert_null(strstr(heard(&d), "prompt=23"));
	centre_queue(d.t->centre, 0, &q);
	assert_int_equal(q.n_staff[STAFF_SIGNED_IN], 1);
	assert_int_equal(q.n_staff[STAFF_ACTIVE], 0);
	assert_int_equal(q.estimate_s, 0);
	trace_free(d.t);
}

static void longer_than_anybody_promises(void **state)
{
	struct day d = { trace_new(), 0 };
	struct contact_view v;

	(void)state;
	say(&d, "plan promised", 0, 0);
	(void)morning(&d, 900000, 4000000);
	comes(&d);
	comes(&d);
	assert_non_null(strstr(heard(&d), "prompt=24 value=30"));
	assert_true(centre_contact(d.t->centre, d.last, &v));
	assert_int_equal(v.record.promised_s, 0);
	trace_free(d.t);
}

static void a_queue_keeps_its_facts(void **state)
{
	struct day d = { trace_new(), 0 };
	struct queue_view q;
	uint32_t with, gone;

	(void)state;
	say(&d, "plan promised", 0, 0);
	with = comes(&d);
	is_answered(&d, with); /* at once */
	gone = comes(&d);
	say(&d, "+4999 call-ended contact=%u end=hung-up", gone, 0);
	gone = comes(&d);
	say(&d, "+5000 call-ended contact=%u end=hung-up", gone, 0);
	talks(&d, with, 15001, comes(&d)); /* 20.001 s with wrap-up */
	with = d.last;
	talks(&d, with, 15000, comes(&d)); /* 20 s */
	say(&d, "+9 call-ended contact=%u end=hung-up", d.last, 0);
	centre_queue(d.t->centre, 0, &q);
	assert_int_equal(q.n_handled, 3);
	assert_int_equal(q.n_within, 2);
	assert_int_equal(q.n_abandoned, 1);
	assert_int_equal(q.n_abandoned_short, 1);
	trace_free(d.t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(a_kept_promise_is_made_again),
		cmocka_unit_test(a_broken_promise_is_not),
		cmocka_unit_test(an_agent_in_a_pause_serves_nobody),
		cmocka_unit_test(few_prove_nothing),
		cmocka_unit_test(a_promise_always_kept_is_too_long),
		cmocka_unit_test(giving_up_in_vain_counts),
		cmocka_unit_test(impatience_shortens_the_line),
		cmocka_unit_test(nobody_serves_nothing_is_told),
		cmocka_unit_test(longer_than_anybody_promises),
		cmocka_unit_test(a_queue_keeps_its_facts),
	};

	return cmocka_run_group_tests_name("core hold", tests, NULL, NULL);
}
