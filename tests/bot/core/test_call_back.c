/* Who hangs up and is called back in her turn. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define IN(n) "+0 call-incoming contact=" #n " entry=0\n"
#define UP(n) "+0 call-active contact=" #n "\n"
#define ANN(n) "+0 caller contact=" #n " ref=a0000000-0000-0000-0000-000000000001\n"
#define CALL(n) IN(n) UP(n)
/* Contact 1 talks with agent 1; 2 waits and then keeps her place; 3 comes after her. */
#define ASKED(plan)                                                                      \
	"plan " plan "\n" CALL(1) "+0 agent-answered contact=1 attempt=4\n" IN(2) ANN(2) \
		UP(2) "+1000 digit contact=2 digit=4\n"
#define AWAY(plan) ASKED(plan) "+90 call-ended contact=2 end=hung-up\n" CALL(3)
/* Agent 1 is free again. */
#define FREE "+8000 call-ended contact=1 end=hung-up\n+5000 pass\n"
#define DIALLED AWAY("exits") FREE
#define BACK DIALLED "+0 dialled contact=2 attempt=13\n+4000 call-active contact=2\n"

static const struct trace_row rows[] = {
	{ "the place is kept, and she hears so", ASKED("exits"),
		"stop-play contact=2\n"
		"play contact=2 attempt=8 prompt=6" },
	{ "then she is hung up", ASKED("exits") "+900 play-ended contact=2 attempt=8 end=done",
		"hang-up contact=2 attempt=9" },
	{ "her hanging up first is no end", ASKED("exits") "+90 call-ended contact=2 end=hung-up",
		"" },
	{ "nor is our own hang-up",
		ASKED("exits") "+900 play-ended contact=2 attempt=8 end=done\n"
			       "+90 call-ended contact=2 end=by-us",
		"" },
	{ "a hang-up nobody answers is repeated",
		ASKED("exits") "+900 play-ended contact=2 attempt=8 end=done\n+10000 pass",
		"hang-up contact=2 attempt=10" },
	{ "she left our leg: hung up", ASKED("exits") "+90 call-ended contact=2 end=left",
		"hang-up contact=2 attempt=9" },
	{ "the end of an older round is nothing",
		AWAY("exits") "+9 play-ended contact=2 attempt=7 end=cancelled", "" },
	{ "she counts in line", AWAY("exits"),
		"listen contact=3 attempt=10\n"
		"hold contact=3 attempt=11 queue=1 prompt=11 value=2 music=10" },
	{ "not while we do not know who she is",
		"plan exits\n" CALL(1) "+0 agent-answered contact=1 attempt=4\n" CALL(
			2) "+1000 digit contact=2 digit=4",
		"stop-play contact=2\n"
		"hang-up contact=2 attempt=8" },
	{ "nor who never waited: the queue was full",
		"plan exits-full\n" IN(1) ANN(1)
			UP(1) "+900 play-ended contact=1 attempt=3 end=done",
		"hang-up contact=1 attempt=4" },
	{ "in her turn an agent is reserved and she is dialled", DIALLED,
		"dial contact=2 attempt=13 agent=1 queue=1" },
	{ "14: not before it: no jump",
		AWAY("exits") "+0 call-ended contact=1 end=hung-up\n+5000 pass",
		"dial contact=2 attempt=13 agent=1 queue=1" },
	{ "14: who waited longer goes first",
		"plan exits\n" CALL(1) "+0 agent-answered contact=1 attempt=4\n" CALL(3) IN(4)
			ANN(4) UP(4) "+1000 digit contact=4 digit=4\n+90 call-ended contact=4 "
				     "end=hung-up\n" FREE,
		"ring contact=3 attempt=12 agent=1 queue=1" },
	{ "she answers: the agent is rung", BACK,
		"listen contact=2 attempt=14\n"
		"hold contact=2 attempt=15 queue=1 prompt=7 music=10\n"
		"ring contact=2 attempt=12 agent=1 queue=1 call_back=1" },
	{ "and meets her", BACK "+2000 agent-answered contact=2 attempt=12",
		"stop-play contact=2\n"
		"connect contact=2 attempt=12 agent=1 queue=1" },
	{ "that is a call-back answered",
		BACK
		"+2000 agent-answered contact=2 attempt=12\n+9000 agent-left contact=2 attempt=12\n"
		"+90 call-ended contact=2 end=by-us",
		"outcome contact=2 callback_answered entry=0 queue=1 agent=1 offers=1 "
		"offered=1000000 answered=1000000 queued=1000000 connected=1020090 ended=1029090 "
		"dials=1" },
	{ "the agent does not answer: she waits in first place", BACK "+20000 pass\n+10000 pass",
		"ring contact=2 attempt=16 agent=1 queue=1 call_back=1" },
	{ "her limit of waiting begins with her call",
		BACK "+20000 pass\n+0 sign-out agent=1 queue=0\n+99999 pass\n+1 pass",
		"stop-play contact=2\n"
		"play contact=2 attempt=19 prompt=12" },
	{ "she hangs up before an agent is there: failed",
		BACK "+2000 call-ended contact=2 end=hung-up",
		"withdraw contact=2 attempt=12 agent=1 queue=1\n"
		"outcome contact=2 callback_failed entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1020090 dials=1\n"
		"ring contact=3 attempt=16 agent=1 queue=1" },
	{ "she does not answer: the agent is for others, without blame",
		DIALLED "+9999 pass\n+1 pass",
		"undial contact=2 attempt=13\n"
		"ring contact=3 attempt=14 agent=1 queue=1" },
	{ "nor does Graph place the call",
		DIALLED "+50 effect-failed contact=2 attempt=13 end=refused",
		"ring contact=3 attempt=14 agent=1 queue=1" },
	{ "a request of unknown fate is taken back",
		DIALLED "+50 effect-failed contact=2 attempt=13 end=timeout",
		"undial contact=2 attempt=13\n"
		"ring contact=3 attempt=14 agent=1 queue=1" },
	{ "busy: the same", DIALLED "+900 dial-failed contact=2 attempt=13 end=busy",
		"ring contact=3 attempt=14 agent=1 queue=1" },
	{ "dialled, and ended: the same",
		DIALLED "+0 dialled contact=2 attempt=13\n"
			"+900 call-ended contact=2 end=failed",
		"ring contact=3 attempt=14 agent=1 queue=1" },
	{ "another dial's failure is nothing",
		DIALLED "+900 dial-failed contact=2 attempt=12 end=busy", "" },
	{ "again after a while, in her old place",
		DIALLED "+900 dial-failed contact=2 attempt=13 end=busy\n+5 call-ended contact=3 "
			"end=hung-up\n+29994 pass\n+1 pass",
		"dial contact=2 attempt=16 agent=1 queue=1" },
	{ "twice is enough",
		DIALLED "+900 dial-failed contact=2 attempt=13 end=busy\n+5 call-ended contact=3 "
			"end=hung-up\n+30000 pass\n"
			"+900 dial-failed contact=2 attempt=16 end=no-answer",
		"outcome contact=2 callback_failed entry=0 queue=1 offers=2 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1045895 dials=2" },
	{ "she answers too late: let go", DIALLED "+10000 pass\n+5 call-active contact=2",
		"undial contact=2 attempt=13" },
	{ "Graph has dialled too late: let go",
		DIALLED "+10000 pass\n+5 dialled contact=2 attempt=13",
		"undial contact=2 attempt=13" },
	{ "also when the contact is no more", "plan exits\n+5 dialled contact=2 attempt=13",
		"undial contact=2 attempt=13" },
	{ "the agent signs out meanwhile: the dial is taken back",
		DIALLED "+0 sign-out agent=1 queue=0", "undial contact=2 attempt=13" },
	{ "the end is then, not when her first call was",
		ASKED("exits") "+900 play-ended contact=2 attempt=8 end=done\n"
			       "+90 call-ended contact=2 end=by-us\n+1799010 pass",
		"keep-alive contact=1 attempt=10\n"
		"keep-alive contact=1 attempt=11\n"
		"outcome contact=2 callback_failed entry=0 queue=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=2801000" },
	{ "half an hour is enough",
		ASKED("exits") "+90 call-ended contact=2 end=hung-up\n+1799909 pass\n+1 pass",
		"outcome contact=2 callback_failed entry=0 queue=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=2801000" },
	{ "and nobody is dialled then",
		ASKED("exits") "+90 call-ended contact=2 end=hung-up\n+1790000 call-ended "
			       "contact=1 end=hung-up\n"
			       "+5000 pass\n+4909 pass\n+1 pass",
		"undial contact=2 attempt=11\n"
		"outcome contact=2 callback_failed entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=2801000 dials=1" },
	{ "a supervisor may release her", AWAY("exits") "+9 release contact=2",
		"outcome contact=2 released entry=0 queue=1 offered=1000000 answered=1000000 "
		"queued=1000000 ended=1001099" },
	{ "while she is dialled too", DIALLED "+9 release contact=2",
		"undial contact=2 attempt=13\n"
		"outcome contact=2 released entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1014099 dials=1\n"
		"ring contact=3 attempt=14 agent=1 queue=1" },
	{ "closed, full or deserted, the queue calls back",
		AWAY("exits") "+9 queue-close queue=1\n+0 sign-out agent=1 queue=0", "" },
	{ "a deserted queue lets go who waits, not who is away",
		AWAY("exits") "again deserted\n+9 sign-out agent=1 queue=0",
		"stop-play contact=3\n"
		"play contact=3 attempt=12 prompt=14" },
};

static const struct trace_row asked_rows[] = {
	{ "the agent is asked first", AWAY("exits-asks") FREE,
		"ask contact=2 attempt=12 agent=1 queue=1 call_back=1" },
	{ "and then the caller is dialled",
		AWAY("exits-asks") FREE "+500 agent-accepted contact=2 attempt=12",
		"dial contact=2 attempt=13 agent=1 queue=1" },
	{ "the agent declines: back-off, and asked again",
		AWAY("exits-asks") FREE
		"+500 agent-failed contact=2 attempt=12 end=rejected\n+9999 pass\n+1 pass",
		"ask contact=2 attempt=13 agent=1 queue=1 call_back=1" },
	{ "she declines while we dial: that is stopped",
		AWAY("exits-asks") FREE "+500 agent-accepted contact=2 attempt=12\n"
					"+500 agent-failed contact=2 attempt=12 end=rejected",
		"undial contact=2 attempt=13" },
	{ "no answer from the caller: the agent's card too is taken back",
		AWAY("exits-asks") FREE "+500 agent-accepted contact=2 attempt=12\n+10000 pass",
		"withdraw contact=2 attempt=12 agent=1 queue=1\n"
		"undial contact=2 attempt=13\n"
		"ask contact=3 attempt=14 agent=1 queue=1" },
	{ "the agent does not say: asked again later",
		AWAY("exits-asks") FREE "+15000 pass\n+10000 pass",
		"ask contact=2 attempt=13 agent=1 queue=1 call_back=1" },
};

static const struct trace_row merge_rows[] = {
	{ "she calls in again: her place is hers", AWAY("exits") "+9000 pass\n" IN(4) ANN(4) UP(4),
		"listen contact=4 attempt=13\n"
		"hold contact=4 attempt=14 queue=1 prompt=11 value=1 music=10\n"
		"outcome contact=2 callback_merged entry=0 queue=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1010090" },
	{ "and is served in it", AWAY("exits") "+9000 pass\n" IN(4) ANN(4) UP(4) FREE,
		"ring contact=4 attempt=15 agent=1 queue=1" },
	{ "while she is dialled: the agent is hers", DIALLED IN(4) ANN(4) UP(4),
		"listen contact=4 attempt=15\n"
		"hold contact=4 attempt=16 queue=1 prompt=11 value=1 music=10\n"
		"undial contact=2 attempt=13\n"
		"outcome contact=2 callback_merged entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1014090 dials=1\n"
		"ring contact=4 attempt=17 agent=1 queue=1" },
	{ "while her first call has not ended yet", ASKED("exits") IN(4) ANN(4) UP(4),
		"listen contact=4 attempt=10\n"
		"hold contact=4 attempt=11 queue=1 prompt=11 value=1 music=10\n"
		"hang-up contact=2 attempt=12" },
	{ "in another queue she is somebody else's caller",
		AWAY("exits") IN(4) ANN(4) UP(4) "+9 digit contact=4 digit=2\n",
		"stop-play contact=4\n"
		"hold contact=4 attempt=15 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=4 attempt=16 agent=2 queue=2" },
};

static const struct trace_row restart_rows[] = {
	{ "who is away is not asked about", AWAY("exits") "+5 start",
		"probe contact=1 attempt=12\n"
		"probe contact=3 attempt=13" },
	{ "who was leaving is hung up", ASKED("exits") "+5 start",
		"probe contact=1 attempt=9\n"
		"hang-up contact=2 attempt=10" },
	{ "a dial in doubt is taken back, and done later", DIALLED "+5 start",
		"undial contact=2 attempt=13\n"
		"ring contact=3 attempt=14 agent=1 queue=1\n"
		"probe contact=3 attempt=15" },
	{ "an agent who was asked is to blame for nothing",
		AWAY("exits-asks") FREE "+5 start\n+14995 pass",
		"probe contact=3 attempt=14\n"
		"withdraw contact=2 attempt=12 agent=1 queue=1\n"
		"ask contact=2 attempt=15 agent=1 queue=1 call_back=1" },
	{ "once she is there she is as anybody",
		BACK "+5 start\n+90 call-present contact=2 attempt=16 presence=active",
		"hold contact=2 attempt=18 queue=1 music=10" },
	{ "another plan: in her turn", AWAY("exits") "again exits\n" FREE,
		"dial contact=2 attempt=13 agent=1 queue=1" },
	{ "another plan while she is dialled", DIALLED "again exits\n+4000 call-active contact=2",
		"listen contact=2 attempt=14\n"
		"hold contact=2 attempt=15 queue=1 prompt=7 music=10\n"
		"ring contact=2 attempt=12 agent=1 queue=1 call_back=1" },
	{ "and merged still", AWAY("exits") "again exits\n" IN(4) ANN(4) UP(4),
		"listen contact=4 attempt=13\n"
		"hold contact=4 attempt=14 queue=1 prompt=11 value=1 music=10\n"
		"outcome contact=2 callback_merged entry=0 queue=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1001090" },
	{ "a plan without her queue: failed", AWAY("exits") "again exits-lost\n+0 pass",
		"outcome contact=2 callback_failed entry=0 offered=1000000 answered=1000000 "
		"queued=1000000 ended=1001090\n"
		"play contact=3 attempt=12 prompt=4" },
	{ "a plan without the agent who is reserved",
		DIALLED "again exits-others\n+4000 call-active contact=2",
		"listen contact=2 attempt=15\n"
		"hold contact=2 attempt=16 queue=1 prompt=7 music=10" },
};

static void calls_back(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

static void asks_first(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(asked_rows, ARRAY_LEN(asked_rows)), 0);
}

static void merges(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(merge_rows, ARRAY_LEN(merge_rows)), 0);
}

static void restarts(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(restart_rows, ARRAY_LEN(restart_rows)), 0);
}

static void shows_who_is_away(void **state)
{
	struct trace *t = trace_new();
	struct contact_view v;
	struct queue_view q;

	(void)state;
	trace_run(t, AWAY("exits"));
	assert_true(centre_contact(t->centre, 2, &v));
	assert_int_equal(v.phase, PHASE_CALL_BACK);
	assert_int_equal(v.position, 1);
	centre_queue(t->centre, 0, &q);
	assert_int_equal(q.n_waiting, 2);
	assert_int_equal(q.n_away, 1);
	trace_run(t, FREE);
	assert_true(centre_contact(t->centre, 2, &v));
	assert_int_equal(v.phase, PHASE_CALL_BACK);
	assert_int_equal(v.ring_attempt, 12);
	trace_run(t, "+4000 call-active contact=2");
	assert_true(centre_contact(t->centre, 2, &v));
	assert_int_equal(v.phase, PHASE_RINGING);
	centre_queue(t->centre, 0, &q);
	assert_int_equal(q.n_waiting, 2);
	assert_int_equal(q.n_away, 0);
	trace_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_back),
		cmocka_unit_test(asks_first),
		cmocka_unit_test(merges),
		cmocka_unit_test(restarts),
		cmocka_unit_test(shows_who_is_away),
	};

	return cmocka_run_group_tests_name("core call-back", tests, NULL, NULL);
}
