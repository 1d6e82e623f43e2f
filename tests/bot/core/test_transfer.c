/* Callers sent on to an agent or a queue, and what comes after the agent. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define UP "plan talk\n" CALL(1)
#define TALK UP "+5 agent-answered contact=1 attempt=4\n"
#define SENT TALK "+5000 to-agent contact=1 agent=3\n"
#define LONE "plan talk\n+0 sign-out agent=2 queue=1\n+0 pause agent=2 reason=1\n" CALL(1) CALL(2)

static const struct trace_row rows[] = {
	{ "to an agent: the first one leaves, music, the other rings",
		TALK "+5 to-agent contact=1 agent=3",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hold contact=1 attempt=5 queue=1 music=10\n"
		"ring contact=1 attempt=6 agent=3 queue=1 role=2" },
	{ "who was held hears of it", TALK "+5 hold contact=1\n+5 to-agent contact=1 agent=3",
		"hearing contact=1 queue=1 value=1\n"
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hold contact=1 attempt=5 queue=1 music=10\n"
		"ring contact=1 attempt=6 agent=3 queue=1 role=2" },
	{ "answered: connected", SENT "+5 agent-answered contact=1 attempt=6",
		"stop-play contact=1\n"
		"connect contact=1 attempt=6 agent=3 queue=1" },
	{ "the record names her, and the first wait",
		SENT "+5 agent-answered contact=1 attempt=6\n+900 call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=6 agent=3 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=3 offers=2 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1005910" },
	{ "case 15: the first agent's talk ended then, and so does her wrap-up",
		SENT "+0 pause agent=2 reason=1\n" CALL(2) "+4999 pass\n+1 pass",
		"ring contact=2 attempt=10 agent=1 queue=1" },
	{ "not answered: back in the queue, in front of others",
		LONE "+5 agent-answered contact=1 attempt=4\n+5 pause agent=1 reason=1\n+5 "
		     "to-agent contact=1 agent=3\n+20000 pass\n+5 resume agent=1",
		"ring contact=1 attempt=10 agent=1 queue=1" },
	{ "declined: back in the queue",
		SENT "+0 pause agent=2 reason=1\n+0 pause agent=1 reason=1\n+5 agent-failed "
		     "contact=1 attempt=6 end=rejected",
		"" },
	{ "refused by Graph: she rests, and keeps the place",
		SENT "+5 effect-failed contact=1 attempt=6 end=refused", "" },
	{ "a transfer not taken counts for nobody",
		TALK "+5 pause agent=1 reason=1\n+5 to-agent contact=1 agent=2\n+20000 pass\n+6000 "
		     "call-ended contact=1 end=hung-up",
		"outcome contact=1 abandoned_in_queue entry=0 queue=1 agent=1 offers=2 "
		"offered=1000000 answered=1000000 queued=1020015 ended=1026015" },
	{ "the wait is counted anew then, but who has met an agent is not gone early",
		SENT "+20000 pass\n+300 call-ended contact=1 end=hung-up",
		"withdraw contact=1 attempt=7 agent=2 queue=1\n"
		"outcome contact=1 abandoned_ringing entry=0 queue=1 agent=1 offers=3 "
		"offered=1000000 answered=1000000 queued=1025005 ended=1025305" },
	{ "and its limit too",
		SENT "+0 pause agent=1 reason=1\n+0 pause agent=2 reason=1\n+20000 pass\n+119999 "
		     "pass\n+1 pass",
		"stop-play contact=1\n"
		"play contact=1 attempt=8 prompt=12" },
	{ "the caller leaves while she rings", SENT "+5 call-ended contact=1 end=hung-up",
		"withdraw contact=1 attempt=6 agent=3 queue=1\n"
		"outcome contact=1 abandoned_ringing entry=0 queue=1 agent=1 offers=2 "
		"offered=1000000 answered=1000000 queued=1000000 connected=1000005 ended=1005010" },
	{ "the agent she is sent to talks", TALK CALL(2) "+5 to-agent contact=1 agent=2",
		"refused contact=1 agent=2: the agent is not free" },
	{ "or is nobody", TALK "+5 to-agent contact=1", "refused contact=1: no such agent" },
	{ "or the same", TALK "+5 to-agent contact=1 agent=1",
		"refused contact=1 agent=1: the agent is not free" },
	{ "nobody talks", UP "+5 to-agent contact=1 agent=3",
		"refused contact=1 agent=3: the caller talks with nobody" },
	{ "in a queue that transfers",
		"plan talk-transfer\n" CALL(1) "+5 to-agent contact=1 agent=3",
		"refused contact=1 agent=3: the call is with the agent alone: hand_off is "
		"transfer" },
	{ "nobody there", TALK "+5 to-agent contact=3 agent=3",
		"refused contact=3 agent=3: no such contact in progress" },
	{ "who is asked meanwhile is withdrawn",
		TALK "+5 consult contact=1 agent=3\n+5 to-agent contact=1 agent=2",
		"hearing contact=1 queue=1 value=1\n"
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"withdraw contact=1 attempt=5 agent=3 queue=1\n"
		"hold contact=1 attempt=6 queue=1 music=10\n"
		"ring contact=1 attempt=7 agent=2 queue=1 role=2" },
	{ "the agent who is paused while a transfer rings keeps it",
		SENT "+5 pause agent=3 reason=1", "" },
	{ "a new plan without the queue has no place to come back to",
		TALK "again talk-moved\n+5 to-agent contact=1 agent=3",
		"refused contact=1 agent=3: no such queue" },
	{ "to a queue: the agent leaves, the caller waits there",
		TALK "+5 to-queue contact=1 queue=2",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hold contact=1 attempt=5 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=6 agent=2 queue=2" },
	{ "to the same queue: in front",
		LONE
		"+5 agent-answered contact=1 attempt=4\n" CALL(3) "+5 to-queue contact=1 queue=1",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hold contact=1 attempt=11 queue=1 music=10" },
	{ "with the old credit",
		LONE "+5 agent-answered contact=1 attempt=4\n" CALL(
			3) "+5 to-queue contact=1 queue=1\n+4999 pass\n+1 pass",
		"ring contact=1 attempt=12 agent=1 queue=1" },
	{ "held, she is heard again first", TALK "+5 hold contact=1\n+5 to-queue contact=1 queue=2",
		"hearing contact=1 queue=1 value=1\n"
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hold contact=1 attempt=5 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=6 agent=2 queue=2" },
	{ "abandoned in the second queue",
		TALK "+0 pause agent=2 reason=1\n+5 to-queue contact=1 queue=2\n+9000 call-ended "
		     "contact=1 end=hung-up",
		"outcome contact=1 abandoned_in_queue entry=0 queue=2 agent=1 offers=1 "
		"offered=1000000 answered=1000000 queued=1000010 ended=1009010" },
	{ "who waits is moved", LONE "+5 to-queue contact=2 queue=2",
		"hold contact=2 attempt=8 queue=2 prompt=11 value=1 music=10" },
	{ "with credit",
		LONE CALL(3) "+5 to-queue contact=3 queue=2\n+5 to-queue contact=2 queue=2\n+5 "
			     "resume agent=2",
		"ring contact=2 attempt=13 agent=2 queue=2" },
	{ "moved where an agent is free: offered",
		"plan talk\n+0 pause agent=1 reason=1\n+0 sign-out agent=2 queue=1\n" CALL(
			1) "+5 to-queue contact=1 queue=2",
		"hold contact=1 attempt=4 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=5 agent=2 queue=2" },
	{ "moved while an agent rings: withdrawn, nobody blamed",
		UP "+5 to-queue contact=1 queue=2",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"hold contact=1 attempt=5 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=6 agent=2 queue=2" },
	{ "moved to where she waits", LONE "+5 to-queue contact=2 queue=1", "" },
	{ "moved to a queue that is not there", LONE "+5 to-queue contact=2 queue=3",
		"refused contact=2: no such queue" },
	{ "who hears a menu is not moved", "plan menu\n" CALL(1) "+5 to-queue contact=1 queue=1",
		"refused contact=1: the caller does not wait" },
	{ "nor who is not there", LONE "+5 to-queue contact=7 queue=1",
		"refused contact=7: no such contact in progress" },
	{ "nor out of a transfer in flight",
		"plan talk-transfer\n" CALL(1) "+5 to-queue contact=1 queue=2",
		"refused contact=1: the call is with the agent alone: hand_off is transfer" },
	{ "the agent left first: the survey begins",
		"plan talk-survey\n" CALL(1) "+5 agent-answered contact=1 attempt=4\n+5 agent-left "
					     "contact=1 attempt=4",
		"play contact=1 attempt=5 prompt=4" },
	{ "handled, whatever the survey does",
		"plan talk-survey\n" CALL(
			1) "+5 agent-answered contact=1 attempt=4\n+5 agent-left contact=1 "
			   "attempt=4\n+2000 play-ended contact=1 attempt=5 end=done\n+5 "
			   "call-ended contact=1 end=by-us",
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1002010 left=1000010" },
	{ "handled, also if the caller hangs up in it",
		"plan talk-survey\n" CALL(
			1) "+5 agent-answered contact=1 attempt=4\n+5 agent-left contact=1 "
			   "attempt=4\n+2000 call-ended contact=1 end=hung-up",
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1002010 left=1000010" },
	{ "the caller left first: no survey",
		"plan talk-survey\n" CALL(1) "+5 agent-answered contact=1 attempt=4\n+5 call-ended "
					     "contact=1 end=left",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"hang-up contact=1 attempt=5" },
	{ "held when the agent left: heard again first",
		"plan talk-survey\n" CALL(1) "+5 agent-answered contact=1 attempt=4\n+5 hold "
					     "contact=1\n+5 agent-left contact=1 attempt=4",
		"hearing contact=1 queue=1 value=1\n"
		"play contact=1 attempt=5 prompt=4" },
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

	return cmocka_run_group_tests_name("core transfer", tests, NULL, NULL);
}
