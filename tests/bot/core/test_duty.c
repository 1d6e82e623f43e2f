/* What agents say of themselves: signed in, paused, wrapping up; and what a ring that nobody takes
 * does to them. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define UP "plan talk\n" CALL(1)
#define TALK UP "+5 agent-answered contact=1 attempt=4\n"
#define WRAP TALK "+5 agent-left contact=1 attempt=4\n+5 call-ended contact=1 end=by-us\n"
#define LONE "plan talk\n+0 sign-out agent=2 queue=0\n" CALL(1)

static const struct trace_row rows[] = {
	{ "nobody is signed in by a number out of range", "plan talk\n+5 sign-in agent=5 queue=0",
		"refused contact=0: no such agent" },
	{ "nor signed out", "plan talk\n+5 sign-out agent=5 queue=0",
		"refused contact=0: no such agent" },
	{ "nor paused", "plan talk\n+5 pause agent=70000 reason=1",
		"refused contact=0: no such agent" },
	{ "nor resumed", "plan talk\n+5 resume", "refused contact=0: no such agent" },
	{ "no wrap-up of nobody is longer", "plan talk\n+5 wrap-up-more agent=5",
		"refused contact=0: no such agent" },
	{ "nor done", "plan talk\n+5 wrap-up-done agent=5", "refused contact=0: no such agent" },
	{ "nor has a code", "plan talk\n+5 wrap-up-code contact=1 agent=5 code=1",
		"refused contact=1: no such agent" },
	{ "signed in to a queue that is not there", "plan talk\n+5 sign-in agent=1 queue=3",
		"refused contact=0 agent=1: no such queue" },
	{ "signed out of one", "plan talk\n+5 sign-out agent=1 queue=3",
		"refused contact=0 agent=1: no such queue" },
	{ "signed in to a queue of others", "plan talk\n+5 sign-in agent=1 queue=2",
		"refused contact=0 agent=1: the agent does not serve that queue" },
	{ "a pause wants a reason", "plan talk\n+5 pause agent=1 reason=0",
		"refused contact=0 agent=1: the value is out of range" },
	{ "who is signed out is not offered anything",
		"plan talk\n+5 sign-out agent=1 queue=1\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=4 agent=2 queue=1" },
	{ "who signs in is offered who waits",
		"plan talk\n+0 sign-out agent=1 queue=0\n+0 sign-out agent=2 queue=2\n+0 pause "
		"agent=2 reason=1\n" CALL(1) "+5 sign-in agent=1 queue=0",
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "signed in twice is signed in", "plan talk\n+5 sign-in agent=1 queue=0\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "signed out of another queue, she still rings",
		"plan talk\n+0 pause agent=1 reason=1\n" CALL(1) "+5 sign-out agent=2 queue=2",
		"" },
	{ "signed out of all queues while ringing: withdrawn, nobody blamed, the next",
		UP "+5 sign-out agent=1 queue=0",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ring contact=1 attempt=5 agent=2 queue=1" },
	{ "signed out of that queue too", UP "+5 sign-out agent=1 queue=1",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ring contact=1 attempt=5 agent=2 queue=1" },
	{ "signed out while she talks, she talks on", TALK "+5 sign-out agent=1 queue=0", "" },
	{ "and is free of offers after it",
		TALK
		"+5 sign-out agent=1 queue=0\n+5 agent-left contact=1 attempt=4\n+5 call-ended "
		"contact=1 end=by-us\n+0 pause agent=2 reason=1\n" CALL(2) "+9000 pass",
		"" },
	{ "who is paused is not offered anything", "plan talk\n+5 pause agent=1 reason=7\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=4 agent=2 queue=1" },
	{ "paused while ringing: withdrawn, nobody blamed, the next",
		UP "+5 pause agent=1 reason=7",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ring contact=1 attempt=5 agent=2 queue=1" },
	{ "paused while asked", "plan talk-asks\n" CALL(1) "+5 pause agent=1 reason=7",
		"withdraw contact=1 attempt=4 agent=1 queue=1\n"
		"ask contact=1 attempt=5 agent=2 queue=1" },
	{ "nobody blamed: resumed she is offered at once",
		LONE "+5 pause agent=1 reason=7\n+5 resume agent=1",
		"ring contact=1 attempt=5 agent=1 queue=1" },
	{ "a late answer of her is let go",
		UP "+5 pause agent=1 reason=7\n+5 agent-answered contact=1 attempt=4",
		"drop-agent contact=1 attempt=4" },
	{ "a transfer in flight is not called back by a pause",
		"plan talk-transfer\n" CALL(1) "+5 pause agent=1 reason=7", "" },
	{ "and may still be taken",
		"plan talk-transfer\n" CALL(
			1) "+5 pause agent=1 reason=7\n+5 handed-over contact=1 attempt=4\n+5 "
			   "call-ended contact=1 end=hung-up",
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000010 ended=1000015 estimated" },
	{ "paused while she talks, she talks on, and rests after it",
		TALK
		"+0 pause agent=2 reason=1\n+5 pause agent=1 reason=7\n+5 agent-left contact=1 "
		"attempt=4\n+5 call-ended contact=1 end=by-us\n" CALL(2) "+9000 pass",
		"" },
	{ "resumed, she is offered who waits",
		LONE "+0 pause agent=1 reason=7\n+60000 pass\n+5 resume agent=1",
		"ring contact=1 attempt=5 agent=1 queue=1" },
	{ "resume ends a back-off",
		LONE "+5 agent-failed contact=1 attempt=4 end=no-answer\n+5 resume agent=1",
		"ring contact=1 attempt=5 agent=1 queue=1" },
	{ "but no wrap-up", WRAP "+0 pause agent=2 reason=1\n" CALL(2) "+5 resume agent=1", "" },
	{ "busy: not for busy_ms", LONE "+5 agent-failed contact=1 attempt=4 end=busy\n+2999 pass",
		"" },
	{ "busy: and then",
		LONE "+5 agent-failed contact=1 attempt=4 end=busy\n+2999 pass\n+1 pass",
		"ring contact=1 attempt=5 agent=1 queue=1" },
	{ "rejected: not for rejected_ms",
		LONE "+5 agent-failed contact=1 attempt=4 end=rejected\n+3999 pass", "" },
	{ "rejected: and then",
		LONE "+5 agent-failed contact=1 attempt=4 end=rejected\n+3999 pass\n+1 pass",
		"ring contact=1 attempt=5 agent=1 queue=1" },
	{ "no answer: not for back_off_ms",
		LONE "+5 agent-failed contact=1 attempt=4 end=no-answer\n+9999 pass", "" },
	{ "no answer: and then",
		LONE "+5 agent-failed contact=1 attempt=4 end=no-answer\n+9999 pass\n+1 pass",
		"ring contact=1 attempt=5 agent=1 queue=1" },
	{ "not answered twice in a row: paused",
		LONE "+20000 pass\n+10000 pass\n+20000 pass\n+60000 pass",
		"hold contact=1 attempt=6 queue=1 music=10" },
	{ "until she resumes",
		LONE "+20000 pass\n+10000 pass\n+20000 pass\n+10000 pass\n+5 resume agent=1",
		"ring contact=1 attempt=6 agent=1 queue=1" },
	{ "resumed, she may miss one again",
		LONE "+20000 pass\n+10000 pass\n+20000 pass\n+10000 pass\n+5 resume "
		     "agent=1\n+20000 pass\n+9999 pass\n+1 pass",
		"ring contact=1 attempt=8 agent=1 queue=1" },
	{ "answering begins the count anew",
		LONE "+20000 pass\n+10000 pass\n+5 agent-answered contact=1 attempt=5\n+5 "
		     "agent-left contact=1 attempt=5\n+5 call-ended contact=1 end=by-us\n" CALL(
			     2) "+25000 pass\n+9990 pass\n+10 pass",
		"ring contact=2 attempt=11 agent=1 queue=1" },
	{ "busy does not count",
		LONE "+5 agent-failed contact=1 attempt=4 end=busy\n+3000 pass\n+5 agent-failed "
		     "contact=1 attempt=5 end=busy\n+2999 pass\n+1 pass",
		"ring contact=1 attempt=6 agent=1 queue=1" },
	{ "the record counts who did not answer",
		LONE "+20000 pass\n+5 call-ended contact=1 end=hung-up",
		"outcome contact=1 abandoned_in_queue entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1020005 unanswered=1" },
	{ "wrap-up longer, once",
		WRAP "+0 pause agent=2 reason=1\n" CALL(2) "+5 wrap-up-more agent=1\n+14989 pass",
		"" },
	{ "and then it ends",
		WRAP "+0 pause agent=2 reason=1\n" CALL(
			2) "+5 wrap-up-more agent=1\n+14989 pass\n+1 pass",
		"ring contact=2 attempt=9 agent=1 queue=1" },
	{ "not twice", WRAP "+5 wrap-up-more agent=1\n+5 wrap-up-more agent=1",
		"refused contact=0 agent=1: the agent does not wrap up, or has had more time "
		"already" },
	{ "again after the next call",
		WRAP "+5 wrap-up-more agent=1\n+5 wrap-up-done agent=1\n+0 pause agent=2 "
		     "reason=1\n" CALL(2) "+5 agent-answered contact=2 attempt=9\n+5 agent-left "
					  "contact=2 attempt=9\n+5 wrap-up-more agent=1",
		"" },
	{ "no wrap-up, no more of it", "plan talk\n+5 wrap-up-more agent=1",
		"refused contact=0 agent=1: the agent does not wrap up, or has had more time "
		"already" },
	{ "not where the queue does not allow it",
		"plan direct\n" CALL(1) "+5 agent-answered contact=1 attempt=4\n+5 agent-left "
					"contact=1 attempt=4\n+5 wrap-up-more agent=1",
		"refused contact=0 agent=1: the agent does not wrap up, or has had more time "
		"already" },
	{ "wrap-up done: offered who waits",
		WRAP "+0 pause agent=2 reason=1\n" CALL(2) "+5 wrap-up-done agent=1",
		"ring contact=2 attempt=9 agent=1 queue=1" },
	{ "done twice", WRAP "+5 wrap-up-done agent=1\n+5 wrap-up-done agent=1",
		"refused contact=0 agent=1: the agent does not wrap up, or has had more time "
		"already" },
	{ "a code while they talk comes with the record",
		TALK
		"+5 wrap-up-code contact=1 agent=1 code=17\n+5 call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=4 agent=1 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 agent=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1000015 code=17" },
	{ "a code after the end has an effect of its own",
		WRAP "+5 wrap-up-code contact=1 agent=1 code=17",
		"code contact=1 agent=1 queue=1 value=17" },
	{ "also when wrap-up is over",
		WRAP "+5 wrap-up-done agent=1\n+5 wrap-up-code contact=1 agent=1 code=17",
		"code contact=1 agent=1 queue=1 value=17" },
	{ "until she talks again",
		WRAP "+5 wrap-up-done agent=1\n+0 pause agent=2 reason=1\n" CALL(
			2) "+5 agent-answered contact=2 attempt=9\n+5 wrap-up-code contact=1 "
			   "agent=1 code=17",
		"refused contact=1 agent=1: the agent does not wrap up, or has had more time "
		"already" },
	{ "not of another agent", WRAP "+5 wrap-up-code contact=1 agent=2 code=17",
		"refused contact=1 agent=2: the agent does not wrap up, or has had more time "
		"already" },
	{ "not of a call that was not yet", WRAP "+5 wrap-up-code contact=9 agent=1 code=17",
		"refused contact=9 agent=1: the agent does not wrap up, or has had more time "
		"already" },
	{ "not of no call", "plan talk\n+5 wrap-up-code agent=1 code=17",
		"refused contact=0 agent=1: no such contact in progress" },
	{ "a code is a number", TALK "+5 wrap-up-code contact=1 agent=1 code=0",
		"refused contact=1 agent=1: the value is out of range" },
	{ "who only rings gives no code", UP "+5 wrap-up-code contact=1 agent=1 code=17",
		"refused contact=1 agent=1: the agent does not wrap up, or has had more time "
		"already" },
	{ "case 8: wrap-up holds in both queues of hers",
		"plan talk\n+0 pause agent=1 reason=1\n" CALL(
			1) "+5 agent-answered contact=1 attempt=4\n+5 agent-left contact=1 "
			   "attempt=4\n+0 call-incoming contact=2 entry=0\n+0 call-active "
			   "contact=2\n+0 to-queue contact=2 queue=2\n+4994 pass",
		"" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

/* What she does, and what she is there for, are two things. */
static void agents_are_seen_as_they_are(void **state)
{
	static const struct {
		const char *script;
		uint32_t agent;
		struct agent_view want;
	} views[] = {
		{ "plan talk", 1, { .phase = AGENT_IDLE } },
		{ "plan talk", 3, { .phase = AGENT_SIGNED_OUT } },
		{ "plan talk\n+0 pause agent=1 reason=7", 1, { .phase = AGENT_IDLE, .paused = 7 } },
		{ "plan talk\n+0 sign-out agent=2 queue=1", 2, { .phase = AGENT_IDLE } },
		{ "plan talk\n+0 sign-out agent=2 queue=0", 2, { .phase = AGENT_SIGNED_OUT } },
		{ "plan talk\n+0 sign-in agent=3 queue=0", 3, { .phase = AGENT_IDLE } },
		{ UP, 1, { .phase = AGENT_RINGING, .contact = 1, .attempt = 4 } },
		{ TALK "+0 pause agent=1 reason=7", 1,
			{ .phase = AGENT_TALKING,
				.contact = 1,
				.attempt = 4,
				.hearing = HEAR_ALL,
				.talked_with = 1,
				.talked_in = 1,
				.paused = 7 } },
		{ TALK "+0 consult contact=1 agent=3", 3,
			{ .phase = AGENT_RINGING,
				.contact = 1,
				.attempt = 5,
				.role = ROLE_CONSULT } },
		{ TALK "+0 supervise contact=1 agent=4 hearing=whisper\n"
		       "+0 agent-answered contact=1 attempt=5",
			4,
			{ .phase = AGENT_TALKING,
				.contact = 1,
				.attempt = 5,
				.role = ROLE_SUPERVISE,
				.hearing = HEAR_WHISPER } },
		{ WRAP, 1,
			{ .phase = AGENT_WRAP_UP,
				.until_ms = 1005010,
				.talked_with = 1,
				.talked_in = 1,
				.n_handled = 1 } },
		{ LONE "+0 agent-failed contact=1 attempt=4 end=busy", 1,
			{ .phase = AGENT_BACK_OFF, .until_ms = 1003000 } },
		{ LONE "+20000 pass\n+10000 pass\n+20000 pass", 1,
			{ .phase = AGENT_BACK_OFF,
				.until_ms = 1060000,
				.paused = PAUSE_UNANSWERED } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(views); i++) {
		struct trace *t = trace_new();
		struct agent_view v;

		trace_run(t, views[i].script);
		centre_agent(t->centre, views[i].agent - 1, &v);
		v.since_ms = 0;
		if (memcmp(&v, &views[i].want, sizeof(v)) != 0)
			fail_msg("row %zu: phase %d contact %u role %d paused %u until %llu", i,
				v.phase, v.contact, v.role, v.paused,
				(unsigned long long)v.until_ms);
		trace_free(t);
	}
}

static void her_queues_are_seen(void **state)
{
	struct trace *t = trace_new();
	struct place_view v;

	(void)state;
	trace_run(t, "plan talk\n+0 sign-out agent=2 queue=1");
	assert_true(centre_agent_place(t->centre, 1, 0, &v));
	assert_true(v.queue == 0 && !v.signed_in);
	assert_true(centre_agent_place(t->centre, 1, 1, &v));
	assert_true(v.queue == 1 && v.signed_in);
	assert_false(centre_agent_place(t->centre, 1, 2, &v));
	assert_false(centre_agent_place(t->centre, 2, 0, &v));
	trace_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(agents_are_seen_as_they_are),
		cmocka_unit_test(her_queues_are_seen),
	};

	return cmocka_run_group_tests_name("core duty", tests, NULL, NULL);
}
