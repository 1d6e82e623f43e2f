/* Rings: bridge and transfer, and every way they fail. Numbers in names are the reference's cases.
 */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define UP "plan direct\n" CALL(1)
#define LONE "plan lone\n" CALL(1)
#define ASKS "plan asks\n" CALL(1)
#define TRANSFER "plan transfer\n" CALL(1)

static const struct trace_row rows[] = {
	{ "music first, then the agent rings", UP,
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "10: silence and connection in the step of the answer",
		UP "+5 agent-answered contact=1 attempt=4",
		"stop-play contact=1\nconnect contact=1 attempt=4 agent=1 queue=1" },
	{ "an answer said twice connects once",
		UP "+5 agent-answered contact=1 attempt=4\n+5 agent-answered contact=1 attempt=4",
		"" },
	{ "the ring's end: withdrawn, and the next rings at once", UP "+20000 pass",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ring contact=1 attempt=5 agent=2 queue=1" },
	{ "1: two answer at once, one wins and the other is let go",
		UP "+20000 pass\n+5 agent-answered contact=1 attempt=5\n"
		   "+0 agent-answered contact=1 attempt=4",
		"drop-agent contact=1 attempt=4" },
	{ "1: whichever is first, only the ring in force wins",
		UP "+20000 pass\n+5 agent-answered contact=1 attempt=4\n"
		   "+0 agent-answered contact=1 attempt=5",
		"stop-play contact=1\nconnect contact=1 attempt=5 agent=2 queue=1" },
	{ "3: the caller leaves while the agent's leg is made",
		UP "+5 call-ended contact=1 end=hung-up\n+5 ring-placed contact=1 attempt=4\n"
		   "+5 agent-answered contact=1 attempt=4",
		"drop-agent contact=1 attempt=4" },
	{ "4: lost between answer and bridge, back to the place",
		UP "+5 agent-answered contact=1 attempt=4\n"
		   "+5 agent-failed contact=1 attempt=4 end=unreachable",
		"hold contact=1 attempt=5 queue=1 music=10\n"
		"ring contact=1 attempt=6 agent=2 queue=1" },
	{ "4: and that was no conversation",
		UP "+5 agent-answered contact=1 attempt=4\n"
		   "+5 agent-failed contact=1 attempt=4 end=unreachable\n"
		   "+9000 call-ended contact=1 end=hung-up",
		"withdraw contact=1 attempt=6 agent=2 queue=1\n"
		"outcome contact=1 abandoned_ringing entry=0 queue=1 offers=2 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1009010" },
	{ "busy: the next", UP "+5 agent-failed contact=1 attempt=4 end=busy",
		"ring contact=1 attempt=5 agent=2 queue=1" },
	{ "6: the last of the list fails, and it goes on",
		UP "+5 agent-failed contact=1 attempt=4 end=unreachable\n"
		   "+5 agent-failed contact=1 attempt=5 end=rejected\n+9995 pass",
		"ring contact=1 attempt=6 agent=1 queue=1" },
	{ "an agent who did not answer backs off", LONE "+20000 pass\n+9999 pass", "" },
	{ "asked first", ASKS,
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n"
		"ask contact=1 attempt=4 agent=1 queue=1" },
	{ "accepted: rung", ASKS "+5 agent-accepted contact=1 attempt=4",
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "accepted twice: rung once",
		ASKS "+5 agent-accepted contact=1 attempt=4\n+5 agent-accepted contact=1 attempt=4",
		"" },
	{ "the ring has its own time",
		ASKS "+14000 agent-accepted contact=1 attempt=4\n+19999 pass", "" },
	{ "and no more", ASKS "+14000 agent-accepted contact=1 attempt=4\n+20000 pass",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ask contact=1 attempt=5 agent=2 queue=1" },
	{ "not accepted: the next is asked", ASKS "+15000 pass",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ask contact=1 attempt=5 agent=2 queue=1" },
	{ "accepted too late: nothing", ASKS "+15000 pass\n+5 agent-accepted contact=1 attempt=4",
		"" },
	{ "declined: the next is asked", ASKS "+5 agent-failed contact=1 attempt=4 end=rejected",
		"ask contact=1 attempt=5 agent=2 queue=1" },
	{ "no word about somebody who is rung already", UP "+5 agent-accepted contact=1 attempt=4",
		"" },
	{ "who is only asked is not transferred yet: the caller's end withdraws",
		"plan asks-transfer\n" CALL(1) "+9000 call-ended contact=1 end=hung-up",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 abandoned_ringing entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1009000" },
	{ "a transfer has its own time too",
		"plan asks-transfer\n" CALL(1) "+14000 agent-accepted contact=1 attempt=4\n"
					       "+59999 pass",
		"" },
	{ "and then is offered again", LONE "+29999 pass\n+1 pass",
		"ring contact=1 attempt=5 agent=1 queue=1" },
	{ "Graph's failure is not the agent's",
		LONE "+5 agent-failed contact=1 attempt=4 end=failed\n"
		     "+0 call-incoming contact=2 entry=0\n+0 call-active contact=2",
		"listen contact=2 attempt=6\n"
		"hold contact=2 attempt=7 queue=1 prompt=11 value=2 music=10\n"
		"ring contact=2 attempt=8 agent=1 queue=1" },
	{ "but the contact rests for a second",
		LONE "+5 agent-failed contact=1 attempt=4 end=failed\n+999 pass", "" },
	{ "and is offered again",
		LONE "+5 agent-failed contact=1 attempt=4 end=failed\n+999 pass\n+1 pass",
		"ring contact=1 attempt=5 agent=1 queue=1" },
	{ "longer the second time",
		LONE "+5 effect-failed contact=1 attempt=4 end=refused\n+1000 pass\n"
		     "+5 effect-failed contact=1 attempt=5 end=refused\n+1999 pass",
		"" },
	{ "a ring of unknown outcome is withdrawn too",
		UP "+5 effect-failed contact=1 attempt=4 end=timeout",
		"withdraw contact=1 attempt=4 agent=1 queue=1" },
	{ "a late timeout of a ring that was answered is nothing",
		UP "+5 agent-answered contact=1 attempt=4\n"
		   "+5 effect-failed contact=1 attempt=4 end=timeout",
		"" },
	{ "a ring finds the call gone", UP "+6000 effect-failed contact=1 attempt=4 end=gone",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 abandoned_ringing entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1006000" },
	{ "20: a wait limit shorter than the ring fires on time",
		"plan hasty\n" CALL(1) "+8000 pass",
		"withdraw contact=1 attempt=4 agent=1 queue=1\nstop-play contact=1\n"
		"play contact=1 attempt=5 prompt=12" },
	{ "20: and its agent is not to blame",
		"plan hasty\n" CALL(1) CALL(2) CALL(3) "+7999 pass\n+1 pass",
		"withdraw contact=1 attempt=4 agent=1 queue=1\nstop-play contact=1\n"
		"play contact=1 attempt=12 prompt=12\nring contact=3 attempt=13 agent=1 queue=1\n"
		"withdraw contact=2 attempt=8 agent=2 queue=1\nstop-play contact=2\n"
		"play contact=2 attempt=14 prompt=12\n"
		"withdraw contact=3 attempt=13 agent=1 queue=1\nstop-play contact=3\n"
		"play contact=3 attempt=15 prompt=12" },
	{ "8: wrap-up holds in every queue of the agent",
		"plan pair\n" CALL(
			1) "+1 digit contact=1 digit=1\n"
			   "+1 agent-answered contact=1 attempt=4\n+1 agent-left contact=1 "
			   "attempt=4\n" CALL(2) "+1 digit contact=2 digit=1\n" CALL(
				   3) "+1 digit contact=3 digit=2",
		"hold contact=3 attempt=11 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=3 attempt=12 agent=2 queue=2" },
	{ "8: and ends on time, for the oldest of all queues",
		"plan pair\n" CALL(1) "+1 digit contact=1 digit=1\n"
				      "+1 agent-answered contact=1 attempt=4\n+1 agent-left "
				      "contact=1 attempt=4\n" CALL(
					      2) "+1 digit contact=2 digit=1\n+4998 pass\n+1 pass",
		"ring contact=2 attempt=9 agent=1 queue=1" },
	{ "18: nobody talking is offered a second call",
		LONE "+1 agent-answered contact=1 attempt=4\n" CALL(2),
		"listen contact=2 attempt=6\n"
		"hold contact=2 attempt=7 queue=1 prompt=11 value=1 music=10" },
	{ "17: a deadline is kept without its tick", UP "+20000 digit contact=1 digit=1",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ring contact=1 attempt=5 agent=2 queue=1" },
	{ "a transfer cannot be withdrawn", TRANSFER "+6000 call-ended contact=1 end=hung-up",
		"outcome contact=1 abandoned_ringing entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1006000" },
	{ "handed over: nothing more to do", TRANSFER "+3000 handed-over contact=1 attempt=4", "" },
	{ "handed over and ended: handled, as far as was seen",
		TRANSFER "+3000 handed-over contact=1 attempt=4\n"
			 "+70 call-ended contact=1 end=hung-up",
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1003000 ended=1003070 estimated" },
	{ "8: wrap-up follows a transfer",
		TRANSFER "+3000 handed-over contact=1 attempt=4\n"
			 "+70 call-ended contact=1 end=hung-up\n" CALL(2),
		"listen contact=2 attempt=6\n"
		"hold contact=2 attempt=7 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=8 agent=2 queue=1" },
	{ "handed over, and the end is never told",
		TRANSFER "+3000 handed-over contact=1 attempt=4\n+60000 pass",
		"hang-up contact=1 attempt=5" },
	{ "music cut by a transfer stays cut",
		TRANSFER "+300 play-ended contact=1 attempt=3 end=cancelled", "" },
	{ "a transfer that failed: music again, and the next",
		TRANSFER "+300 play-ended contact=1 attempt=3 end=cancelled\n"
			 "+300 agent-failed contact=1 attempt=4 end=no-answer",
		"hold contact=1 attempt=5 queue=1 music=10\n"
		"ring contact=1 attempt=6 agent=2 queue=1" },
	{ "a transfer nobody speaks of", TRANSFER "+59999 pass\n+1 pass",
		"hold contact=1 attempt=5 queue=1 music=10\n"
		"ring contact=1 attempt=6 agent=2 queue=1" },
	{ "a transfer of unknown outcome is waited for",
		TRANSFER "+300 effect-failed contact=1 attempt=4 end=timeout", "" },
	{ "and blames nobody",
		TRANSFER "+300 effect-failed contact=1 attempt=4 end=timeout\n+59699 pass\n+1 pass",
		"hold contact=1 attempt=5 queue=1 music=10\n"
		"ring contact=1 attempt=6 agent=1 queue=1" },
	{ "a transfer refused: the contact rests",
		TRANSFER "+300 effect-failed contact=1 attempt=4 end=refused",
		"hold contact=1 attempt=5 queue=1 music=10" },
	{ "a wait limit leaves a transfer alone", "plan late\n" CALL(1) "+8000 pass", "" },
	{ "and is looked at when it fails",
		"plan late\n" CALL(1) "+9000 agent-failed contact=1 attempt=4 end=busy",
		"stop-play contact=1\nplay contact=1 attempt=5 prompt=12" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

/* The queue's own look at an agent. */
static void agents_show_what_they_do(void **state)
{
	static const struct {
		const char *script;
		enum agent_phase want;
		uint32_t contact;
	} phases[] = {
		{ "plan direct", AGENT_IDLE, 0 },
		{ "plan nobody", AGENT_SIGNED_OUT, 0 },
		{ UP, AGENT_RINGING, 1 },
		{ UP "+5 agent-answered contact=1 attempt=4", AGENT_TALKING, 1 },
		{ UP "+5 agent-answered contact=1 attempt=4\n+5 agent-left contact=1 attempt=4",
			AGENT_WRAP_UP, 0 },
		{ UP "+5 agent-failed contact=1 attempt=4 end=busy", AGENT_BACK_OFF, 0 },
		{ UP "+5 call-ended contact=1 end=hung-up", AGENT_IDLE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
		struct trace *t = trace_new();
		struct agent_view v;

		trace_run(t, phases[i].script);
		centre_agent(t->centre, 0, &v);
		if (v.phase != phases[i].want || v.contact != phases[i].contact)
			fail_msg("row %zu: phase %d contact %u", i, v.phase, v.contact);
		trace_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(agents_show_what_they_do),
	};

	return cmocka_run_group_tests_name("core offer", tests, NULL, NULL);
}
