/* Who is offered to whom: strategies, tiers, classes, priorities, head starts, whom one knows, and
 * picking. Numbers in names are the reference's cases. */
#include "tests/bot/core/rings.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define FOUR "1 comes by 0\n2 comes by 0\n3 comes by 0\n4 comes by 0\n"
#define ALL_TALK FOUR "1 is answered\n2 is answered\n3 is answered\n4 is answered\n"
#define SERVED(n) #n " is answered\n" #n " is left\n"

static const struct trace_row strategies[] = {
	{ "serial: from the top", "plan by serial\n1 comes by 0", "1>1" },
	{ "serial: each time", "plan by serial\n1 comes by 0\n1 hangs up\n2 comes by 0", "2>1" },
	{ "serial: past who is busy", "plan by serial\n1 comes by 0\n2 comes by 0", "2>2" },
	{ "6: serial: the last of the list", "plan by serial\n" FOUR, "4>4" },
	{ "6: the last of the list declines: it begins again with who is back",
		"plan by serial\n" FOUR "4 is declined\n1 is answered\n1 is left", "4>1" },
	{ "round-robin: the next, also when the first is free again",
		"plan by round-robin\n1 comes by 0\n1 hangs up\n2 comes by 0", "2>2" },
	{ "round-robin: around",
		"plan by round-robin\n" FOUR "2 hangs up\n1 hangs up\n5 comes by 0", "5>1" },
	{ "longest-idle: who rang in vain keeps the place",
		"plan by longest-idle\n1 comes by 0\n+9000 pass\n1 hangs up\n2 comes by 0", "2>1" },
	{ "longest-idle: who has talked goes behind",
		"plan by longest-idle\n1 comes by 0\n" SERVED(1) "2 comes by 0", "2>2" },
	{ "longest-idle: another plan keeps the order",
		"plan by longest-idle\n1 comes by 0\n" SERVED(
			1) "again by longest-idle\n+0 pass\n2 comes by 0",
		"2>2" },
	{ "longest-idle: who comes to a queue is free there since then",
		"plan by longest-idle\n+0 sign-out agent=1 queue=1\n+5 sign-in agent=1 queue=1\n"
		"1 comes by 0",
		"1>2" },
	{ "longest-idle: and whom that sends behind elsewhere too",
		"plan by longest-idle\n+0 sign-out agent=1 queue=1\n+5 sign-in agent=1 queue=1\n"
		"1 comes by 3",
		"1>2" },
	{ "fewest-calls: nobody has had any: who is free for longest",
		"plan by fewest-calls\n1 comes by 0", "1>1" },
	{ "fewest-calls: those of all queues count",
		"plan by fewest-calls\n1 comes by 3\n" SERVED(1) "2 comes by 0\n" SERVED(
			2) "3 comes by 0\n" SERVED(3) "4 comes by 0\n" SERVED(4) "5 comes by "
										 "3\n" SERVED(
											 5) "6"
											    " "
											    "c"
											    "o"
											    "m"
											    "e"
											    "s"
											    " "
											    "b"
											    "y"
											    " "
											    "0",
		"6>2" },
	{ "fewest-calls: since she signed in",
		"plan by fewest-calls\n" FOUR SERVED(1) SERVED(2) SERVED(3) SERVED(
			4) "+0 sign-out agent=3 queue=0\n+0 sign-in agent=3 queue=0\n5 comes by 0",
		"5>3" },
	{ "fewest-calls: a ring in vain is no call",
		"plan by fewest-calls\n1 comes by 0\n1 hangs up\n2 comes by 0", "2>1" },
	{ "least-talk: one long conversation is more than two short ones",
		"plan by least-talk\n1 comes by 3\n2 comes by 3\n1 is answered\n+1000 pass\n"
		"1 is left\n2 is answered\n+9000 pass\n2 is left\n3 comes by 3\n3 is answered\n"
		"+1000 pass\n3 is left\n4 comes by 3",
		"4>1" },
	{ "least-talk: nothing but talk counts",
		"plan by least-talk\n1 comes by 3\n+9000 pass\n1 is answered\n+1 pass\n1 is left\n"
		"2 comes by 3\n2 is answered\n+2 pass\n2 is left\n3 comes by 3",
		"3>1" },
	{ "skills: whoever may serve the fewest classes", "plan by skills\n1 comes by 0", "1>3" },
	{ "skills: then the others", "plan by skills\n1 comes by 0\n2 comes by 0\n3 comes by 0",
		"3>1" },
	{ "tiers: the lower one first", "plan tiers\n1 comes by 0", "1>3" },
	{ "tiers: all of it", "plan tiers\n1 comes by 0\n2 comes by 0", "2>4" },
	{ "tiers: then the next", "plan tiers\n1 comes by 0\n2 comes by 0\n3 comes by 0", "3>1" },
	{ "tiers: and back as soon as somebody there is free",
		"plan tiers\n1 comes by 0\n2 comes by 0\n3 comes by 0\n2 hangs up\n4 comes by 0",
		"4>4" },
	{ "tiers: each has a turn of its own",
		"plan tiers\n1 comes by 0\n2 comes by 0\n3 comes by 0\n1 hangs up\n2 hangs up\n"
		"3 hangs up\n4 comes by 0\n5 comes by 0\n6 comes by 0",
		"6>2" },
	{ "tiers: every strategy has them: of an agent's queues the caller decides",
		"plan tiers\n" ALL_TALK "5 comes by 0\n6 comes by 0\n1 is left", "5>3" },
};

static const struct trace_row callers[] = {
	{ "7: the first of many is first",
		"plan by serial\n" ALL_TALK "5 comes by 0\n6 comes by 0\n7 comes by 0\n"
		"8 comes by 0\n9 comes by 0\n10 comes by 0\n11 comes by 0\n12 comes by 0\n"
		"13 comes by 0\n3 is left",
		"5>3" },
	{ "7: and then the second, never the eighth",
		"plan by serial\n" ALL_TALK "5 comes by 0\n6 comes by 0\n7 comes by 0\n"
		"8 comes by 0\n9 comes by 0\n10 comes by 0\n11 comes by 0\n12 comes by 0\n"
		"13 comes by 0\n3 is left\n2 is left",
		"6>2" },
	{ "oldest first over all queues of the agent",
		"plan by serial\n" ALL_TALK "5 comes by 3\n6 comes by 0\n1 is left", "5>1" },
	{ "who serves one of them only gets hers",
		"plan by serial\n" ALL_TALK "5 comes by 3\n6 comes by 0\n3 is left", "6>3" },
	{ "a head start of 10 s wins over 9 s of waiting",
		"plan head-start\n" ALL_TALK "5 comes by 0\n+9999 pass\n6 comes by 3\n1 is left",
		"6>1" },
	{ "and not over more: nobody starves",
		"plan head-start\n" ALL_TALK "5 comes by 0\n+10001 pass\n6 comes by 3\n1 is left",
		"5>1" },
	{ "at the same rank who came first",
		"plan head-start\n" ALL_TALK "5 comes by 0\n+10000 pass\n6 comes by 3\n1 is left",
		"5>1" },
	{ "priority goes ahead", "plan bounded\n" ALL_TALK "5 comes by 0\n6 comes by 2\n1 is left",
		"6>1" },
	{ "by two steps of 30 s, and no more: the bound of overtaking",
		"plan bounded\n" ALL_TALK "5 comes by 0\n+59999 pass\n6 comes by 2\n1 is left",
		"6>1" },
	{ "who has waited longer than that is not overtaken",
		"plan bounded\n" ALL_TALK "5 comes by 0\n+60001 pass\n6 comes by 2\n1 is left",
		"5>1" },
	{ "12: a change of priority counts at once",
		"plan bounded\n" ALL_TALK
		"5 comes by 0\n6 comes by 0\n+5 priority contact=6 priority=2\n"
		"1 is left",
		"6>1" },
	{ "12: downwards too",
		"plan bounded\n" ALL_TALK
		"5 comes by 0\n6 comes by 0\n+5 priority contact=5 priority=5\n"
		"1 is left",
		"6>1" },
	{ "12: also of one who rings, for when that fails",
		"plan bounded\n1 comes by 0\n2 comes by 0\n3 comes by 0\n4 comes by 0\n5 comes by "
		"0\n"
		"+5 priority contact=4 priority=5\n4 is declined\n1 is answered\n1 is left",
		"5>1" },
	{ "no such priority",
		"plan bounded\n" ALL_TALK "5 comes by 0\n+0 priority contact=5 priority=6",
		"the value is out of range" },
	{ "of nobody who waits",
		"plan bounded\n1 comes by 0\n1 is answered\n+0 priority contact=1 priority=1",
		"the caller does not wait" },
	{ "9: one agent, two queues: one caller",
		"plan by serial\n+0 sign-out agent=2 queue=0\n1 comes by 0\n2 comes by 3", "" },
	{ "18: made Available while talking: no second call",
		"plan by serial\n+0 sign-out agent=2 queue=0\n1 comes by 0\n1 is answered\n2 comes "
		"by 3\n"
		"+5 agent-presence agent=1 presence=Available",
		"" },
};

static const struct trace_row classes[] = {
	{ "whoever needs nothing is for all", "plan classes\n1 comes by 0", "1>1" },
	{ "who needs something is for whom that suits", "plan classes\n1 comes by 1", "1>3" },
	{ "nobody else takes her", "plan classes\n1 comes by 1\n2 comes by 1", "" },
	{ "nor is anybody kept waiting by her",
		"plan classes\n1 comes by 1\n2 comes by 1\n3 comes by 0", "3>1" },
	{ "after ten seconds one more suits",
		"plan classes\n1 comes by 1\n2 comes by 1\n+9999 pass\n+1 pass", "2>4" },
	{ "not sooner", "plan classes\n1 comes by 1\n2 comes by 1\n+9999 pass", "" },
	{ "after thirty, all",
		"plan classes\n+0 sign-out agent=4 queue=0\n1 comes by 1\n2 comes by 0\n"
		"3 comes by 0\n1 is answered\n2 is answered\n3 is answered\n4 comes by 1\n"
		"3 is left\n+29999 pass\n+1 pass",
		"4>2" },
	{ "she keeps her place meanwhile",
		"plan classes\n+0 sign-out agent=4 queue=0\n1 comes by 1\n2 comes by 0\n3 comes by "
		"0\n"
		"1 is answered\n2 is answered\n3 is answered\n4 comes by 1\n5 comes by 0\n"
		"+30000 pass\n2 is left",
		"4>1" },
	{ "and is passed while she does not suit",
		"plan classes\n+0 sign-out agent=4 queue=0\n1 comes by 1\n2 comes by 0\n3 comes by "
		"0\n"
		"1 is answered\n2 is answered\n3 is answered\n4 comes by 1\n5 comes by 0\n"
		"+9999 pass\n2 is left",
		"5>1" },
	{ "she widens while an agent rings, and is for more when that fails",
		"plan classes\n1 comes by 1\n+15000 pass\n1 is declined", "1>4" },
	{ "19: whom presence keeps away costs no time",
		"plan presence\n+0 agent-presence agent=1 presence=Offline\n1 comes by 0", "1>2" },
};

static const struct trace_row knows[] = {
	{ "whom she knows comes first", "plan sticky\n1 comes by 0 knowing 3", "1>3" },
	{ "is waited for",
		"plan sticky\n1 comes by 0 knowing 3\n1 is answered\n2 comes by 0 knowing 3", "" },
	{ "and for nobody else", "plan sticky\n" ALL_TALK "5 comes by 0 knowing 3\n1 is left", "" },
	{ "and takes her as soon as she is free",
		"plan sticky\n" ALL_TALK "5 comes by 0 knowing 3\n1 is left\n3 is left", "5>3" },
	{ "in turn with others",
		"plan sticky\n" ALL_TALK "5 comes by 0\n6 comes by 0 knowing 3\n3 is left", "5>3" },
	{ "who came first of those who know her",
		"plan sticky\n" ALL_TALK
		"5 comes by 0 knowing 3\n6 comes by 0 knowing 3\n3 is left",
		"5>3" },
	{ "for fifteen seconds",
		"plan sticky\n1 comes by 0 knowing 3\n1 is answered\n2 comes by 0 knowing 3\n"
		"+14999 pass\n+1 pass",
		"2>1" },
	{ "not longer", "plan sticky\n" ALL_TALK "5 comes by 0 knowing 3\n+15000 pass\n1 is left",
		"5>1" },
	{ "not at all where she is not signed in",
		"plan sticky\n+0 sign-out agent=3 queue=0\n1 comes by 0 knowing 3", "1>1" },
	{ "nor where she does not serve the queue", "plan sticky\n1 comes by 3 knowing 3", "1>1" },
	{ "nor in a queue without it",
		"plan by serial\n1 comes by 0 knowing 3\n2 comes by 0 knowing 1", "2>2" },
	{ "nor where she may not serve that class", "plan sticky-classes\n1 comes by 1 knowing 1",
		"1>3" },
	{ "who declines is not waited for", "plan sticky\n1 comes by 0 knowing 3\n1 is declined",
		"1>1" },
	{ "who hangs up while she waits is gone",
		"plan sticky\n" ALL_TALK
		"5 comes by 0 knowing 3\n5 hangs up\n3 is left\n6 comes by 0",
		"6>3" },
	{ "a new plan: she is known still",
		"plan sticky\n" ALL_TALK
		"5 comes by 0 knowing 3\nagain sticky\n1 is left\n3 is left",
		"5>3" },
	{ "a new plan without it: whoever is free",
		"plan sticky\n" ALL_TALK "5 comes by 0 knowing 3\nagain by serial\n1 is left",
		"5>1" },
};

static const struct trace_row picks[] = {
	{ "nobody is offered anything", "plan by-hand\n1 comes by 0", "" },
	{ "also not who becomes free",
		"plan by-hand\n1 comes by 0\n+0 sign-out agent=1 queue=0\n+0 sign-in agent=1 "
		"queue=0",
		"" },
	{ "whoever picks is rung", "plan by-hand\n1 comes by 0\n+5 pick contact=1 agent=3", "1>3" },
	{ "the second, if she likes",
		"plan by-hand\n1 comes by 0\n2 comes by 0\n+5 pick contact=2 agent=3", "2>3" },
	{ "who does not answer what she picked is not rung again",
		"plan by-hand\n1 comes by 0\n+5 pick contact=1 agent=3\n1 is declined\n+60000 pass",
		"" },
	{ "an agent is assigned in any queue",
		"plan by serial\n" ALL_TALK
		"5 comes by 0\n6 comes by 0\n+0 pause agent=2 reason=1\n"
		"2 is left\n+0 pick contact=6 agent=2",
		"6>2" },
	{ "whom it rings for elsewhere is taken from there",
		"plan by serial\n1 comes by 0\n+5 pick contact=1 agent=3", "1>3" },
	{ "21: and whoever rang is free again at once, and not to blame",
		"plan by serial\n1 comes by 0\n+5 pick contact=1 agent=3\n2 comes by 0", "2>1" },
	{ "nobody there", "plan by-hand\n+0 pick contact=9 agent=3",
		"no such contact in progress" },
	{ "no such agent", "plan by-hand\n1 comes by 0\n+0 pick contact=1 agent=9",
		"no such agent" },
	{ "not free",
		"plan by-hand\n1 comes by 0\n2 comes by 0\n+0 pick contact=1 agent=3\n"
		"+0 pick contact=2 agent=3",
		"the agent is not free" },
	{ "not hers",
		"plan by-hand\n1 comes by 3\n1 is answered\n2 comes by 3\n2 is answered\n"
		"3 comes by 3\n+0 pick contact=3 agent=3",
		"the agent does not serve that queue" },
	{ "who talks does not wait",
		"plan by-hand\n1 comes by 3\n1 is answered\n+0 pick contact=1 agent=2",
		"the caller does not wait" },
	{ "a new plan by itself: who waits is offered",
		"plan by-hand\n1 comes by 0\nagain by serial\n+1 pass", "1>1" },
};

#define ROWS(name)                                                      \
	static void rows_of_##name(void **state)                        \
	{                                                               \
		(void)state;                                            \
		assert_int_equal(rings_rows(name, ARRAY_LEN(name)), 0); \
	}
ROWS(strategies)
ROWS(callers)
ROWS(classes)
ROWS(knows)
ROWS(picks)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_strategies),
		cmocka_unit_test(rows_of_callers),
		cmocka_unit_test(rows_of_classes),
		cmocka_unit_test(rows_of_knows),
		cmocka_unit_test(rows_of_picks),
	};

	return cmocka_run_group_tests_name("core route", tests, NULL, NULL);
}
