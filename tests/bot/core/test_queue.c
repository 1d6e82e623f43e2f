/* Waiting lines: order, limits, positions, and whose turn it is. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define GOES(n) CALL(n) "+5 call-ended contact=" #n " end=hung-up\n"
#define LONE "plan lone\n" CALL(1) "+1 agent-answered contact=1 attempt=4\n"

static const struct trace_row rows[] = {
	{ "nobody serves: said so, then hung up", "plan nobody\n" CALL(1),
		"listen contact=1 attempt=2\nplay contact=1 attempt=3 prompt=14" },
	{ "nobody serves: hung up",
		"plan nobody\n" CALL(1) "+900 play-ended contact=1 attempt=3 end=done",
		"hang-up contact=1 attempt=4" },
	{ "nobody serves: its outcome",
		"plan nobody\n" CALL(1) "+900 play-ended contact=1 attempt=3 end=done\n"
					"+70 call-ended contact=1 end=by-us",
		"outcome contact=1 no_agents_disconnect entry=0 queue=1 offered=1000000 "
		"answered=1000000 ended=1000900 exit=3" },
	{ "full: said so", "plan narrow\n" CALL(1) CALL(2),
		"listen contact=2 attempt=6\nplay contact=2 attempt=7 prompt=13" },
	{ "full: the outcome stands though the caller leaves first",
		"plan narrow\n" CALL(1) CALL(2) "+300 call-ended contact=2 end=hung-up",
		"outcome contact=2 overflow_disconnect entry=0 queue=1 offered=1000000 "
		"answered=1000000 ended=1000300 exit=2" },
	{ "full: room again once an agent has taken one",
		"plan narrow\n" CALL(1) "+5 agent-answered contact=1 attempt=4\n" CALL(2),
		"listen contact=2 attempt=6\n"
		"hold contact=2 attempt=7 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=8 agent=2 queue=1" },
	{ "waited out", LONE CALL(2) "+119999 pass\n+1 pass",
		"stop-play contact=2\nplay contact=2 attempt=9 prompt=12" },
	{ "a prompt for the last that fails is no reason to stay",
		LONE CALL(2) "+120000 pass\n+5 play-ended contact=2 attempt=9 end=failed",
		"hang-up contact=2 attempt=10" },
	{ "nobody serves, and there is no prompt for that", "plan nobody\nagain plain\n" CALL(1),
		"listen contact=1 attempt=2\nhang-up contact=1 attempt=3" },
	{ "no position, only music", "plan plain\n" CALL(1),
		"listen contact=1 attempt=2\nhold contact=1 attempt=3 queue=1 music=10\n"
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "11: the first announcement happens, at once", LONE CALL(2),
		"listen contact=2 attempt=6\n"
		"hold contact=2 attempt=7 queue=1 prompt=11 value=1 music=10" },
	{ "11: an improvement is announced",
		LONE CALL(2) CALL(3) "+9000 call-ended contact=2 end=hung-up\n"
				     "+21000 play-ended contact=3 attempt=10 end=done",
		"hold contact=3 attempt=11 queue=1 prompt=11 value=1 music=10" },
	{ "the next round when the last has ended",
		LONE CALL(2) "+30000 play-ended contact=2 attempt=7 end=done",
		"hold contact=2 attempt=8 queue=1 music=10" },
	{ "a round whose end is never told", LONE CALL(2) "+89999 pass\n+1 pass",
		"hold contact=2 attempt=8 queue=1 music=10" },
	{ "a round that fails at once is not begun at once",
		LONE CALL(2) "+5 play-ended contact=2 attempt=7 end=failed", "" },
	{ "but two seconds after it began",
		LONE CALL(2) "+5 play-ended contact=2 attempt=7 end=failed\n+1994 pass\n+1 pass",
		"hold contact=2 attempt=8 queue=1 music=10" },
	{ "the end of an older round is nothing",
		LONE CALL(2) "+30000 play-ended contact=2 attempt=7 end=done\n"
			     "+5 play-ended contact=2 attempt=7 end=done",
		"" },
	{ "longest idle: the lower of equals, first", "plan direct\n" CALL(1) CALL(2),
		"listen contact=2 attempt=6\n"
		"hold contact=2 attempt=7 queue=1 prompt=11 value=2 music=10\n"
		"ring contact=2 attempt=8 agent=2 queue=1" },
	{ "longest idle: who talked last comes last",
		"plan direct\n" CALL(1) "+5 agent-answered contact=1 attempt=4\n"
					"+5 agent-left contact=1 attempt=4\n+9000 pass\n" CALL(2),
		"listen contact=2 attempt=7\n"
		"hold contact=2 attempt=8 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=9 agent=2 queue=1" },
	{ "longest idle: a withdrawn ring costs nothing",
		"plan direct\n" CALL(1) "+5 call-ended contact=1 end=hung-up\n" CALL(2),
		"listen contact=2 attempt=6\n"
		"hold contact=2 attempt=7 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=8 agent=1 queue=1" },
	{ "round robin: the next, though the first is free again",
		"plan round-robin\n" CALL(1) "+5 call-ended contact=1 end=hung-up\n" CALL(2),
		"listen contact=2 attempt=6\n"
		"hold contact=2 attempt=7 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=8 agent=2 queue=1" },
	{ "round robin: around", "plan round-robin\n" GOES(1) GOES(2) GOES(3) GOES(4) CALL(5),
		"listen contact=5 attempt=18\n"
		"hold contact=5 attempt=19 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=5 attempt=20 agent=1 queue=1" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

static uint32_t who_rings(const struct trace *t)
{
	struct agent_view v;

	centre_agent(t->centre, 0, &v);
	return v.phase == AGENT_RINGING ? v.contact : 0;
}

/* Case 7: 13 wait, and whatever leaves or comes back, it goes in order. */
static void thirteen_in_order(void **state)
{
	struct trace *t = trace_new();
	struct contact_view v;
	char line[80];

	(void)state;
	trace_run(t, "plan patient\n");
	for (int i = 1; i <= 13; i++) {
		snprintf(line, sizeof(line),
			"+0 call-incoming contact=%d entry=0\n+7 call-active contact=%d", i, i);
		trace_run(t, line);
	}
	for (uint32_t i = 1; i <= 13; i++) {
		assert_int_equal(who_rings(t), i);
		assert_true(centre_contact(t->centre, 13, &v));
		assert_int_equal(v.position, 14 - i);
		/* The ring runs out once: the caller keeps the place. */
		trace_run(t, "+20000 pass\n+10000 pass");
		assert_int_equal(who_rings(t), i);
		snprintf(line, sizeof(line), "+0 call-ended contact=%u end=hung-up", i);
		trace_run(t, line);
	}
	trace_free(t);
}

static void queues_show_their_length(void **state)
{
	struct trace *t = trace_new();
	struct queue_view v;

	(void)state;
	trace_run(t, LONE CALL(2) "+50 call-incoming contact=3 entry=0\n+0 call-active contact=3");
	centre_queue(t->centre, 0, &v);
	assert_int_equal(v.n_waiting, 2);
	assert_int_equal(v.oldest_ms, 1000001);
	trace_run(t, "+0 call-ended contact=2 end=hung-up");
	centre_queue(t->centre, 0, &v);
	assert_int_equal(v.n_waiting, 1);
	assert_int_equal(v.oldest_ms, 1000051);
	trace_run(t, "+0 call-ended contact=3 end=hung-up");
	centre_queue(t->centre, 0, &v);
	assert_int_equal(v.n_waiting, 0);
	assert_int_equal(v.oldest_ms, 0);
	trace_free(t);
}

static void strategies_have_names(void **state)
{
	(void)state;
	assert_null(strategy_named("longest"));
	assert_null(strategy_at(1000));
	assert_string_equal(strategy_at(0)->name, "longest-idle");
	assert_int_equal(strategy_number(strategy_named("round-robin")), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(thirteen_in_order),
		cmocka_unit_test(queues_show_their_length),
		cmocka_unit_test(strategies_have_names),
	};

	return cmocka_run_group_tests_name("core queue", tests, NULL, NULL);
}
