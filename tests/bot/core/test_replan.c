/* Going on with another plan. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define LONE "plan lone\n" CALL(1) CALL(2) CALL(3)

static const struct trace_row rows[] = {
	{ "a new agent takes who waits, at the next step", LONE "again direct\n+0 pass",
		"ring contact=2 attempt=11 agent=2 queue=1" },
	{ "the ring in force goes on", LONE "again direct\n+5 agent-answered contact=1 attempt=4",
		"stop-play contact=1\nconnect contact=1 attempt=4 agent=1 queue=1" },
	{ "places are kept",
		LONE "again patient\n+5 call-ended contact=1 end=hung-up\n"
		     "+5 call-ended contact=2 end=hung-up",
		"withdraw contact=2 attempt=11 agent=1 queue=1\n"
		"outcome contact=2 abandoned_short entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1000010\n"
		"ring contact=3 attempt=12 agent=1 queue=1" },
	{ "deadlines are kept", LONE "+15000 pass\nagain direct\n+4999 pass\n+1 pass",
		"withdraw contact=1 attempt=4 agent=1 queue=1" },
	{ "wrap-up is kept",
		"plan lone\n" CALL(1) "+5 agent-answered contact=1 attempt=4\n"
				      "+5 agent-left contact=1 attempt=4\n" CALL(
					      2) "again lone\n+4999 pass\n+1 pass",
		"ring contact=2 attempt=9 agent=1 queue=1" },
	{ "agents are found by key",
		"plan direct\n" CALL(1) "again swapped\n+5 agent-answered contact=1 attempt=4",
		"stop-play contact=1\nconnect contact=1 attempt=4 agent=2 queue=1" },
	{ "a round's turn is kept by key",
		"plan round-robin\n" CALL(1) "again round-robin\n" CALL(2),
		"listen contact=2 attempt=6\n"
		"hold contact=2 attempt=7 queue=1 prompt=11 value=2 music=10\n"
		"ring contact=2 attempt=8 agent=2 queue=1" },
	{ "who waits in a queue that is gone is let go",
		"plan lone\n" CALL(1) CALL(2) "again other-queue\n+0 pass",
		"withdraw contact=1 attempt=4 agent=1\nhang-up contact=1 attempt=8\n"
		"hang-up contact=2 attempt=9" },
	{ "16: as one for whom there is no room",
		"plan lone\n" CALL(1) CALL(2) "again other-queue\n+0 pass\n"
					      "+90 call-ended contact=2 end=by-us",
		"outcome contact=2 overflow_disconnect entry=0 offered=1000000 answered=1000000 "
		"queued=1000000 ended=1000000 exit=2" },
	{ "or to where it sent those without room, with the place",
		"plan over\n" CALL(1) CALL(2) "again second-only\n+0 pass",
		"withdraw contact=1 attempt=4\n"
		"hold contact=1 attempt=8 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=9 agent=1 queue=1\n"
		"hold contact=2 attempt=10 queue=1 prompt=11 value=2 music=10" },
	{ "or those whom nobody served", "plan unstaffed\n" CALL(1) "again second-only\n+0 pass",
		"withdraw contact=1 attempt=4\n"
		"hold contact=1 attempt=5 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=6 agent=1 queue=1" },
	{ "or those who waited too long", "plan late-over\n" CALL(1) "again second-only\n+0 pass",
		"withdraw contact=1 attempt=4\n"
		"hold contact=1 attempt=5 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=6 agent=1 queue=1" },
	{ "an announcement is found by key",
		"plan keyed\n+0 announce prompt=2 queue=0\nagain keyed-other\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=1 and=11:1 music=10 language=1\n"
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "and is over where its prompt is gone",
		"plan keyed\n+0 announce prompt=3 queue=0\nagain keyed-other\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10 language=1\n"
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "a caller's language is found by key",
		"plan keyed\n" CALL(1) CALL(2) "again keyed-other\n"
					       "+0 call-ended contact=2 end=hung-up",
		"outcome contact=2 abandoned_short entry=0 queue=1 offered=1000000 "
		"answered=1000000 queued=1000000 ended=1000000" },
	{ "but a conversation goes on",
		"plan lone\n" CALL(1) "+5 agent-answered contact=1 attempt=4\nagain other-queue\n"
				      "+0 pass\n+90 agent-left contact=1 attempt=4",
		"hang-up contact=1 attempt=5" },
	{ "an agent who is gone may finish the conversation",
		"plan lone\n" CALL(1) "+5 agent-answered contact=1 attempt=4\n"
				      "again other-agents\n+5 call-ended contact=1 end=hung-up",
		"drop-agent contact=1 attempt=4 queue=1\n"
		"outcome contact=1 handled entry=0 queue=1 offers=1 offered=1000000 "
		"answered=1000000 queued=1000000 connected=1000005 ended=1000010" },
	{ "a ring at an agent who is gone ends like any other",
		"plan lone\n" CALL(1) "again other-agents\n+20000 pass",
		"withdraw contact=1 attempt=4 queue=1\nring contact=1 attempt=5 agent=1 queue=1" },
	{ "a flow that is gone: the entry's, anew",
		"plan menu\n" CALL(1) "again other-flow\n+0 pass",
		"hold contact=1 attempt=4 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=5 agent=1 queue=1" },
	{ "a flow that is still there goes on",
		"plan menu\n" CALL(1) "again menu\n+5 play-ended contact=1 attempt=3 end=done",
		"play contact=1 attempt=4 prompt=2" },
	{ "too many for the new plan: refused, and the old goes on",
		LONE "again small\n+5 agent-answered contact=1 attempt=4",
		"stop-play contact=1\nconnect contact=1 attempt=4 agent=1 queue=1" },
	{ "numbers used once are not used again",
		LONE "again direct\n+0 call-incoming contact=3 entry=0",
		"ring contact=2 attempt=11 agent=2 queue=1" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

struct dump {
	char text[16384];
	size_t used;
};

static void keep(void *arg, const char *text, size_t n)
{
	struct dump *d = arg;

	assert_true(d->used + n <= sizeof(d->text));
	memcpy(d->text + d->used, text, n);
	d->used += n;
}

/* The dump sees every change, and nothing but changes. */
static void the_dump_is_the_state(void **state)
{
	static const char *const lines[] = { "+0 call-incoming contact=1 entry=0",
		"+0 call-incoming contact=2 entry=0", "+100 call-active contact=1",
		"+100 call-active contact=2", "+5 digit contact=1 digit=2",
		"+5 play-ended contact=1 attempt=4 end=done",
		"+5 play-ended contact=2 attempt=6 end=done", "+5 digit contact=2 digit=1",
		"+5 agent-answered contact=2 attempt=10", "+5 call-ended contact=2 end=left" };
	static struct dump was, is, other;
	struct trace *t = trace_new(), *u = trace_new();

	(void)state;
	trace_run(t, "plan menu");
	trace_run(u, "plan menu");
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		was.used = is.used = other.used = 0;
		centre_dump(t->centre, keep, &was);
		trace_run(t, lines[i]);
		trace_run(u, lines[i]);
		centre_dump(t->centre, keep, &is);
		centre_dump(u->centre, keep, &other);
		assert_int_equal(is.used, other.used);
		assert_memory_equal(is.text, other.text, is.used);
		if (is.used == was.used && memcmp(is.text, was.text, is.used) == 0)
			fail_msg("%s: not seen", lines[i]);
	}
	trace_free(t);
	trace_free(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(the_dump_is_the_state),
	};

	return cmocka_run_group_tests_name("core replan", tests, NULL, NULL);
}
