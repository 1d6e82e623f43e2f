/* Supervisors in the conversations of others. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define UP "plan talk\n" CALL(1)
#define TALK UP "+5 agent-answered contact=1 attempt=4\n"
#define ASKED TALK "+5 supervise contact=1 agent=4 hearing=listen\n"
#define HEARS ASKED "+5 agent-answered contact=1 attempt=5\n"
#define CONSULTED HEARS "+5 consult contact=1 agent=3\n+5 agent-answered contact=1 attempt=6\n"
#define BOSSES "plan talk-bosses\n" CALL(1) "+5 agent-answered contact=1 attempt=4\n"

static const struct trace_row rows[] = {
	{ "listens: rung first", TALK "+5 supervise contact=1 agent=4 hearing=listen",
		"ring contact=1 attempt=5 agent=4 queue=1 role=3" },
	{ "and hears from her answer on", ASKED "+5 agent-answered contact=1 attempt=5",
		"hearing contact=1 attempt=5 agent=4 queue=1 value=2" },
	{ "answered twice is answered", HEARS "+5 agent-answered contact=1 attempt=5", "" },
	{ "nothing is said of who only rings",
		ASKED "+5 supervise contact=1 agent=4 hearing=whisper", "" },
	{ "she changed her mind while it rang",
		ASKED "+5 supervise contact=1 agent=4 hearing=whisper\n+5 agent-answered contact=1 "
		      "attempt=5",
		"hearing contact=1 attempt=5 agent=4 queue=1 value=3" },
	{ "whispers", HEARS "+5 supervise contact=1 agent=4 hearing=whisper",
		"hearing contact=1 attempt=5 agent=4 queue=1 value=3" },
	{ "barges in", HEARS "+5 supervise contact=1 agent=4 hearing=all",
		"hearing contact=1 attempt=5 agent=4 queue=1 value=1" },
	{ "the same again is nothing", HEARS "+5 supervise contact=1 agent=4 hearing=listen", "" },
	{ "leaves by command", HEARS "+5 supervise contact=1 agent=4 hearing=nothing",
		"drop-agent contact=1 attempt=5 agent=4 queue=1" },
	{ "withdrawn by command", ASKED "+5 supervise contact=1 agent=4 hearing=nothing",
		"withdraw contact=1 attempt=5 agent=4 queue=1" },
	{ "leaves by herself: nothing else changes", HEARS "+5 agent-left contact=1 attempt=5",
		"" },
	{ "rings out: nothing else changes", ASKED "+20000 pass",
		"withdraw contact=1 attempt=5 agent=4 queue=1" },
	{ "declines: nothing else changes",
		ASKED "+5 agent-failed contact=1 attempt=5 end=rejected", "" },
	{ "and is free at once",
		HEARS
		"+5 agent-left contact=1 attempt=5\n+5 supervise contact=1 agent=4 hearing=listen",
		"ring contact=1 attempt=6 agent=4 queue=1 role=3" },
	{ "nobody by number", TALK "+5 supervise contact=1 agent=5 hearing=listen",
		"refused contact=1: no such agent" },
	{ "no supervisor", TALK "+5 supervise contact=1 agent=3 hearing=listen",
		"refused contact=1 agent=3: not a supervisor" },
	{ "nobody talks", UP "+5 supervise contact=1 agent=4 hearing=listen",
		"refused contact=1 agent=4: the caller talks with nobody" },
	{ "nobody there", UP "+5 supervise contact=2 agent=4 hearing=listen",
		"refused contact=2 agent=4: no such contact in progress" },
	{ "the call is a transfer",
		"plan talk-transfer\n" CALL(1) "+5 supervise contact=1 agent=4 hearing=listen",
		"refused contact=1 agent=4: the call is with the agent alone: hand_off is "
		"transfer" },
	{ "music is nothing to supervise by", TALK "+5 supervise contact=1 agent=4 hearing=music",
		"refused contact=1 agent=4: the value is out of range" },
	{ "nor is a number of no meaning", TALK "+5 supervise contact=1 agent=4 hearing=9",
		"refused contact=1 agent=4: the value is out of range" },
	{ "who is not there does not leave", TALK "+5 supervise contact=1 agent=4 hearing=nothing",
		"refused contact=1 agent=4: the agent is not in that call" },
	{ "a supervisor who is asked is not free",
		TALK "+5 consult contact=1 agent=4\n+5 supervise contact=1 agent=4 hearing=listen",
		"refused contact=1 agent=4: the agent is not free" },
	{ "who hears one call does not hear another",
		HEARS CALL(2) "+5 agent-answered contact=2 attempt=9\n+5 supervise contact=2 "
			      "agent=4 hearing=listen",
		"refused contact=2 agent=4: the agent is not free" },
	{ "nor is offered one", HEARS "+5 sign-in agent=4 queue=0\n" CALL(2),
		"listen contact=2 attempt=7\n"
		"hold contact=2 attempt=8 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=9 agent=2 queue=1" },
	{ "the conversation ends: she is let go", HEARS "+5 agent-left contact=1 attempt=4",
		"drop-agent contact=1 attempt=5 agent=4 queue=1\n"
		"hang-up contact=1 attempt=6" },
	{ "the caller ends it while she rings", ASKED "+5 call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"withdraw contact=1 attempt=5 agent=4 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1000015" },
	{ "and she does not wrap up",
		HEARS "+5 call-ended contact=1 end=hung-up\n" CALL(
			2) "+5 agent-answered contact=2 attempt=9\n+5 supervise contact=2 agent=4 "
			   "hearing=listen",
		"ring contact=2 attempt=10 agent=4 queue=1 role=3" },
	{ "two supervisors",
		BOSSES "+5 supervise contact=1 agent=4 hearing=listen\n+5 supervise contact=1 "
		       "agent=5 hearing=whisper\n+5 agent-answered contact=1 attempt=6",
		"hearing contact=1 attempt=6 agent=5 queue=1 value=3" },
	{ "both are let go",
		BOSSES "+5 supervise contact=1 agent=4 hearing=listen\n+5 supervise contact=1 "
		       "agent=5 hearing=whisper\n+5 agent-answered contact=1 attempt=6\n+5 "
		       "call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"withdraw contact=1 attempt=5 agent=4 queue=1\n"
		"drop-agent contact=1 attempt=6 agent=5 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1000025" },
	{ "there is a limit",
		BOSSES "+5 supervise contact=1 agent=3 hearing=listen\n+0 supervise contact=1 "
		       "agent=4 hearing=listen\n+0 supervise contact=1 agent=5 hearing=listen\n+0 "
		       "supervise contact=1 agent=6 hearing=listen\n+0 supervise contact=1 agent=7 "
		       "hearing=listen\n+0 supervise contact=1 agent=8 hearing=listen",
		"refused contact=1 agent=8: no more people fit into that call" },
	{ "of consulting too",
		BOSSES "+5 supervise contact=1 agent=3 hearing=listen\n+0 supervise contact=1 "
		       "agent=4 hearing=listen\n+0 supervise contact=1 agent=5 hearing=listen\n+0 "
		       "supervise contact=1 agent=6 hearing=listen\n+0 supervise contact=1 agent=7 "
		       "hearing=listen\n+0 consult contact=1 agent=8",
		"refused contact=1 agent=8: no more people fit into that call" },
	{ "a warm transfer: who whispers is heard by the other from now on",
		HEARS "+5 supervise contact=1 agent=4 hearing=whisper\n+5 consult contact=1 "
		      "agent=3\n+5 agent-answered contact=1 attempt=6\n+5 complete contact=1",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hearing contact=1 queue=1 value=1\n"
		"hearing contact=1 attempt=5 agent=4 queue=1 value=3" },
	{ "a cold transfer lets her go", HEARS "+5 to-agent contact=1 agent=3",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"drop-agent contact=1 attempt=5 agent=4 queue=1\n"
		"hold contact=1 attempt=6 queue=1 music=10\n"
		"ring contact=1 attempt=7 agent=3 queue=1 role=2" },
	{ "a queue too", HEARS "+5 to-queue contact=1 queue=2",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"drop-agent contact=1 attempt=5 agent=4 queue=1\n"
		"hold contact=1 attempt=6 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=7 agent=2 queue=2" },
	{ "takes over: the agent leaves, she is heard", HEARS "+5 take-over contact=1 agent=4",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hearing contact=1 attempt=5 agent=4 queue=1 value=1" },
	{ "and has the call",
		HEARS "+5 take-over contact=1 agent=4\n+5 agent-left contact=1 attempt=5",
		"hang-up contact=1 attempt=6" },
	{ "the record names her",
		HEARS "+5 take-over contact=1 agent=4\n+5 call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=5 agent=4 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=4 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1000025" },
	{ "who was held is back", HEARS "+5 hold contact=1\n+5 take-over contact=1 agent=4",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hearing contact=1 queue=1 value=1\n"
		"hearing contact=1 attempt=5 agent=4 queue=1 value=1" },
	{ "who was asked goes too", CONSULTED "+5 take-over contact=1 agent=4",
		"drop-agent contact=1 attempt=6 agent=3 queue=1\n"
		"hearing contact=1 queue=1 value=1\n"
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hearing contact=1 attempt=5 agent=4 queue=1 value=1" },
	{ "not before she is there", ASKED "+5 take-over contact=1 agent=4",
		"refused contact=1 agent=4: the agent is not in that call" },
	{ "not of a call she is not in", TALK "+5 take-over contact=1 agent=4",
		"refused contact=1 agent=4: the agent is not in that call" },
	{ "not of one that is not there", HEARS "+5 take-over contact=2 agent=4",
		"refused contact=2 agent=4: no such contact in progress" },
	{ "not by others", TALK "+5 take-over contact=1 agent=1",
		"refused contact=1 agent=1: not a supervisor" },
	{ "not by nobody", TALK "+5 take-over contact=1", "refused contact=1: no such agent" },
	{ "not twice", HEARS "+5 take-over contact=1 agent=4\n+5 take-over contact=1 agent=4",
		"refused contact=1 agent=4: the agent is not in that call" },
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

	return cmocka_run_group_tests_name("core supervise", tests, NULL, NULL);
}
