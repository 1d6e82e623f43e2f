/* Numbers of several digits. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define UP(plan) "plan " plan "\n+0 call-incoming contact=1 entry=0\n+0 call-active contact=1\n"
#define ASKED UP("collect") "+100 play-ended contact=1 attempt=3 end=done\n"
#define DIGIT(d) "+10 digit contact=1 digit=" d "\n"
#define SEVEN DIGIT("1") DIGIT("2") DIGIT("3") DIGIT("4") DIGIT("5") DIGIT("6") DIGIT("7")
#define PLAYED "+10 play-ended contact=1 attempt=3 end=done\n"
#define IN_QUEUE                                                        \
	"hold contact=1 attempt=5 queue=1 prompt=11 value=1 music=10\n" \
	"ring contact=1 attempt=6 agent=1 queue=1"
#define HANG_UP(attempt) "hang-up contact=1 attempt=" attempt

static const struct trace_row rows[] = {
	{ "asked", UP("collect"), "listen contact=1 attempt=2\nplay contact=1 attempt=3 prompt=2" },
	{ "the first digit cuts the question short", UP("collect") DIGIT("1"),
		"stop-play contact=1" },
	{ "the next ones say nothing", UP("collect") DIGIT("1") DIGIT("2"), "" },
	{ "the terminator ends it", ASKED DIGIT("4") DIGIT("5") DIGIT("6") DIGIT("#"),
		"lookup contact=1 attempt=4 value=7 digits=456" },
	{ "leading zeros are digits", ASKED DIGIT("0") DIGIT("0") DIGIT("7") DIGIT("#"),
		"lookup contact=1 attempt=4 value=7 digits=007" },
	{ "it is a number for a branch", ASKED DIGIT("1") DIGIT("2") DIGIT("3") DIGIT("#"),
		"lookup contact=1 attempt=4 value=7 digits=123\nplay contact=1 attempt=5 "
		"prompt=4" },
	{ "also with zeros before it", ASKED DIGIT("0") DIGIT("1") DIGIT("2") DIGIT("3") DIGIT("#"),
		"lookup contact=1 attempt=4 value=7 digits=0123\nplay contact=1 attempt=5 "
		"prompt=4" },
	{ "the most digits end it", ASKED DIGIT("4") DIGIT("5") DIGIT("6") DIGIT("7") DIGIT("8"),
		"lookup contact=1 attempt=4 value=7 digits=45678" },
	{ "a terminator after those is not the next question's",
		ASKED DIGIT("4") DIGIT("5") DIGIT("6") DIGIT("7") DIGIT("8") DIGIT("#"), "" },
	{ "but the key after it is",
		ASKED DIGIT("4") DIGIT("5") DIGIT("6") DIGIT("7") DIGIT("8") DIGIT("#") DIGIT("1"),
		"hold contact=1 attempt=5 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=6 agent=1 queue=1" },
	{ "and so is any other key",
		ASKED DIGIT("4") DIGIT("5") DIGIT("6") DIGIT("7") DIGIT("8") DIGIT("1"),
		"hold contact=1 attempt=5 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=1 attempt=6 agent=1 queue=1" },
	{ "silence ends enough digits", ASKED DIGIT("4") DIGIT("5") DIGIT("6") "+4000 pass",
		"lookup contact=1 attempt=4 value=7 digits=456" },
	{ "each digit begins the silence anew",
		ASKED DIGIT("4") "+3999 digit contact=1 digit=5\n+3999 digit contact=1 digit=6\n"
				 "+3999 pass\n+1 pass",
		"lookup contact=1 attempt=4 value=7 digits=456" },
	{ "what was typed ahead of a wrong answer is not the next question's",
		UP("ahead") DIGIT("*") DIGIT("1") PLAYED DIGIT("4") DIGIT("5") DIGIT("6")
			DIGIT("#"),
		"lookup contact=1 attempt=5 value=7 digits=456" },
	{ "silence after too few is wrong", ASKED DIGIT("4") DIGIT("5") "+4000 pass",
		"play contact=1 attempt=4 prompt=3" },
	{ "no digit at all is wrong", ASKED "+4000 pass", "play contact=1 attempt=4 prompt=3" },
	{ "a terminator too early is wrong", ASKED DIGIT("4") DIGIT("#"),
		"play contact=1 attempt=4 prompt=3" },
	{ "another key is wrong", ASKED DIGIT("4") DIGIT("*"),
		"play contact=1 attempt=4 prompt=3" },
	{ "the question again after the complaint",
		ASKED DIGIT("4") DIGIT("*") "+10 play-ended contact=1 attempt=4 end=done",
		"play contact=1 attempt=5 prompt=2" },
	{ "what came before is forgotten",
		ASKED DIGIT("4") DIGIT("*") "+10 play-ended contact=1 attempt=4 end=done\n" DIGIT(
			"5") DIGIT("6") DIGIT("7") DIGIT("#"),
		"lookup contact=1 attempt=6 value=7 digits=567" },
	{ "a digit over the complaint is the answer's first",
		ASKED DIGIT("*") DIGIT("5") DIGIT("6") DIGIT("7") "+4000 pass",
		"lookup contact=1 attempt=5 value=7 digits=567" },
	{ "retries used up lead elsewhere",
		ASKED DIGIT("*") "+10 play-ended contact=1 attempt=4 end=done\n"
				 "+10 play-ended contact=1 attempt=5 end=done\n+4000 pass",
		"play contact=1 attempt=6 prompt=5" },
	{ "the last digit ends it where nothing else does",
		UP("pin") DIGIT("1") DIGIT("2") DIGIT("3") DIGIT("4"),
		"lookup contact=1 attempt=3 value=7 digits=1234\n" HANG_UP("4") },
	{ "typed ahead: not asked",
		UP("ahead") DIGIT("4") DIGIT("5") DIGIT("6") DIGIT("#") DIGIT("1") PLAYED,
		"lookup contact=1 attempt=4 value=7 digits=456\n" IN_QUEUE },
	{ "a terminator typed ahead after the most digits is not the menu's",
		UP("ahead") DIGIT("4") DIGIT("5") DIGIT("6") DIGIT("7") DIGIT("8") DIGIT("#")
			DIGIT("1") PLAYED,
		"lookup contact=1 attempt=4 value=7 digits=45678\n" IN_QUEUE },
	{ "begun ahead: the rest is listened for",
		UP("ahead") DIGIT("4") DIGIT("5") PLAYED "+3999 digit contact=1 digit=6\n"
							 "+4000 pass",
		"lookup contact=1 attempt=4 value=7 digits=456" },
	{ "typed ahead and wrong: the rest is forgotten", UP("ahead") DIGIT("*") DIGIT("1") PLAYED,
		"play contact=1 attempt=4 prompt=3" },
	{ "no more is typed ahead than fits", UP("ahead") SEVEN SEVEN SEVEN DIGIT("#") PLAYED,
		"lookup contact=1 attempt=4 value=7 digits=12345\nhang-up contact=1 attempt=5" },
	{ "no way otherwise hangs up", UP("pin") "+1000 pass", HANG_UP("3") },
	{ "no patience is still a second", UP("pin") "+999 pass", "" },
	{ "nothing may be an answer", UP("anything") DIGIT("*"),
		"stop-play contact=1\nlookup contact=1 attempt=4 value=7\n" HANG_UP("5") },
	{ "no more digits than there is room for",
		UP("anything") DIGIT("1") DIGIT("2") DIGIT("3") DIGIT("4") DIGIT("5") DIGIT("6")
			DIGIT("7") DIGIT("8") DIGIT("9") DIGIT("0") DIGIT("1") DIGIT("2") DIGIT("3")
				DIGIT("4") DIGIT("5") DIGIT("6") DIGIT("7") DIGIT("8") DIGIT("9")
					DIGIT("0"),
		"lookup contact=1 attempt=4 value=7 digits=12345678901234567890\n"
		"play contact=1 attempt=5 prompt=4" },
	{ "after a restart it is asked anew",
		ASKED DIGIT("4") "+5 start\n+5 call-present contact=1 attempt=4 presence=active\n"
				 "+5 digit contact=1 digit=5\n" DIGIT("6") DIGIT("7") DIGIT("#"),
		"lookup contact=1 attempt=7 value=7 digits=567" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_row) };

	return cmocka_run_group_tests_name("core collect", tests, NULL, NULL);
}
