/* Steps that set, compare, look at the clock or ask for an opinion; and circles. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define UP(plan) "plan " plan "\n+0 call-incoming contact=1 entry=0\n+0 call-active contact=1\n"
#define DIGIT(d) "+10 digit contact=1 digit=" d "\n"
#define PLAY(attempt, prompt) "play contact=1 attempt=" attempt " prompt=" prompt
#define LISTEN "listen contact=1 attempt=2\n"
#define ENDED "+10 call-ended contact=1 end=by-us"

#define TALK UP("asked-after") "+10 agent-answered contact=1 attempt=4\n"
#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define HOP UP("hop") CALL(2) CALL(3)
#define LEFT_BY_AGENT TALK "+10 agent-left contact=1 attempt=4\n"
#define HANDLED                                                                       \
	"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 " \
	"answered=1000000 queued=1000000 connected=1000010 ended="

static const struct trace_row rows[] = {
	{ "set: the language is heard from then on", UP("set"),
		LISTEN "hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10 language=1\n"
		       "ring contact=1 attempt=4 agent=1 queue=1" },
	{ "set: the priority is the caller's", UP("set") "+10 call-ended contact=1 end=hung-up",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 abandoned_short entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1000010 priority=1 language=1" },
	{ "set: what is out of range changes nothing", UP("set-nothing"), LISTEN PLAY("3", "6") },
	{ "set: nor anything in the record",
		UP("set-nothing") "+10 call-ended contact=1 end=hung-up",
		"outcome contact=1 abandoned_in_ivr entry=0 offered=1000000 answered=1000000 "
		"ended=1000010" },
	{ "branch: is", UP("branch 0 5"), LISTEN PLAY("3", "4") " language=1" },
	{ "branch: is, and is not", UP("branch 0 6"), LISTEN PLAY("3", "6") " language=1" },
	{ "branch: is not", UP("branch 1 6"), LISTEN PLAY("3", "4") " language=1" },
	{ "branch: is not, and is", UP("branch 1 5"), LISTEN PLAY("3", "6") " language=1" },
	{ "branch: below", UP("branch 2 6"), LISTEN PLAY("3", "4") " language=1" },
	{ "branch: below, and is the same", UP("branch 2 5"), LISTEN PLAY("3", "6") " language=1" },
	{ "branch: above", UP("branch 3 4"), LISTEN PLAY("3", "4") " language=1" },
	{ "branch: above, and is the same", UP("branch 3 5"), LISTEN PLAY("3", "6") " language=1" },
	{ "branch: language", UP("speaks 1"), LISTEN PLAY("3", "4") " language=1" },
	{ "branch: another language", UP("speaks 0"), LISTEN PLAY("3", "6") " language=1" },
	{ "the entry's language", UP("german"), LISTEN PLAY("3", "1") " language=1" },
	{ "and in the queue",
		UP("german") "+10 digit contact=1 digit=1\n+10 play-ended contact=1 attempt=3 "
			     "end=done",
		"hold contact=1 attempt=4 queue=1 prompt=11 value=1 music=10 language=1\n"
		"ring contact=1 attempt=5 agent=1 queue=1" },
	{ "hours: open", UP("hours"), LISTEN PLAY("3", "6") },
	{ "hours: closed from the very minute on",
		"plan hours\n+20000 call-incoming contact=1 entry=0\n+0 call-active contact=1\n",
		LISTEN PLAY("3", "4") },
	{ "hours: open until then",
		"plan hours\n+19999 call-incoming contact=1 entry=0\n+0 call-active contact=1\n",
		LISTEN PLAY("3", "6") },
	{ "hours: a holiday beats the week", UP("holiday"), LISTEN PLAY("3", "5") },
	{ "hours: a holiday without a way of its own is closed", UP("holiday-plain"),
		LISTEN PLAY("3", "4") },
	{ "survey: asked", UP("survey"), LISTEN PLAY("3", "2") },
	{ "survey: an answer leads on", UP("survey") DIGIT("5"),
		"stop-play contact=1\n" PLAY("4", "7") },
	{ "survey: a digit too high is asked again", UP("survey") DIGIT("6"),
		"stop-play contact=1\n" PLAY("4", "3") },
	{ "survey: no digit below one", UP("survey") DIGIT("0"),
		"stop-play contact=1\n" PLAY("4", "3") },
	{ "survey: no other key", UP("survey") DIGIT("#"), "stop-play contact=1\n" PLAY("4", "3") },
	{ "survey: who does not answer goes on", UP("survey") DIGIT("5") DIGIT("1"),
		"stop-play contact=1\n" PLAY("5", "6") },
	{ "survey: nor does silence keep anybody",
		UP("survey") DIGIT("5") "+10 play-ended contact=1 attempt=4 end=done\n+4000 pass",
		PLAY("5", "6") },
	{ "survey: the answers are in the record",
		UP("survey") DIGIT("5") DIGIT("2") "+10 call-ended contact=1 end=hung-up",
		"outcome contact=1 abandoned_in_ivr entry=0 offered=1000000 answered=1000000 "
		"ended=1000030 answer=5 answer=2" },
	{ "case 13: from the queue to a menu and back, the place is kept",
		HOP "+10000 digit contact=2 digit=1\n+500 digit contact=2 digit=1\n"
		    "+10 call-ended contact=1 end=hung-up",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 abandoned_ringing entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1010510\n"
		"ring contact=2 attempt=12 agent=1 queue=1" },
	{ "case 13: who is at the menu is not served",
		HOP "+10000 digit contact=2 digit=1\n+10 call-ended contact=1 end=hung-up",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 abandoned_ringing entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1010010\n"
		"ring contact=3 attempt=11 agent=1 queue=1" },
	{ "after the talk: who is left by the agent is asked", LEFT_BY_AGENT, PLAY("5", "2") },
	{ "after the talk: who leaves the agent is not",
		TALK "+10 call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n" HANDLED "1000020" },
	{ "after the talk: the answer is in the record, and the call was handled",
		LEFT_BY_AGENT DIGIT("5") "+10 call-ended contact=1 end=hung-up",
		"withdraw contact=1 attempt=7 agent=2 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=2 offered=1000000 "
		"answered=1000000 queued=1000030 connected=1000010 ended=1000040 answer=5 "
		"left=1000020" },
	{ "after the talk: hung up on the question, it was handled all the same",
		LEFT_BY_AGENT "+10 call-ended contact=1 end=hung-up",
		HANDLED "1000030 left=1000020" },
	{ "after the talk: also where the call is lost then",
		LEFT_BY_AGENT "+10 call-ended contact=1 end=failed",
		HANDLED "1000030 left=1000020" },
	{ "a circle of flows ends as failed", UP("circle"), LISTEN "hang-up contact=1 attempt=3" },
	{ "clearly", UP("circle") ENDED,
		"outcome contact=1 failed entry=0 offered=1000000 answered=1000000 ended=1000000" },
	{ "a circle that does something does it in turns, and ends too",
		UP("circling") "+0 pass\n" ENDED,
		"outcome contact=1 failed entry=0 offered=1000000 answered=1000000 ended=1000000" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

/* Seventy lookups that nobody waits for fit into no event: they come in turns, in one moment. */
static void more_than_fits_is_done_in_the_next(void **state)
{
	struct event ev = { .kind = EV_CALL_ACTIVE, .contact = 1 };
	struct trace *t = trace_new();
	uint32_t lookups = 0, holds = 0;
	struct effects fx;

	(void)state;
	trace_run(t, "plan crossing\n+0 call-incoming contact=1 entry=0\n");
	ev.at_ms = t->now_ms;
	for (int step = 0; step < 4 && !holds; step++) {
		centre_step(t->centre, &ev, &fx);
		for (size_t i = 0; i < fx.n; i++) {
			lookups += fx.item[i].kind == FX_LOOKUP;
			holds += fx.item[i].kind == FX_HOLD;
		}
		if (!holds)
			assert_int_equal(centre_deadline_ms(t->centre), t->now_ms);
		ev.kind = EV_TICK;
	}
	assert_int_equal(lookups, 70);
	assert_int_equal(holds, 1);
	trace_free(t);
}

/* Only what happens in one moment is a circle. */
static void going_round_takes_time(void **state)
{
	struct trace *t = trace_new();

	(void)state;
	trace_run(t, UP("round"));
	for (int i = 0; i < 100; i++) {
		t->out = TEXT(t->out_room);
		trace_run(t, DIGIT("1"));
		assert_string_equal(t->last_room, "");
	}
	trace_run(t, DIGIT("2"));
	assert_non_null(strstr(t->last_room, "hold contact=1"));
	trace_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(going_round_takes_time),
		cmocka_unit_test(more_than_fits_is_done_in_the_next),
	};

	return cmocka_run_group_tests_name("core steps", tests, NULL, NULL);
}
