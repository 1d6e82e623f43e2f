/* Every way a call begins and ends: one outcome each, and nobody left behind. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define IN "+0 call-incoming contact=1 entry=0\n"
#define UP "plan direct\n" IN "+100 call-active contact=1\n"
#define TALK UP "+900 agent-answered contact=1 attempt=4\n"

static const struct trace_row rows[] = {
	{ "a call is answered at once", "plan direct\n" IN, "answer contact=1 attempt=1" },
	{ "the same call said twice is one",
		"plan direct\n" IN "+5 call-incoming contact=1 entry=0", "" },
	{ "an entry nobody knows is the first", "plan direct\n+0 call-incoming contact=1 entry=7",
		"answer contact=1 attempt=1" },
	{ "active said again begins nothing", UP "+10 call-active contact=1", "" },
	{ "an event about nobody is nothing", "plan direct\n+0 call-active contact=9", "" },
	{ "the one too many is rejected, offered and ended",
		"plan small\n" IN "+0 call-incoming contact=2 entry=0\n"
		"+5 call-incoming contact=3 entry=0",
		"reject contact=3 attempt=3\n"
		"outcome contact=3 rejected entry=0 offered=1000005 ended=1000005" },
	{ "what Graph says to a rejection finds nobody",
		"plan small\n" IN "+0 call-incoming contact=2 entry=0\n"
		"+5 call-incoming contact=3 entry=0\n"
		"+5 effect-failed contact=3 attempt=3 end=refused\n"
		"+5 call-ended contact=3 end=by-us",
		"" },
	{ "no audio in time: hung up", "plan direct\n" IN "+15000 pass",
		"hang-up contact=1 attempt=2" },
	{ "an answer refused: hung up",
		"plan direct\n" IN "+50 effect-failed contact=1 attempt=1 end=refused",
		"hang-up contact=1 attempt=2" },
	{ "an answer refused is a failure",
		"plan direct\n" IN "+50 effect-failed contact=1 attempt=1 end=timeout\n"
		"+50 call-ended contact=1 end=by-us",
		"outcome contact=1 failed entry=0 offered=1000000 ended=1000050" },
	{ "a late word about the answer is nothing once audio flows",
		UP "+50 effect-failed contact=1 attempt=1 end=timeout", "" },
	{ "left before the answer",
		"plan direct\n" IN "+50 effect-failed contact=1 attempt=1 end=gone",
		"outcome contact=1 abandoned_in_ivr entry=0 offered=1000000 ended=1000050" },
	{ "gone because we were too slow",
		"plan direct\n" IN "+15000 effect-failed contact=1 attempt=1 end=gone",
		"outcome contact=1 failed entry=0 offered=1000000 ended=1015000" },
	{ "never established", "plan direct\n" IN "+50 call-ended contact=1 end=failed",
		"outcome contact=1 failed entry=0 offered=1000000 ended=1000050" },
	{ "hung up in the menu",
		"plan menu\n" IN "+100 call-active contact=1\n+50 call-ended contact=1 end=hung-up",
		"outcome contact=1 abandoned_in_ivr entry=0 offered=1000000 answered=1000100 "
		"ended=1000150" },
	{ "left while waiting, soon",
		"plan lone\n" IN "+100 call-active contact=1\n+0 call-incoming contact=2 entry=0\n"
		"+0 call-active contact=2\n+4999 call-ended contact=2 end=hung-up",
		"outcome contact=2 abandoned_short entry=0 queue=1 offered=1000100 "
		"answered=1000100 "
		"queued=1000100 ended=1005099" },
	{ "left while waiting, later",
		"plan lone\n" IN "+100 call-active contact=1\n+0 call-incoming contact=2 entry=0\n"
		"+0 call-active contact=2\n+5000 call-ended contact=2 end=hung-up",
		"outcome contact=2 abandoned_in_queue entry=0 queue=1 offered=1000100 "
		"answered=1000100 queued=1000100 ended=1005100" },
	{ "left while an agent rings: the ring is withdrawn",
		UP "+6000 call-ended contact=1 end=hung-up",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 abandoned_ringing entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000100 queued=1000100 ended=1006100" },
	{ "the caller left our leg while an agent rings", UP "+6000 call-ended contact=1 end=left",
		"withdraw contact=1 attempt=4 agent=1 queue=1\nhang-up contact=1 attempt=5" },
	{ "an agent who answers a caller who is gone is let go",
		UP "+6000 call-ended contact=1 end=hung-up\n"
		   "+1 agent-answered contact=1 attempt=4",
		"drop-agent contact=1 attempt=4" },
	{ "hung up in conversation: the agent does not stay behind",
		TALK "+1000 call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000100 queued=1000100 connected=1001000 ended=1002000" },
	{ "the caller left our leg in conversation", TALK "+1000 call-ended contact=1 end=left",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\nhang-up contact=1 attempt=5" },
	{ "the end is when the caller left, not when Graph confirmed",
		TALK "+1000 call-ended contact=1 end=left\n+700 call-ended contact=1 end=by-us",
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000100 queued=1000100 connected=1001000 ended=1002000" },
	{ "the agent left: the call is over", TALK "+1000 agent-left contact=1 attempt=4",
		"hang-up contact=1 attempt=5" },
	{ "the agent left said twice hangs up once",
		TALK "+1000 agent-left contact=1 attempt=4\n+5 agent-left contact=1 attempt=4",
		"" },
	{ "a conversation lost by a fault was still one",
		TALK "+1000 call-ended contact=1 end=failed",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000100 queued=1000100 connected=1001000 ended=1002000" },
	{ "a hang-up nobody answers is repeated",
		TALK "+1000 agent-left contact=1 attempt=4\n+10000 pass",
		"hang-up contact=1 attempt=6" },
	{ "a hang-up that fails is repeated sooner",
		TALK "+1000 agent-left contact=1 attempt=4\n"
		     "+10 effect-failed contact=1 attempt=5 end=refused\n+1000 pass",
		"hang-up contact=1 attempt=6" },
	{ "after three hang-ups it is counted over",
		TALK "+1000 agent-left contact=1 attempt=4\n+29999 pass\n+1 pass",
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000100 queued=1000100 connected=1001000 ended=1002000" },
	{ "a call that is gone cannot be hung up: over",
		TALK "+1000 agent-left contact=1 attempt=4\n"
		     "+10 effect-failed contact=1 attempt=5 end=gone",
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000100 queued=1000100 connected=1001000 ended=1002000" },
	{ "an end said twice is one outcome",
		TALK "+1000 call-ended contact=1 end=hung-up\n+5 call-ended contact=1 end=gone",
		"" },
	{ "a call is kept alive", TALK "+899000 pass\n+100 pass",
		"keep-alive contact=1 attempt=5" },
	{ "and again", TALK "+899100 pass\n+900000 pass", "keep-alive contact=1 attempt=6" },
	{ "a keep-alive that failed is repeated sooner",
		TALK
		"+899100 pass\n+10 effect-failed contact=1 attempt=5 end=timeout\n+180001 pass",
		"keep-alive contact=1 attempt=6" },
	{ "a keep-alive finds out that the call is gone",
		TALK "+899100 pass\n+10 effect-failed contact=1 attempt=5 end=gone",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000100 queued=1000100 connected=1001000 ended=1900110" },
	{ "a keep-alive of a closing call is not repeated",
		TALK "+899100 pass\n+5 agent-left contact=1 attempt=4\n"
		     "+5 effect-failed contact=1 attempt=5 end=timeout\n+500 pass",
		"" },
	{ "to listen in vain is no end", UP "+10 effect-failed contact=1 attempt=2 end=refused",
		"" },
	{ "no conversation is for ever", TALK "+3599999 pass\n+1 pass",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\nhang-up contact=1 attempt=9" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

static void the_ledger_counts(void **state)
{
	struct trace *t = trace_new();
	struct contact_view v;
	struct ledger l;

	(void)state;
	trace_run(t, TALK "+0 call-incoming contact=2 entry=0\n+0 call-incoming contact=3 entry=0\n"
			  "+0 call-ended contact=2 end=hung-up\n");
	centre_ledger(t->centre, &l);
	assert_int_equal(l.offered, 3);
	assert_int_equal(l.in_progress, 2);
	assert_int_equal(l.outcome[OUTCOME_ABANDONED_IVR], 1);
	assert_true(centre_contact_after(t->centre, 0, &v));
	assert_int_equal(v.contact, 1);
	assert_int_equal(v.phase, PHASE_TALKING);
	assert_int_equal(v.ring_attempt, 4);
	assert_true(centre_contact_after(t->centre, 1, &v));
	assert_int_equal(v.contact, 3);
	assert_true(centre_contact_after(t->centre, 2, &v));
	assert_int_equal(v.contact, 3);
	assert_false(centre_contact_after(t->centre, 3, &v));
	assert_false(centre_contact(t->centre, 2, &v));
	trace_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(the_ledger_counts),
	};

	return cmocka_run_group_tests_name("core ends", tests, NULL, NULL);
}
