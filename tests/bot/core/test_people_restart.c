/* Conversations of several after a restart, and under another plan. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define TALK "plan talk\n" CALL(1) "+5 agent-answered contact=1 attempt=4\n"
#define CONSULT TALK "+5 consult contact=1 agent=3\n"
#define ASKED CONSULT "+5 agent-answered contact=1 attempt=5\n"
#define HEARS                                                                                \
	ASKED "+5 supervise contact=1 agent=4 hearing=whisper\n+5 agent-answered contact=1 " \
	      "attempt=6\n"

static const struct trace_row rows[] = {
	{ "after a restart who hears whom is said again",
		HEARS "+5 start\n+90 call-present contact=1 attempt=7 presence=with-agent",
		"stop-play contact=1\n"
		"connect contact=1 attempt=4 agent=1 queue=1\n"
		"hearing contact=1 queue=1 value=4 music=10\n"
		"hearing contact=1 attempt=5 agent=3 queue=1 value=1\n"
		"hearing contact=1 attempt=6 agent=4 queue=1 value=3" },
	{ "who only rings is not",
		CONSULT "+5 start\n+90 call-present contact=1 attempt=6 presence=with-agent",
		"stop-play contact=1\n"
		"connect contact=1 attempt=4 agent=1 queue=1\n"
		"hearing contact=1 queue=1 value=4 music=10" },
	{ "and may still answer",
		CONSULT "+5 start\n+90 call-present contact=1 attempt=6 presence=with-agent\n+5 "
			"agent-answered contact=1 attempt=5",
		"hearing contact=1 attempt=5 agent=3 queue=1 value=1" },
	{ "or rings out",
		CONSULT
		"+5 start\n+90 call-present contact=1 attempt=6 presence=with-agent\n+20000 pass",
		"withdraw contact=1 attempt=5 agent=3 queue=1\n"
		"hearing contact=1 queue=1 value=1" },
	{ "the agent left meanwhile: who was asked has the caller, and is looked for",
		ASKED "+5 start\n+90 call-present contact=1 attempt=6 presence=active",
		"hearing contact=1 queue=1 value=1\n"
		"probe contact=1 attempt=7" },
	{ "she is there",
		ASKED "+5 start\n+90 call-present contact=1 attempt=6 presence=active\n+90 "
		      "call-present contact=1 attempt=7 presence=with-agent",
		"stop-play contact=1\n"
		"connect contact=1 attempt=5 agent=3 queue=1" },
	{ "she is not: over",
		ASKED "+5 start\n+90 call-present contact=1 attempt=6 presence=active\n+90 "
		      "call-present contact=1 attempt=7 presence=active",
		"hang-up contact=1 attempt=8" },
	{ "the agent left while the other rang: the ring goes on, in doubt",
		CONSULT "+5 start\n+90 call-present contact=1 attempt=6 presence=active",
		"hearing contact=1 queue=1 value=1\n"
		"hold contact=1 attempt=7 queue=1 music=10" },
	{ "the call went meanwhile", ASKED "+5 start\n+90 call-ended contact=1 end=gone",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"drop-agent contact=1 attempt=5 agent=3 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1000110 held=100" },
	{ "a transfer goes on",
		TALK "+5 to-agent contact=1 agent=3\n+5 start\n+90 call-present contact=1 "
		     "attempt=7 presence=active",
		"hold contact=1 attempt=8 queue=1 music=10" },
	{ "or is found answered",
		TALK "+5 to-agent contact=1 agent=3\n+5 start\n+90 call-present contact=1 "
		     "attempt=7 presence=with-agent",
		"stop-play contact=1\n"
		"connect contact=1 attempt=6 agent=3 queue=1" },
	{ "another plan: all goes on", ASKED "again talk\n+5 complete contact=1",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hearing contact=1 queue=1 value=1" },
	{ "who is asked is nobody there: she is let go, and the caller is back",
		ASKED "again talk-without\n+0 tick",
		"drop-agent contact=1 attempt=5\n"
		"hearing contact=1 queue=1 value=1" },
	{ "who rings too", CONSULT "again talk-without\n+0 tick",
		"drop-agent contact=1 attempt=5\n"
		"hearing contact=1 queue=1 value=1" },
	{ "a late answer is let go as well",
		CONSULT "again talk-without\n+0 tick\n+5 agent-answered contact=1 attempt=5",
		"drop-agent contact=1 attempt=5" },
	{ "over two plans she is not forgotten",
		ASKED "again talk-without\nagain talk-without\n+0 tick",
		"drop-agent contact=1 attempt=5\n"
		"hearing contact=1 queue=1 value=1" },
	{ "nobody is asked then", ASKED "again talk-without\n+5 complete contact=1",
		"refused contact=1: nobody was asked, or has not answered" },
	{ "a call over meanwhile needs nobody let go",
		ASKED "again talk-without\n+0 tick\n+5 call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1000020 held=5" },
	{ "the agent is nobody there: the others talk on", ASKED "again talk-headless\n+0 tick",
		"" },
	{ "and who was asked may take it",
		HEARS "again talk-headless\n+5 agent-left contact=1 attempt=4",
		"hearing contact=1 queue=1 value=1\n"
		"hearing contact=1 attempt=6 agent=4 queue=1 value=3" },
	{ "a pause is kept", "plan talk\n+5 pause agent=1 reason=7\nagain talk\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=4 agent=2 queue=1" },
	{ "so is where she is signed in",
		"plan talk\n+5 sign-out agent=1 queue=0\nagain talk\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=4 agent=2 queue=1" },
	{ "and how often she did not answer",
		"plan talk\n+0 sign-out agent=2 queue=0\n" CALL(
			1) "+20000 pass\n+10000 pass\nagain talk\n+20000 pass\n+20000 pass",
		"" },
	{ "and the call she may say something of",
		TALK "+5 call-ended contact=1 end=hung-up\nagain talk\n+5 wrap-up-code contact=1 "
		     "agent=1 code=5",
		"code contact=1 agent=1 queue=1 value=5" },
	{ "wrap-up goes on, and was longer",
		TALK "+5 call-ended contact=1 end=hung-up\n+5 wrap-up-more agent=1\nagain talk\n+5 "
		     "wrap-up-more agent=1",
		"refused contact=0 agent=1: the agent does not wrap up, or has had more time "
		"already" },
	{ "a closed queue stays closed", "plan talk\n+5 queue-close queue=1\nagain talk\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hang-up contact=1 attempt=3" },
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

	return cmocka_run_group_tests_name("core people_restart", tests, NULL, NULL);
}
