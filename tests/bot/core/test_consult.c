/* Hold, consultation, conference and warm transfer. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define UP "plan talk\n" CALL(1)
#define TALK UP "+5 agent-answered contact=1 attempt=4\n"
#define CONSULT TALK "+5 consult contact=1 agent=3\n"
#define ASKED CONSULT "+5 agent-answered contact=1 attempt=5\n"
#define BOTH ASKED "+5 conference contact=1\n"

static const struct trace_row rows[] = {
	{ "held: music, and not heard", TALK "+5 hold contact=1",
		"hearing contact=1 queue=1 value=4 music=10" },
	{ "held twice is held", TALK "+5 hold contact=1\n+5 hold contact=1", "" },
	{ "back", TALK "+5 hold contact=1\n+500 unhold contact=1",
		"hearing contact=1 queue=1 value=1" },
	{ "back twice is back", TALK "+5 hold contact=1\n+5 unhold contact=1\n+5 unhold contact=1",
		"" },
	{ "the record adds up how long",
		TALK "+5 hold contact=1\n+500 unhold contact=1\n+5 hold contact=1\n+300 call-ended "
		     "contact=1 end=hung-up",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1000815 held=800" },
	{ "nobody is held who is not there", TALK "+5 hold contact=2",
		"refused contact=2: no such contact in progress" },
	{ "who rings does not hold", UP "+5 hold contact=1",
		"refused contact=1: the caller talks with nobody" },
	{ "nor gives back", UP "+5 unhold contact=1",
		"refused contact=1: the caller talks with nobody" },
	{ "a transfer in flight is not held", "plan talk-transfer\n" CALL(1) "+5 hold contact=1",
		"refused contact=1: the call is with the agent alone: hand_off is transfer" },
	{ "nor one that is over",
		"plan talk-transfer\n" CALL(
			1) "+5 handed-over contact=1 attempt=4\n+5 hold contact=1",
		"refused contact=1: the call is with the agent alone: hand_off is transfer" },
	{ "nor who is hung up", TALK "+5 agent-left contact=1 attempt=4\n+5 hold contact=1",
		"refused contact=1: no such contact in progress" },
	{ "consult: the caller hears music, the other rings", TALK "+5 consult contact=1 agent=3",
		"hearing contact=1 queue=1 value=4 music=10\n"
		"ring contact=1 attempt=5 agent=3 queue=1 role=1" },
	{ "answered: the two hear each other", CONSULT "+5 agent-answered contact=1 attempt=5",
		"hearing contact=1 attempt=5 agent=3 queue=1 value=1" },
	{ "answered twice is answered", ASKED "+5 agent-answered contact=1 attempt=5", "" },
	{ "declined: the caller is back",
		CONSULT "+5 agent-failed contact=1 attempt=5 end=rejected",
		"hearing contact=1 queue=1 value=1" },
	{ "refused by Graph: the caller is back",
		CONSULT "+5 effect-failed contact=1 attempt=5 end=refused",
		"hearing contact=1 queue=1 value=1" },
	{ "nobody knows: withdrawn, and back",
		CONSULT "+5 effect-failed contact=1 attempt=5 end=timeout",
		"withdraw contact=1 attempt=5 agent=3 queue=1\n"
		"hearing contact=1 queue=1 value=1" },
	{ "a late word of it is nothing", ASKED "+5 effect-failed contact=1 attempt=5 end=timeout",
		"" },
	{ "not answered: withdrawn, and back", CONSULT "+19999 pass\n+1 pass",
		"withdraw contact=1 attempt=5 agent=3 queue=1\n"
		"hearing contact=1 queue=1 value=1" },
	{ "who looked at the caller meanwhile holds again for it",
		CONSULT "+5 unhold contact=1\n+5 agent-answered contact=1 attempt=5",
		"hearing contact=1 queue=1 value=4 music=10\n"
		"hearing contact=1 attempt=5 agent=3 queue=1 value=1" },
	{ "lost between answer and word",
		ASKED "+5 agent-failed contact=1 attempt=5 end=unreachable",
		"hearing contact=1 queue=1 value=1" },
	{ "which is no conversation, so she does not wrap up",
		TALK "+5 consult contact=1 agent=2\n+5 agent-answered contact=1 attempt=5\n"
		     "+5 agent-failed contact=1 attempt=5 end=unreachable\n" CALL(2),
		"listen contact=2 attempt=7\n"
		"hold contact=2 attempt=8 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=9 agent=2 queue=1" },
	{ "a late answer is let go", CONSULT "+20000 pass\n+5 agent-answered contact=1 attempt=5",
		"drop-agent contact=1 attempt=5" },
	{ "who declined is not blamed",
		TALK "+5 consult contact=1 agent=2\n+5 agent-failed contact=1 attempt=5 "
		     "end=rejected\n" CALL(2),
		"listen contact=2 attempt=7\n"
		"hold contact=2 attempt=8 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=9 agent=2 queue=1" },
	{ "who is asked is offered nothing else", TALK "+5 consult contact=1 agent=2\n" CALL(2),
		"listen contact=2 attempt=7\n"
		"hold contact=2 attempt=8 queue=1 prompt=11 value=1 music=10" },
	{ "nobody is asked for who is not there", TALK "+5 consult contact=2 agent=3",
		"refused contact=2 agent=3: no such contact in progress" },
	{ "nobody is asked by number", TALK "+5 consult contact=1 agent=5",
		"refused contact=1: no such agent" },
	{ "nobody is asked by who rings", UP "+5 consult contact=1 agent=3",
		"refused contact=1 agent=3: the caller talks with nobody" },
	{ "who talks cannot be asked", TALK CALL(2) "+5 consult contact=1 agent=2",
		"refused contact=1 agent=2: the agent is not free" },
	{ "nor herself", TALK "+5 consult contact=1 agent=1",
		"refused contact=1 agent=1: the agent is not free" },
	{ "nor who wraps up",
		TALK CALL(2) "+5 agent-answered contact=2 attempt=8\n+5 agent-left contact=2 "
			     "attempt=8\n+5 consult contact=1 agent=2",
		"refused contact=1 agent=2: the agent is not free" },
	{ "nor who did not answer just now",
		TALK CALL(2) "+5 agent-failed contact=2 attempt=8 end=busy\n+5 consult contact=1 "
			     "agent=2",
		"refused contact=1 agent=2: the agent is not free" },
	{ "who is paused may be asked",
		TALK "+0 pause agent=2 reason=3\n+5 consult contact=1 agent=2",
		"hearing contact=1 queue=1 value=4 music=10\n"
		"ring contact=1 attempt=5 agent=2 queue=1 role=1" },
	{ "one at a time is asked", CONSULT "+5 consult contact=1 agent=2",
		"refused contact=1 agent=2: somebody else is asked already" },
	{ "ended while it rings: withdrawn", CONSULT "+5 consult-end contact=1",
		"withdraw contact=1 attempt=5 agent=3 queue=1\n"
		"hearing contact=1 queue=1 value=1" },
	{ "ended: dropped, and the caller is back", ASKED "+5 consult-end contact=1",
		"drop-agent contact=1 attempt=5 agent=3 queue=1\n"
		"hearing contact=1 queue=1 value=1" },
	{ "nobody asked, nothing to end", TALK "+5 consult-end contact=1",
		"refused contact=1: nobody was asked, or has not answered" },
	{ "nothing to end while an agent rings", UP "+5 consult-end contact=1",
		"refused contact=1: the caller talks with nobody" },
	{ "she leaves: the caller is back", ASKED "+5 agent-left contact=1 attempt=5",
		"hearing contact=1 queue=1 value=1" },
	{ "asked and answered, she wraps up",
		TALK "+5 consult contact=1 agent=2\n+5 agent-answered contact=1 attempt=5\n+5 "
		     "agent-left contact=1 attempt=5\n" CALL(2) "+4984 pass",
		"" },
	{ "and is free then",
		TALK "+5 consult contact=1 agent=2\n+5 agent-answered contact=1 attempt=5\n+5 "
		     "agent-left contact=1 attempt=5\n" CALL(2) "+4999 pass\n+1 pass",
		"ring contact=2 attempt=9 agent=2 queue=1" },
	{ "conference: all hear each other", ASKED "+5 conference contact=1",
		"hearing contact=1 queue=1 value=1" },
	{ "no conference before she answers", CONSULT "+5 conference contact=1",
		"refused contact=1: nobody was asked, or has not answered" },
	{ "no conference with nobody", TALK "+5 conference contact=1",
		"refused contact=1: nobody was asked, or has not answered" },
	{ "she leaves the conference: nothing else changes",
		BOTH "+5 agent-left contact=1 attempt=5", "" },
	{ "the first agent leaves the conference: she stays with the caller",
		BOTH "+5 agent-left contact=1 attempt=4", "" },
	{ "complete: a warm transfer", ASKED "+5 complete contact=1",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hearing contact=1 queue=1 value=1" },
	{ "complete out of a conference", BOTH "+5 complete contact=1",
		"drop-agent contact=1 attempt=4 agent=1 queue=1" },
	{ "not before she answers", CONSULT "+5 complete contact=1",
		"refused contact=1: nobody was asked, or has not answered" },
	{ "not with nobody", TALK "+5 complete contact=1",
		"refused contact=1: nobody was asked, or has not answered" },
	{ "then her leaving is the end",
		ASKED "+5 complete contact=1\n+5 agent-left contact=1 attempt=5",
		"hang-up contact=1 attempt=6" },
	{ "the first agent's word is nothing then",
		ASKED "+5 complete contact=1\n+5 agent-left contact=1 attempt=4", "" },
	{ "the record names who had the caller last",
		ASKED "+5 complete contact=1\n+700 call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=5 agent=3 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=3 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1000720 held=10" },
	{ "case 8: wrap-up holds after a warm transfer",
		ASKED "+0 pause agent=2 reason=1\n+5 complete contact=1\n" CALL(2) "+4999 pass",
		"" },
	{ "case 8: and ends on time",
		ASKED
		"+0 pause agent=2 reason=1\n+5 complete contact=1\n" CALL(2) "+4999 pass\n+1 pass",
		"ring contact=2 attempt=9 agent=1 queue=1" },
	{ "the first agent leaves by herself: complete", ASKED "+5 agent-left contact=1 attempt=4",
		"hearing contact=1 queue=1 value=1" },
	{ "she leaves while it rings: the caller waits for who is rung",
		CONSULT "+5 agent-left contact=1 attempt=4",
		"hearing contact=1 queue=1 value=1\n"
		"hold contact=1 attempt=6 queue=1 music=10" },
	{ "and is connected",
		CONSULT "+5 agent-left contact=1 attempt=4\n+5 agent-answered contact=1 attempt=5",
		"stop-play contact=1\n"
		"connect contact=1 attempt=5 agent=3 queue=1" },
	{ "or is back in the queue, in front of others",
		"plan talk\n+0 sign-out agent=2 queue=0\n" CALL(
			1) "+5 agent-answered contact=1 attempt=4\n+5 pause agent=1 reason=1\n+5 "
			   "consult contact=1 agent=3\n" CALL(2) "+5 agent-left contact=1 "
								 "attempt=4\n+20000 pass\n+5 "
								 "resume agent=1",
		"ring contact=1 attempt=10 agent=1 queue=1" },
	{ "the caller leaves: all are let go", ASKED "+5 call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"drop-agent contact=1 attempt=5 agent=3 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1000020 held=10" },
	{ "the caller leaves while it rings: no zombie leg",
		CONSULT
		"+5 call-ended contact=1 end=hung-up\n+5 agent-answered contact=1 attempt=5",
		"drop-agent contact=1 attempt=5" },
	{ "who only rang does not wrap up",
		TALK "+5 consult contact=1 agent=2\n+5 call-ended contact=1 end=hung-up\n" CALL(2),
		"listen contact=2 attempt=7\n"
		"hold contact=2 attempt=8 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=9 agent=2 queue=1" },
	{ "who was asked and answered does",
		TALK "+5 consult contact=1 agent=2\n+5 agent-answered contact=1 attempt=5\n+5 "
		     "call-ended contact=1 end=hung-up\n" CALL(2) "+4900 pass",
		"" },
	{ "a longest conversation ends for all", ASKED "+3600000 pass",
		"keep-alive contact=1 attempt=6\n"
		"keep-alive contact=1 attempt=7\n"
		"keep-alive contact=1 attempt=8\n"
		"keep-alive contact=1 attempt=9\n"
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"drop-agent contact=1 attempt=5 agent=3 queue=1\n"
		"hang-up contact=1 attempt=10" },
	{ "who was asked may give the code",
		ASKED "+5 complete contact=1\n+5 wrap-up-code contact=1 agent=3 code=4", "" },
	{ "the first agent too, still",
		ASKED "+5 complete contact=1\n+5 wrap-up-code contact=1 agent=1 code=4", "" },
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

	return cmocka_run_group_tests_name("core consult", tests, NULL, NULL);
}
