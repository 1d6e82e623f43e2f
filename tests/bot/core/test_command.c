/* Commands about queues and those who wait, and what any command refuses. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define UP "plan direct\n" CALL(1)
#define LONE "plan lone\n" CALL(1) CALL(2)
#define ENDED(n) "+90 call-ended contact=" #n " end=by-us"

static const struct trace_row rows[] = {
	{ "a queue that is not there does not open", "plan direct\n+5 queue-open queue=2",
		"refused contact=0: no such queue" },
	{ "nor close", "plan direct\n+5 queue-close queue=0", "refused contact=0: no such queue" },
	{ "an announcement for a queue that is not there",
		"plan direct\n+5 announce prompt=3 queue=2", "refused contact=0: no such queue" },
	{ "an announcement out of any range", "plan direct\n+5 announce prompt=65536 queue=1",
		"refused contact=0: the value is out of range" },
	{ "who waits is released", LONE "+9000 release contact=2\n" ENDED(2),
		"outcome contact=2 released entry=0 queue=1 offered=1000000 answered=1000000 "
		"queued=1000000 ended=1009000" },
	{ "released while an agent rings: withdrawn, and she rings for the next",
		LONE "+9000 release contact=1",
		"withdraw contact=1 attempt=4 agent=1 queue=1\nhang-up contact=1 attempt=8\n"
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
