/* Which conversations are recorded, and when that ends. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define TAPED "plan talk-taped\n" CALL(1) "+5 agent-answered contact=1 attempt=4\n"
#define MET(plan) "plan " plan "\n" CALL(1) "+5 agent-answered contact=1 attempt=4"
#define CONNECT "stop-play contact=1\nconnect contact=1 attempt=4 agent=1 queue=1"
#define TOLD "recording contact=1 attempt=4 agent=1 queue=1 prompt=20 value=1"
#define ON "recording contact=1 attempt=4 agent=1 queue=1 value=1"

static const struct trace_row rows[] = {
	{ "who waits is told", "plan talk-taped\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=20 and=11:1 music=10\n"
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "who is answered before she can have heard it is told then", MET("talk-taped"),
		CONNECT "\n" TOLD },
	{ "who has is recorded from the agent's answer on",
		"plan talk-taped\n" CALL(1) "+10000 agent-answered contact=1 attempt=4",
		CONNECT "\n" ON },
	{ "a round cut short is said again, a whole one is not",
		"plan talk-taped\n" CALL(1) "+2500 play-ended contact=1 attempt=3 end=failed",
		"hold contact=1 attempt=5 queue=1 prompt=20 music=10" },
	{ "told once", "plan talk-taped\n" CALL(1) "+30000 play-ended contact=1 attempt=3 end=done",
		"hold contact=1 attempt=6 queue=1 music=10" },
	{ "who agreed is recorded", MET("talk-agreed"), CONNECT "\n" ON },
	{ "who was not asked is not", MET("talk-unasked"), CONNECT },
	{ "who refused is not", MET("talk-refused"), CONNECT },
	{ "a queue that does not record does not", MET("talk"), CONNECT },
	{ "a pause", TAPED "+5 recording-pause contact=1",
		"recording contact=1 attempt=4 agent=1 queue=1 value=2" },
	{ "a pause twice is one",
		TAPED "+5 recording-pause contact=1\n+5 recording-pause contact=1", "" },
	{ "and goes on", TAPED "+5 recording-pause contact=1\n+5 recording-resume contact=1", ON },
	{ "on is on", TAPED "+5 recording-resume contact=1", "" },
	{ "what is not recorded has no pause", MET("talk") "\n+5 recording-pause contact=1",
		"refused contact=1: the conversation is not recorded" },
	{ "nor who waits", "plan talk-taped\n" CALL(1) "+5 recording-pause contact=1",
		"refused contact=1: the caller talks with nobody" },
	{ "it ends with the agent's leaving", TAPED "+5 agent-left contact=1 attempt=4",
		"hang-up contact=1 attempt=5\nrecording contact=1 attempt=4" },
	{ "and with the call, in its record", TAPED "+5 call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1000010 recorded=1" },
	{ "a warm transfer is recorded on, with whom she talks then",
		TAPED "+5 consult contact=1 agent=3\n+5 agent-answered contact=1 attempt=5\n"
		      "+5 complete contact=1",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hearing contact=1 queue=1 value=1\n"
		"recording contact=1 attempt=4\n"
		"recording contact=1 attempt=5 agent=3 queue=1 value=1" },
	{ "a pause does not outlast the agent it was for",
		TAPED "+5 recording-pause contact=1\n+5 consult contact=1 agent=3\n"
		      "+5 agent-answered contact=1 attempt=5\n+5 complete contact=1\n"
		      "+5 recording-resume contact=1",
		"" },
	{ "sent to another queue, it ends", TAPED "+5 to-queue contact=1 queue=2",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hold contact=1 attempt=5 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=6 agent=2 queue=2\n"
		"recording contact=1 attempt=4" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
	};

	return cmocka_run_group_tests_name("core tape", tests, NULL, NULL);
}
