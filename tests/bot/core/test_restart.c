/* After a restart: every call is asked about, and goes on from the answer. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define UP "plan direct\n" CALL(1)
#define WAITING "plan lone\n" CALL(1) CALL(2)
#define PRESENT(attempt, as) "+90 call-present contact=1 attempt=" #attempt " presence=" as

static const struct trace_row rows[] = {
	{ "nobody there: nothing to ask", "plan direct\n+0 start", "" },
	{ "every contact is asked about", WAITING "+5 start",
		"probe contact=1 attempt=8\nprobe contact=2 attempt=9" },
	{ "still ringing: answered again",
		"plan direct\n+0 call-incoming contact=1 entry=0\n+5 start\n" PRESENT(2, "ringing"),
		"answer contact=1 attempt=3" },
	{ "and the first answer's failure is nothing",
		"plan direct\n+0 call-incoming contact=1 entry=0\n+5 start\n" PRESENT(
			2, "ringing") "\n+5 effect-failed contact=1 attempt=1 end=refused",
		"" },
	{ "still being established: its deadline stands",
		"plan direct\n+0 call-incoming contact=1 entry=0\n+5 start\n" PRESENT(
			2, "pending") "\n+14905 pass",
		"hang-up contact=1 attempt=3" },
	{ "audible meanwhile: the flow begins",
		"plan menu\n+0 call-incoming contact=1 entry=0\n+5 start\n" PRESENT(2, "active"),
		"listen contact=1 attempt=3\nplay contact=1 attempt=4 prompt=1" },
	{ "in a flow: its prompt anew", "plan menu\n" CALL(1) "+5 start\n" PRESENT(4, "active"),
		"listen contact=1 attempt=5\nplay contact=1 attempt=6 prompt=1" },
	{ "the old prompt's end is nothing then",
		"plan menu\n" CALL(1) "+5 start\n" PRESENT(
			4, "active") "\n+5 play-ended contact=1 attempt=3 end=done",
		"" },
	{ "waiting: a round anew",
		WAITING "+5 start\n+90 call-present contact=2 attempt=9 presence=active",
		"hold contact=2 attempt=10 queue=1 music=10" },
	{ "ringing: a round anew, and the ring goes on", UP "+5 start\n" PRESENT(5, "active"),
		"hold contact=1 attempt=6 queue=1 music=10" },
	{ "a ring in doubt may still be answered",
		UP "+5 start\n" PRESENT(5, "active") "\n+5 agent-answered contact=1 attempt=4",
		"stop-play contact=1\nconnect contact=1 attempt=4 agent=1 queue=1" },
	{ "a ring in doubt that runs out blames nobody",
		UP "+5 start\n" PRESENT(5, "active") "\n+19905 pass",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ring contact=1 attempt=7 agent=1 queue=1" },
	{ "a ring begun since then is not in doubt",
		"plan asks\n" CALL(1) "+5 start\n" PRESENT(
			5, "active") "\n+5 agent-accepted contact=1 attempt=4\n+20000 pass",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ask contact=1 attempt=7 agent=2 queue=1" },
	{ "several rang, and one is with the caller: her own answer tells who",
		"plan all-two\n" CALL(1) "+5 start\n" PRESENT(
			6, "with-agent") "\n+5 agent-answered contact=1 attempt=5",
		"stop-play contact=1\nconnect contact=1 attempt=5 agent=2 queue=1\n"
		"withdraw contact=1 attempt=4 agent=1 queue=1" },
	{ "while nobody knows whether she answered, the ring does not end",
		UP
		"+19900 start\n+100 pass\n+99 call-present contact=1 attempt=5 presence=with-agent",
		"stop-play contact=1\nconnect contact=1 attempt=4 agent=1 queue=1" },
	{ "it ends soon after it is known that she did not",
		UP "+19900 start\n+100 pass\n"
		   "+99 call-present contact=1 attempt=5 presence=active",
		"hold contact=1 attempt=6 queue=1 music=10\n"
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ring contact=1 attempt=7 agent=1 queue=1" },
	{ "an agent nobody can vouch for is for the oldest, not for who had the ring",
		"plan direct\n" CALL(
			1) "+5000 call-incoming contact=2 entry=0\n"
			   "+0 call-active contact=2\n+100 start\n"
			   "+0 call-present contact=2 attempt=10 presence=active\n"
			   "+14800 agent-failed contact=1 attempt=4 end=busy\n+5100 pass",
		"withdraw contact=2 attempt=8 agent=2 queue=1\n"
		"ring contact=1 attempt=13 agent=2 queue=1" },
	{ "answered meanwhile", UP "+5 start\n" PRESENT(5, "with-agent"),
		"stop-play contact=1\nconnect contact=1 attempt=4 agent=1 queue=1" },
	{ "talking still: connected again",
		UP "+5 agent-answered contact=1 attempt=4\n+5 start\n" PRESENT(5, "with-agent"),
		"stop-play contact=1\nconnect contact=1 attempt=4 agent=1 queue=1" },
	{ "the agent left meanwhile",
		UP "+5 agent-answered contact=1 attempt=4\n+5 start\n" PRESENT(5, "active"),
		"hang-up contact=1 attempt=6" },
	{ "closing: hung up again",
		UP "+5 agent-answered contact=1 attempt=4\n"
		   "+5 agent-left contact=1 attempt=4\n+5 start\n" PRESENT(6, "active"),
		"hang-up contact=1 attempt=7" },
	{ "gone meanwhile", UP "+5 start\n+6000 call-ended contact=1 end=gone",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 abandoned_ringing entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1006005" },
	{ "in a transfer: no music in its way",
		"plan transfer\n" CALL(1) "+5 start\n" PRESENT(5, "active"), "" },
	{ "another probe's answer is nothing", UP "+5 start\n" PRESENT(4, "active"), "" },
	{ "a probe's answer said twice is one",
		UP "+5 start\n" PRESENT(5, "active") "\n" PRESENT(5, "active"), "" },
	{ "no answer: asked again", WAITING "+5 start\n+9999 pass\n+1 pass",
		"probe contact=1 attempt=10\nprobe contact=2 attempt=11" },
	{ "never an answer: failed, and hung up in case it lives",
		"plan patient\n" CALL(1) CALL(2) "+5 start\n+49999 pass\n+1 pass",
		"withdraw contact=1 attempt=4 agent=1 queue=1\nhang-up contact=1 attempt=18\n"
		"ring contact=2 attempt=19 agent=1 queue=1\n"
		"withdraw contact=2 attempt=19 agent=1 queue=1\nhang-up contact=2 attempt=20" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

/* More than fits into one step's effects stays due. */
static void a_crowd_is_asked_in_turns(void **state)
{
	struct effects fx;
	struct event ev = { .kind = EV_START };
	struct trace *t = trace_new();
	uint32_t asked = 0;
	char line[80];

	(void)state;
	trace_run(t, "plan crowd\n");
	for (int i = 1; i <= 150; i++) {
		snprintf(line, sizeof(line), "+0 call-incoming contact=%d entry=0", i);
		t->out = TEXT(t->out_room);
		trace_run(t, line);
	}
	ev.at_ms = t->now_ms;
	for (int step = 0; step < 6 && asked < 150; step++) {
		centre_step(t->centre, &ev, &fx);
		for (size_t i = 0; i < fx.n; i++) {
			assert_int_equal(fx.item[i].kind, FX_PROBE);
			assert_int_equal(fx.item[i].contact, ++asked);
		}
		if (asked < 150)
			assert_int_equal(centre_deadline_ms(t->centre), t->now_ms);
		ev.kind = EV_TICK;
	}
	assert_int_equal(asked, 150);
	assert_true(centre_deadline_ms(t->centre) > t->now_ms);
	trace_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(a_crowd_is_asked_in_turns),
	};

	return cmocka_run_group_tests_name("core restart", tests, NULL, NULL);
}
