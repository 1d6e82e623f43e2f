/* How a queue lets go who did not meet an agent, and where to; places that are kept. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define IN(n) "+0 call-incoming contact=" #n " entry=0\n"
#define UP(n) "+0 call-active contact=" #n "\n"
#define ANN(n) "+0 caller contact=" #n " ref=a0000000-0000-0000-0000-000000000001\n"
#define BOB(n) "+0 caller contact=" #n " ref=b0000000-0000-0000-0000-000000000002\n"
#define CYD(n) "+0 caller contact=" #n " ref=c0000000-0000-0000-0000-000000000003\n"
#define CALL(n) IN(n) UP(n)
/* Contact 1 talks with agent 1, contact 2 waits. */
#define BUSY(plan) \
	"plan " plan "\n" CALL(1) "+0 agent-answered contact=1 attempt=4\n" IN(2) ANN(2) UP(2)
#define KEY(n) "+7000 digit contact=2 digit=" #n "\n"
#define DONE(n, attempt) "+900 play-ended contact=" #n " attempt=" #attempt " end=done\n"

static const struct trace_row rows[] = {
	{ "by time, to another queue: a prompt, then the place there",
		BUSY("impatient") "+7999 pass\n+1 pass",
		"stop-play contact=2\n"
		"play contact=2 attempt=8 prompt=12" },
	{ "and she is offered to its agent", BUSY("impatient") "+8000 pass\n" DONE(2, 8),
		"hold contact=2 attempt=9 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=10 agent=2 queue=2" },
	{ "the record names the last queue, and no exit from it",
		BUSY("impatient") "+8000 pass\n" DONE(2, 8) "+100 call-ended contact=2 end=hung-up",
		"withdraw contact=2 attempt=10 agent=2 queue=2\n"
		"outcome contact=2 abandoned_short entry=0 queue=2 offers=1 offered=1000000 "
		"answered=1000000 queued=1008900 ended=1009000" },
	{ "by time, to a flow", BUSY("impatient-flow") "+8000 pass\n" DONE(2, 8),
		"play contact=2 attempt=9 prompt=4" },
	{ "who ends in that flow has the exit's outcome",
		BUSY("impatient-flow") "+8000 pass\n" DONE(2, 8)
			DONE(2, 9) "+50 call-ended contact=2 end=by-us",
		"outcome contact=2 timeout_disconnect entry=0 queue=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1009800 exit=1" },
	{ "also when she leaves first",
		BUSY("impatient-flow") "+8000 pass\n" DONE(
			2, 8) "+50 call-ended contact=2 end=hung-up",
		"outcome contact=2 timeout_disconnect entry=0 queue=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1008950 exit=1" },
	{ "also while its prompt plays",
		BUSY("impatient-flow") "+8000 pass\n+50 call-ended contact=2 end=hung-up",
		"outcome contact=2 timeout_disconnect entry=0 queue=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1008050 exit=1" },
	{ "a prompt of an exit that never ends, as far as we are told",
		BUSY("impatient") "+8000 pass\n+60000 pass",
		"hold contact=2 attempt=9 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=10 agent=2 queue=2" },
	{ "20: on time, though an agent rings: the ring is withdrawn",
		"plan impatient\n" CALL(1) "+8000 pass",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"stop-play contact=1\n"
		"play contact=1 attempt=5 prompt=12" },
	{ "full: to a flow", "plan full-flow\n" CALL(1) DONE(1, 3),
		"play contact=1 attempt=4 prompt=4" },
	{ "full: to another queue", "plan full-queue\n" CALL(1) DONE(1, 3),
		"hold contact=1 attempt=4 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=5 agent=2 queue=2" },
	{ "room for nobody: always full", "plan never\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"play contact=1 attempt=3 prompt=13" },
	{ "queues that lead to each other end", "plan ping-pong\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hang-up contact=1 attempt=3" },
	{ "with the outcome of the last exit",
		"plan ping-pong\n" CALL(1) "+50 call-ended contact=1 end=by-us",
		"outcome contact=1 overflow_disconnect entry=0 queue=1 offered=1000000 "
		"answered=1000000 ended=1000000 exit=2" },
	{ "so do a queue and a flow",
		"plan round-about\n" CALL(1) DONE(1, 3) DONE(1, 4) DONE(1, 5) DONE(1, 6) DONE(1, 7)
			DONE(1, 8) DONE(1, 9) DONE(1, 10) DONE(1, 11),
		"hang-up contact=1 attempt=12" },
	{ "closed: nobody comes in", "plan exits\n+0 queue-close queue=1\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hang-up contact=1 attempt=3" },
	{ "closed: its outcome",
		"plan exits\n+0 queue-close queue=1\n" CALL(1) "+9 call-ended contact=1 end=by-us",
		"outcome contact=1 closed_disconnect entry=0 queue=1 offered=1000000 "
		"answered=1000000 ended=1000000 exit=4" },
	{ "closed: who waits goes on waiting",
		BUSY("exits") "+0 queue-close queue=1\n+30000 pass\n"
			      "+0 agent-left contact=1 attempt=4\n+5000 pass",
		"ring contact=2 attempt=9 agent=1 queue=1" },
	{ "open again", "plan exits\n+0 queue-close queue=1\n+5 queue-open queue=1\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "by key, to a flow", BUSY("exits") KEY(1),
		"stop-play contact=2\n"
		"play contact=2 attempt=8 prompt=4" },
	{ "by key: who then hangs up has left by herself",
		BUSY("exits") KEY(1) "+5 call-ended contact=2 end=hung-up",
		"outcome contact=2 abandoned_in_ivr entry=0 queue=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1007005 exit=5" },
	{ "by key, to another queue", BUSY("exits") KEY(2),
		"stop-play contact=2\n"
		"hold contact=2 attempt=8 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=9 agent=2 queue=2" },
	{ "by key, hung up", BUSY("exits") KEY(3), "hang-up contact=2 attempt=8" },
	{ "a key that is no way out is nothing", BUSY("exits") KEY(9), "" },
	{ "A is no key of a telephone's", BUSY("exits") "+7000 digit contact=2 digit=A", "" },
	{ "by key while an agent rings: the ring is withdrawn",
		"plan exits\n" CALL(1) "+5 digit contact=1 digit=1",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"stop-play contact=1\n"
		"play contact=1 attempt=5 prompt=4" },
	{ "13: to a flow and back: the place is the old one",
		BUSY("exits") CALL(3) "+9000 digit contact=2 digit=5\n"
				      "+10 agent-left contact=1 attempt=4\n+5000 pass",
		"ring contact=2 attempt=13 agent=1 queue=1" },
	{ "13: and another queue knows who waited first",
		BUSY("exits") CALL(3) "+7000 digit contact=3 digit=2\n"
				      "+0 agent-answered contact=3 attempt=12\n" CALL(
					      4) "+9 digit contact=4 digit=2\n"
						 "+1000 digit contact=2 digit=2\n+1000 agent-left "
						 "contact=3 attempt=12\n+5000 pass",
		"ring contact=2 attempt=19 agent=2 queue=2" },
	{ "a digit during an exit's prompt is for the flow behind",
		BUSY("impatient") "+8000 pass\n+5 digit contact=2 digit=1", "" },
	{ "after a restart the exit goes on",
		BUSY("impatient") "+8000 pass\n+5 start\n+9 call-present contact=2 attempt=10 "
				  "presence=active",
		"listen contact=2 attempt=11\n"
		"hold contact=2 attempt=12 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=13 agent=2 queue=2" },
	{ "and where the flow is another number",
		BUSY("impatient-flow") "+8000 pass\nagain impatient-flows\n" DONE(2, 8),
		"play contact=2 attempt=9 prompt=4" },
	{ "a queue that is gone: where it sent those for whom there was no room",
		BUSY("exits") "again exits-lost\n+0 pass", "play contact=2 attempt=8 prompt=4" },
	{ "another plan: the exit goes where it was to go",
		BUSY("impatient") "+8000 pass\nagain impatient\n" DONE(2, 8),
		"hold contact=2 attempt=9 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=10 agent=2 queue=2" },
};

static const struct trace_row staff_rows[] = {
	{ "whoever serves it: they wait", "plan away\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10" },
	{ "and are offered to who comes", "plan away\n" CALL(1) "+9000 sign-in agent=1 queue=0",
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "the last one signs out: who waits leaves",
		BUSY("deserted") CALL(3) "+9000 sign-out agent=1 queue=0",
		"stop-play contact=2\n"
		"play contact=2 attempt=11 prompt=14\n"
		"stop-play contact=3\n"
		"play contact=3 attempt=12 prompt=14" },
	{ "in order, and may wait elsewhere",
		BUSY("deserted") CALL(3) "+9000 sign-out agent=1 queue=0\n" DONE(2, 11) DONE(3, 12),
		"hold contact=3 attempt=15 queue=2 prompt=11 value=2 music=10" },
	{ "the last one pauses: who waits leaves", BUSY("deserted") "+9000 pause agent=1 reason=3",
		"stop-play contact=2\n"
		"play contact=2 attempt=8 prompt=14" },
	{ "who is elsewhere is active",
		BUSY("deserted") "+9000 agent-presence agent=1 presence=Away", "" },
	{ "but not present", BUSY("attended") CALL(3) "+9000 agent-presence agent=1 presence=Away",
		"stop-play contact=2\n"
		"play contact=2 attempt=11 prompt=14\n"
		"stop-play contact=3\n"
		"play contact=3 attempt=12 prompt=14" },
	{ "nobody active: nobody comes in", "plan deserted\n+0 pause agent=1 reason=3\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"play contact=1 attempt=3 prompt=14" },
	{ "nobody stays: the outcome",
		BUSY("abandoned") "+9 pause agent=1 reason=3\n" DONE(
			2, 8) "+9 call-ended contact=2 end=by-us",
		"outcome contact=2 no_agents_disconnect entry=0 queue=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1000909 exit=3" },
	{ "who needs nobody to stay waits on", BUSY("exits") "+9 sign-out agent=1 queue=0", "" },
	{ "but nobody else comes in", BUSY("exits") "+9 sign-out agent=1 queue=0\n" CALL(3),
		"listen contact=3 attempt=9\n"
		"play contact=3 attempt=10 prompt=14" },
	{ "a plan that asks for more: who waits leaves",
		BUSY("exits") "+9 pause agent=1 reason=3\nagain deserted\n+0 pass",
		"stop-play contact=2\n"
		"play contact=2 attempt=8 prompt=14" },
};

static const struct trace_row ticket_rows[] = {
	{ "a dropped line: abandoned, as any", BUSY("exits") "+9000 call-ended contact=2 end=gone",
		"outcome contact=2 abandoned_in_queue entry=0 queue=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1009000" },
	{ "but her place is kept: in front of who came since",
		BUSY("exits") CALL(3) "+9000 call-ended contact=2 end=failed\n+9000 pass\n" IN(4)
			ANN(4) UP(4),
		"listen contact=4 attempt=12\n"
		"hold contact=4 attempt=13 queue=1 prompt=11 value=1 music=10" },
	{ "and served in that order",
		BUSY("exits") CALL(3) "+9000 call-ended contact=2 end=hung-up\n+9000 pass\n" IN(4)
			ANN(4) UP(4) "+10 agent-left contact=1 attempt=4\n+5000 pass",
		"ring contact=4 attempt=15 agent=1 queue=1" },
	{ "not for somebody else",
		BUSY("exits") CALL(3) "+9000 call-ended contact=2 end=gone\n" IN(4) BOB(4) UP(4),
		"listen contact=4 attempt=12\n"
		"hold contact=4 attempt=13 queue=1 prompt=11 value=2 music=10" },
	{ "not for who withholds the number",
		BUSY("exits") CALL(3) "+9000 call-ended contact=2 end=gone\n" CALL(4),
		"listen contact=4 attempt=12\n"
		"hold contact=4 attempt=13 queue=1 prompt=11 value=2 music=10" },
	{ "once",
		BUSY("exits") CALL(3) "+9000 call-ended contact=2 end=gone\n" IN(4) ANN(4) UP(4)
			IN(5) ANN(5) UP(5),
		"listen contact=5 attempt=15\n"
		"hold contact=5 attempt=16 queue=1 prompt=11 value=3 music=10" },
	{ "for a minute",
		BUSY("exits") CALL(3) "+9000 call-ended contact=2 end=gone\n+59999 pass\n" IN(4)
			ANN(4) UP(4),
		"listen contact=4 attempt=12\n"
		"hold contact=4 attempt=13 queue=1 prompt=11 value=1 music=10" },
	{ "and no longer",
		BUSY("exits") CALL(3) "+9000 call-ended contact=2 end=gone\n+60000 pass\n" IN(4)
			ANN(4) UP(4),
		"listen contact=4 attempt=12\n"
		"hold contact=4 attempt=13 queue=1 prompt=11 value=2 music=10" },
	{ "in that queue alone",
		BUSY("exits")
			CALL(3) "+9000 digit contact=3 digit=2\n+0 call-ended contact=2 end=gone\n"
				"+9 agent-answered contact=3 attempt=13\n" CALL(4) IN(5) ANN(5)
					UP(5) "+9 digit contact=5 digit=2",
		"stop-play contact=5\n"
		"hold contact=5 attempt=19 queue=2 prompt=11 value=1 music=10" },
	{ "though the queue is closed meanwhile",
		BUSY("exits") "+9000 call-ended contact=2 end=gone\n+0 queue-close queue=1\n" IN(4)
			ANN(4) UP(4),
		"listen contact=4 attempt=9\n"
		"hold contact=4 attempt=10 queue=1 prompt=11 value=1 music=10" },
	{ "an older place in the next queue is better than the one she has",
		"plan exits\n" CALL(
			1) "+10 digit contact=1 digit=2\n"
			   "+10 agent-answered contact=1 attempt=6\n" IN(2) ANN(2) UP(
				   2) "+10 digit contact=2 digit=2\n+10 call-ended contact=2 "
				      "end=hung-up\n" CALL(3) "+10 digit contact=3 digit=2\n" IN(4)
					      ANN(4) UP(4) "+10 digit contact=4 digit=2",
		"withdraw contact=4 attempt=20 agent=1 queue=1\n"
		"stop-play contact=4\n"
		"hold contact=4 attempt=21 queue=2 prompt=11 value=1 music=10" },
	{ "of three places the oldest is lost",
		BUSY("exits") IN(3) BOB(3) UP(3) IN(4) CYD(4) UP(4) CALL(
			5) "+9 call-ended contact=2 end=gone\n+9 call-ended contact=3 end=gone\n"
			   "+9 call-ended contact=4 end=gone\n" IN(6) ANN(6) UP(6) IN(7) BOB(7)
				   UP(7) IN(8) CYD(8) UP(8),
		"listen contact=8 attempt=24\n"
		"hold contact=8 attempt=25 queue=1 prompt=11 value=2 music=10" },
	{ "the same one twice is one place",
		BUSY("exits") IN(3) ANN(3) UP(3) CALL(4) "+9 call-ended contact=3 end=gone\n+9 "
							 "call-ended contact=2 end=gone\n" IN(5)
								 ANN(5) UP(5) IN(6) ANN(6) UP(6),
		"listen contact=6 attempt=18\n"
		"hold contact=6 attempt=19 queue=1 prompt=11 value=3 music=10" },
	{ "another plan keeps it",
		BUSY("exits") CALL(3) "+9 call-ended contact=2 end=gone\n"
				      "again exits-asks\n" IN(4) ANN(4) UP(4),
		"listen contact=4 attempt=12\n"
		"hold contact=4 attempt=13 queue=1 prompt=11 value=1 music=10" },
	{ "unless the queue is gone",
		BUSY("exits") CALL(3) "+9 call-ended contact=2 end=gone\n"
				      "again exits-lost\n" IN(4) ANN(4) UP(4),
		"listen contact=4 attempt=13\n"
		"hold contact=4 attempt=14 queue=1 prompt=11 value=1 music=10" },
	{ "who was connected has no place to come back to",
		BUSY("exits") CALL(3) "+9 call-ended contact=1 end=gone\n+5000 pass\n"
				      "+9 agent-answered contact=2 attempt=11\n+9 call-ended "
				      "contact=2 end=gone\n" IN(4) ANN(4) UP(4),
		"listen contact=4 attempt=13\n"
		"hold contact=4 attempt=14 queue=1 prompt=11 value=2 music=10" },
};

static void exits(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

static void staff(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(staff_rows, ARRAY_LEN(staff_rows)), 0);
}

static void tickets(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(ticket_rows, ARRAY_LEN(ticket_rows)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exits),
		cmocka_unit_test(staff),
		cmocka_unit_test(tickets),
	};

	return cmocka_run_group_tests_name("core exit", tests, NULL, NULL);
}
