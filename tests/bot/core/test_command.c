/* Commands about queues and those who wait, and what any command refuses. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define UP "plan direct\n" CALL(1)
#define LONE "plan lone\n" CALL(1) CALL(2)
#define TALK "plan talk\n" CALL(1)
#define ONE "plan talk\n+0 sign-out agent=2 queue=0\n" CALL(1) CALL(2) CALL(3)
#define AWAY                                                                                    \
	"plan exits\n" CALL(1) "+0 agent-answered contact=1 attempt=4\n"                        \
			       "+0 call-incoming contact=2 entry=0\n"                           \
			       "+0 caller contact=2 ref=a0000000-0000-0000-0000-000000000001\n" \
			       "+0 call-active contact=2\n+1000 digit contact=2 digit=4\n"
#define KEPT AWAY "+90 call-ended contact=2 end=hung-up\n"

static const struct trace_row rows[] = {
	{ "a queue that is not there does not open", "plan direct\n+5 queue-open queue=2",
		"refused contact=0: no such queue" },
	{ "nor close", "plan direct\n+5 queue-close queue=0", "refused contact=0: no such queue" },
	{ "closed: who comes does not get in", "plan direct\n+5 queue-close queue=1\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hang-up contact=1 attempt=3" },
	{ "who waits goes on waiting",
		LONE "+5 queue-close queue=1\n+5 call-ended contact=1 end=hung-up",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 abandoned_short entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1000010\n"
		"ring contact=2 attempt=8 agent=1 queue=1" },
	{ "open again", "plan direct\n+5 queue-close queue=1\n+5 queue-open queue=1\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "an announcement for a queue that is not there",
		"plan direct\n+5 announce prompt=3 queue=2", "refused contact=0: no such queue" },
	{ "an announcement out of any range", "plan direct\n+5 announce prompt=65536 queue=1",
		"refused contact=0: the value is out of range" },
	{ "announced in all queues", "plan talk\n+0 announce prompt=30 queue=0\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=30 and=11:1 music=10\n"
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "in one, and no other", "plan talk\n+0 announce prompt=30 queue=2\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "no more", "plan talk\n+0 announce prompt=30 queue=1\n+0 announce queue=0\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "who waits is released",
		LONE "+9000 release contact=2\n+90 call-ended contact=2 end=by-us",
		"outcome contact=2 released entry=0 queue=1 offered=1000000 answered=1000000 "
		"queued=1000000 ended=1009000" },
	{ "released while an agent rings: withdrawn, and she rings for the next",
		LONE "+9000 release contact=1",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"hang-up contact=1 attempt=8\n"
		"ring contact=2 attempt=9 agent=1 queue=1" },
	{ "who talks is not released",
		UP "+5 agent-answered contact=1 attempt=4\n+5 release contact=1",
		"refused contact=1: the caller does not wait" },
	{ "who hears a menu neither", "plan menu\n" CALL(1) "+5 release contact=1",
		"refused contact=1: the caller does not wait" },
	{ "nobody is released twice", LONE "+9000 release contact=2\n+1 release contact=2",
		"refused contact=2: no such contact in progress" },
	{ "a number never given", UP "+5 release contact=7",
		"refused contact=7: no such contact in progress" },
	{ "no number at all", UP "+5 release", "refused contact=0: no such contact in progress" },
	{ "who is to be called back is released at once", KEPT "+5 release contact=2",
		"outcome contact=2 released entry=0 queue=1 offered=1000000 answered=1000000 "
		"queued=1000000 ended=1001095" },
	{ "also while she is dialled",
		KEPT "+8000 agent-left contact=1 attempt=4\n+5000 pass\n+5 release contact=2",
		"undial contact=2 attempt=11\n"
		"outcome contact=2 released entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1014095 dials=1" },
	{ "with her call, if it is still there", AWAY "+5 release contact=2",
		"hang-up contact=2 attempt=9" },
	{ "nor is she moved", KEPT "+5 to-queue contact=2 queue=2",
		"refused contact=2: the caller does not wait" },
	{ "picked: rung, though she is paused",
		"plan talk\n+0 pause agent=1 reason=1\n+0 pause agent=2 reason=1\n" CALL(
			1) "+5 pick contact=1 agent=2",
		"ring contact=1 attempt=4 agent=2 queue=1" },
	{ "picked while another rings: withdrawn, nobody blamed", TALK "+5 pick contact=1 agent=2",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ring contact=1 attempt=5 agent=2 queue=1" },
	{ "and that one is offered the next",
		TALK "+0 pause agent=2 reason=1\n" CALL(2) "+5 pick contact=1 agent=2",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ring contact=1 attempt=8 agent=2 queue=1\n"
		"ring contact=2 attempt=9 agent=1 queue=1" },
	{ "case 21: picked is not missed",
		TALK "+5 pick contact=1 agent=2\n+5 agent-answered contact=1 attempt=5\n+5 "
		     "call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=5 agent=2 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=2 offers=2 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000010 ended=1000015" },
	{ "picked by who is rung already", TALK "+5 pick contact=1 agent=1",
		"refused contact=1 agent=1: the agent is not free" },
	{ "by who does not serve the queue", TALK "+5 pick contact=1 agent=3",
		"refused contact=1 agent=3: the agent does not serve that queue" },
	{ "by nobody", TALK "+5 pick contact=1", "refused contact=1: no such agent" },
	{ "by who talks",
		TALK "+5 agent-answered contact=1 attempt=4\n+0 pause agent=2 reason=1\n" CALL(
			2) "+5 pick contact=2 agent=1",
		"refused contact=2 agent=1: the agent is not free" },
	{ "nobody is picked who talks",
		TALK "+5 agent-answered contact=1 attempt=4\n+5 pick contact=1 agent=2",
		"refused contact=1 agent=2: the caller does not wait" },
	{ "nor who is not there", TALK "+5 pick contact=2 agent=2",
		"refused contact=2 agent=2: no such contact in progress" },
	{ "nor out of a transfer in flight",
		"plan talk-transfer\n" CALL(1) "+5 pick contact=1 agent=2",
		"refused contact=1 agent=2: the caller does not wait" },
	{ "not taken, she is back in her place",
		ONE "+5 pause agent=1 reason=1\n+5 pick contact=3 agent=1\n+20000 pass\n+5 resume "
		    "agent=1",
		"ring contact=1 attempt=12 agent=1 queue=1" },
	{ "case 12: another priority counts at once",
		ONE "+5 priority contact=3 priority=1\n+5 agent-failed contact=1 attempt=4 "
		    "end=busy\n+5 release contact=1\n+3000 pass",
		"ring contact=3 attempt=12 agent=1 queue=1" },
	{ "and back",
		ONE "+5 priority contact=3 priority=1\n+5 priority contact=3 priority=3\n+5 "
		    "release contact=1",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"hang-up contact=1 attempt=11\n"
		"ring contact=2 attempt=12 agent=1 queue=1" },
	{ "the record tells it",
		ONE "+5 priority contact=3 priority=1\n+9000 call-ended contact=3 end=hung-up",
		"outcome contact=3 abandoned_in_queue entry=0 queue=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1009005 priority=1" },
	{ "also of who is to be called back", KEPT "+5 priority contact=2 priority=1", "" },
	{ "a priority is from 1", ONE "+5 priority contact=3 priority=0",
		"refused contact=3: the value is out of range" },
	{ "to 5", ONE "+5 priority contact=3 priority=6",
		"refused contact=3: the value is out of range" },
	{ "not of who talks",
		TALK "+5 agent-answered contact=1 attempt=4\n+5 priority contact=1 priority=1",
		"refused contact=1: the caller does not wait" },
	{ "not of who is not there", TALK "+5 priority contact=2 priority=1",
		"refused contact=2: no such contact in progress" },
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

	return cmocka_run_group_tests_name("core command", tests, NULL, NULL);
}
