/* Prompts and menus. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define UP "plan menu\n+0 call-incoming contact=1 entry=0\n+100 call-active contact=1\n"
#define MENU UP "+2000 play-ended contact=1 attempt=3 end=done\n"
#define QUIET MENU "+2000 play-ended contact=1 attempt=4 end=done\n"
#define HOLD_RING(hold, ring)                                                   \
	"hold contact=1 attempt=" #hold " queue=1 prompt=11 value=1 music=10\n" \
	"ring contact=1 attempt=" #ring " agent=1 queue=1"

static const struct trace_row rows[] = {
	{ "greeted as soon as it can be heard", UP,
		"listen contact=1 attempt=2\nplay contact=1 attempt=3 prompt=1" },
	{ "the menu follows the greeting", MENU, "play contact=1 attempt=4 prompt=2" },
	{ "a greeting that failed counts as over",
		UP "+5 play-ended contact=1 attempt=3 end=failed",
		"play contact=1 attempt=4 prompt=2" },
	{ "a greeting refused counts as over",
		UP "+5 effect-failed contact=1 attempt=3 end=refused",
		"play contact=1 attempt=4 prompt=2" },
	{ "a greeting whose end is never told counts as over", UP "+60000 pass",
		"play contact=1 attempt=4 prompt=2" },
	{ "another prompt's end is nothing", MENU "+5 play-ended contact=1 attempt=3 end=done",
		"" },
	{ "a digit interrupts the menu", MENU "+5 digit contact=1 digit=1",
		"stop-play contact=1\n" HOLD_RING(5, 6) },
	{ "a digit after the menu has nothing to stop", QUIET "+4999 digit contact=1 digit=1",
		HOLD_RING(5, 6) },
	{ "a digit into another flow", MENU "+5 digit contact=1 digit=2",
		"stop-play contact=1\nplay contact=1 attempt=5 prompt=4" },
	{ "a flow's end ends the call",
		MENU "+5 digit contact=1 digit=2\n"
		     "+5 play-ended contact=1 attempt=5 end=done\n"
		     "+5 call-ended contact=1 end=by-us",
		"outcome contact=1 self_served entry=0 offered=1000000 answered=1000100 "
		"ended=1002110" },
	{ "a digit that hangs up", MENU "+5 digit contact=1 digit=9",
		"stop-play contact=1\nhang-up contact=1 attempt=5" },
	{ "a wrong digit", MENU "+5 digit contact=1 digit=7",
		"stop-play contact=1\nplay contact=1 attempt=5 prompt=3" },
	{ "a key no telephone has", MENU "+5 digit contact=1 digit=A",
		"stop-play contact=1\nplay contact=1 attempt=5 prompt=3" },
	{ "the question again after a wrong digit",
		MENU "+5 digit contact=1 digit=7\n"
		     "+5 play-ended contact=1 attempt=5 end=done",
		"play contact=1 attempt=6 prompt=2" },
	{ "a right digit over the complaint",
		MENU "+5 digit contact=1 digit=7\n+5 digit contact=1 digit=1",
		"stop-play contact=1\n" HOLD_RING(6, 7) },
	{ "silence", QUIET "+5000 pass", "play contact=1 attempt=5 prompt=3" },
	{ "not yet silence", QUIET "+4999 pass", "" },
	{ "retries used up by wrong digits",
		MENU "+5 digit contact=1 digit=7\n+5 digit contact=1 digit=8",
		"stop-play contact=1\n" HOLD_RING(6, 7) },
	{ "retries used up by silence",
		QUIET "+5000 pass\n+5 play-ended contact=1 attempt=5 end=done\n"
		      "+5 play-ended contact=1 attempt=6 end=done\n+5000 pass",
		HOLD_RING(7, 8) },
	{ "a menu whose prompt fails still takes a digit",
		MENU "+5 play-ended contact=1 attempt=4 end=failed\n"
		     "+5 digit contact=1 digit=1",
		HOLD_RING(5, 6) },
	{ "typed ahead", UP "+5 digit contact=1 digit=1", "" },
	{ "and used by the menu without asking",
		UP "+5 digit contact=1 digit=1\n+5 play-ended contact=1 attempt=3 end=done",
		HOLD_RING(4, 5) },
	{ "typed ahead and wrong: the rest is forgotten",
		UP "+5 digit contact=1 digit=7\n+5 digit contact=1 digit=1\n"
		   "+5 play-ended contact=1 attempt=3 end=done",
		"play contact=1 attempt=4 prompt=3" },
	{ "no more is remembered than fits",
		UP "+5 digit contact=1 digit=2\n+5 digit contact=1 digit=2\n"
		   "+5 digit contact=1 digit=2\n+5 digit contact=1 digit=2\n"
		   "+5 digit contact=1 digit=1\n+5 play-ended contact=1 attempt=3 end=done",
		"play contact=1 attempt=4 prompt=4" },
	{ "digits while waiting are nobody's",
		MENU "+5 digit contact=1 digit=1\n+5 digit contact=1 digit=9", "" },
	{ "a menu of no patience still waits a second",
		"plan pair\n+0 call-incoming contact=1 entry=0\n+0 call-active contact=1\n"
		"+4999 pass",
		"" },
	{ "a menu with nothing otherwise hangs up",
		"plan pair\n+0 call-incoming contact=1 entry=0\n+0 call-active contact=1\n"
		"+5000 pass",
		"hang-up contact=1 attempt=3" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_row) };

	return cmocka_run_group_tests_name("core flow", tests, NULL, NULL);
}
