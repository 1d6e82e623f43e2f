/* Several agents ring for one caller. Numbers in names are the reference's cases. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define ALL "plan all\n" CALL(1)
#define RING(attempt, agent) "ring contact=1 attempt=" #attempt " agent=" #agent " queue=1"
#define OFF(attempt, agent) "withdraw contact=1 attempt=" #attempt " agent=" #agent " queue=1"
#define ASK(attempt, agent) "ask contact=1 attempt=" #attempt " agent=" #agent " queue=1"
#define FAILS(attempt, how) "+5 agent-failed contact=1 attempt=" #attempt " end=" how "\n"
#define GONE(attempt) "+0 agent-answered contact=1 attempt=" #attempt "\n"

static const struct trace_row rows[] = {
	{ "all ring at once", ALL,
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n" RING(
			4, 1) "\n" RING(5, 2) "\n" RING(6, 3) "\n" RING(7, 4) },
	{ "5: the first answer wins, the losers are let go in the same step",
		ALL "+5 agent-answered contact=1 attempt=6",
		"stop-play contact=1\nconnect contact=1 attempt=6 agent=3 queue=1\n" OFF(
			4, 1) "\n" OFF(5, 2) "\n" OFF(7, 4) },
	{ "1: a loser who answers in the same millisecond is dropped",
		ALL "+5 agent-answered contact=1 attempt=6\n" GONE(4),
		"drop-agent contact=1 attempt=4" },
	{ "1: and the winner said twice is nothing", ALL GONE(6) GONE(6), "" },
	{ "5: losers ring for the next caller at once", ALL CALL(2) GONE(5),
		"stop-play contact=1\nconnect contact=1 attempt=5 agent=2 queue=1\n" OFF(
			4, 1) "\n" OFF(6, 3) "\n" OFF(7,
			4) "\nring contact=2 attempt=11 agent=1 queue=1\n"
			   "ring contact=2 attempt=12 agent=3 queue=1\n"
			   "ring contact=2 attempt=13 agent=4 queue=1" },
	{ "one who is busy leaves the others ringing", ALL FAILS(4, "busy"), "" },
	{ "and cannot win any more", ALL FAILS(4, "busy") GONE(4),
		"drop-agent contact=1 attempt=4" },
	{ "but any other can", ALL FAILS(4, "busy") GONE(7),
		"stop-play contact=1\nconnect contact=1 attempt=7 agent=4 queue=1\n" OFF(
			5, 2) "\n" OFF(6, 3) },
	{ "who was busy backs off, who rang in vain does not",
		ALL FAILS(4, "busy") "+9900 call-ended contact=1 end=hung-up\n" CALL(2),
		"listen contact=2 attempt=9\n"
		"hold contact=2 attempt=10 queue=1 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=11 agent=2 queue=1\n"
		"ring contact=2 attempt=12 agent=3 queue=1\n"
		"ring contact=2 attempt=13 agent=4 queue=1" },
	{ "nobody answers: nobody is to blame, and all ring again", ALL "+19999 pass\n+1 pass",
		OFF(4, 1) "\n" OFF(5, 2) "\n" OFF(6, 3) "\n" OFF(7, 4) "\n" RING(8, 1) "\n" RING(
			9, 2) "\n" RING(10, 3) "\n" RING(11, 4) },
	{ "all decline: nobody is left",
		ALL FAILS(4, "rejected") FAILS(5, "busy") FAILS(6, "unreachable")
			FAILS(7, "rejected"),
		"" },
	{ "until the first one's back-off is over",
		ALL FAILS(4, "rejected") FAILS(5, "busy") FAILS(6, "unreachable")
			FAILS(7, "rejected") "+9985 pass",
		RING(8, 1) },
	{ "one whom Graph failed may be offered another caller", ALL CALL(2) FAILS(5, "failed"),
		"ring contact=2 attempt=11 agent=2 queue=1" },
	{ "the last one failed by Graph: the caller rests",
		"plan all-lone\n" CALL(1) FAILS(4, "failed") "+999 pass", "" },
	{ "and is offered again", "plan all-lone\n" CALL(1) FAILS(4, "failed") "+999 pass\n+1 pass",
		RING(5, 1) },
	{ "unanswered is no blame: rung again",
		"plan all-lone\n" CALL(1) "+9000 agent-failed contact=1 attempt=4 end=no-answer",
		RING(5, 1) },
	{ "but not at once, where that was at once",
		"plan all-lone\n" CALL(1) FAILS(4, "no-answer"), "" },
	{ "two at once", "plan all-two\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n" RING(
			4, 1) "\n" RING(5, 2) },
	{ "and then the next two", "plan all-two\n" CALL(1) "+20000 pass",
		OFF(4, 1) "\n" OFF(5, 2) "\n" RING(6, 3) "\n" RING(7, 4) },
	{ "the others are for the next caller", "plan all-two\n" CALL(1) CALL(2),
		"listen contact=2 attempt=7\n"
		"hold contact=2 attempt=8 queue=1 prompt=11 value=2 music=10\n"
		"ring contact=2 attempt=9 agent=3 queue=1\n"
		"ring contact=2 attempt=10 agent=4 queue=1" },
	{ "never more than ten", "plan all-twelve\n" CALL(1) "+20000 pass",
		OFF(4, 1) "\n" OFF(5, 2) "\n" OFF(6, 3) "\n" OFF(7, 4) "\n" OFF(8, 5) "\n" OFF(
			9, 6) "\n" OFF(10, 7) "\n" OFF(11, 8) "\n" OFF(12, 9) "\n" OFF(13,
			10) "\n" RING(14, 11) "\n" RING(15, 12) "\n" RING(16, 1) "\n" RING(17,
			2) "\n" RING(18, 3) "\n" RING(19, 4) "\n" RING(20, 5) "\n" RING(21,
			6) "\n" RING(22, 7) "\n" RING(23, 8) },
	{ "a transfer is one at a time", "plan all-transfer\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n" RING(4, 1) },
	{ "who does not answer a transfer is to blame", "plan all-transfer\n" CALL(1) "+60000 pass",
		"hold contact=1 attempt=5 queue=1 music=10\n" RING(6, 2) },
	{ "3: the caller leaves: all are let go", ALL "+9000 call-ended contact=1 end=hung-up",
		OFF(4, 1) "\n" OFF(5, 2) "\n" OFF(6, 3) "\n" OFF(
			7, 4) "\noutcome contact=1 abandoned_ringing entry=0 queue=1 offers=4 "
			      "offered=1000000 answered=1000000 queued=1000000 ended=1009000" },
	{ "2: the first to answer is lost before the two hear each other: the others ring again",
		ALL GONE(5) FAILS(5, "unreachable"),
		"hold contact=1 attempt=8 queue=1 music=10\n" RING(9, 1) "\n" RING(10, 3) "\n" RING(
			11, 4) },
	{ "all are asked", "plan all-asks\n" CALL(1),
		"listen contact=1 attempt=2\n"
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10\n" ASK(4, 1) "\n" ASK(
			5, 2) "\n" ASK(6, 3) "\n" ASK(7, 4) },
	{ "who accepts is rung, and the others are still asked",
		"plan all-asks\n" CALL(1) "+5 agent-accepted contact=1 attempt=5", RING(5, 2) },
	{ "two may accept",
		"plan all-asks\n" CALL(1) "+5 agent-accepted contact=1 attempt=5\n"
					  "+5 agent-accepted contact=1 attempt=4",
		RING(4, 1) },
	{ "the second acceptance does not lengthen the ring",
		"plan all-asks\n" CALL(1) "+5 agent-accepted contact=1 attempt=5\n"
					  "+9000 agent-accepted contact=1 attempt=4\n"
					  "+10999 pass\n+1 pass",
		OFF(4, 1) "\n" OFF(5, 2) "\n" OFF(6, 3) "\n" OFF(7, 4) "\n" ASK(8, 1) "\n" ASK(
			9, 2) "\n" ASK(10, 3) "\n" ASK(11, 4) },
	{ "who declines leaves the others asked",
		"plan all-asks\n" CALL(1) FAILS(4, "rejected") "+5 agent-accepted contact=1 "
							       "attempt=5",
		RING(5, 2) },
	{ "a ring whose request timed out is withdrawn alone",
		ALL "+5 effect-failed contact=1 attempt=6 end=timeout", OFF(6, 3) },
	{ "another plan has lost the first to ring: the others may answer",
		ALL "again all-but-one\n+5 agent-answered contact=1 attempt=6",
		"stop-play contact=1\nconnect contact=1 attempt=6 agent=3 queue=1\n" OFF(
			5, 2) "\n" OFF(7, 4) },
	{ "and the lost one is let go",
		ALL "again all-but-one\n+5 agent-answered contact=1 attempt=4",
		"drop-agent contact=1 attempt=4" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_row) };

	return cmocka_run_group_tests_name("core ring-all", tests, NULL, NULL);
}
