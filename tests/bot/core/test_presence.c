/* Presence: who is elsewhere is not offered a caller, and who comes back is at once. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define IS(n, word) "+0 agent-presence agent=" #n " presence=" word "\n"
#define START "plan presence\n"
#define WAITS                          \
	"listen contact=1 attempt=2\n" \
	"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10"
#define BOTH_BUSY START IS(1, "Busy") IS(2, "DoNotDisturb") CALL(1)
#define TALKS START CALL(1) "+5 agent-answered contact=1 attempt=4\n" IS(2, "Away")
#define LEFT "+5 agent-left contact=1 attempt=4\n"
#define RINGS_FIRST WAITS "\nring contact=1 attempt=4 agent=1 queue=1"
#define RINGS_SECOND WAITS "\nring contact=1 attempt=4 agent=2 queue=1"
#define TWO_MINDED "plan two-minded\n" IS(1, "Busy") IS(2, "Away") CALL(1)

static const struct trace_row rows[] = {
	{ "nobody has said anything: everybody is available", START CALL(1), RINGS_FIRST },
	{ "a busy agent is passed over", START IS(1, "Busy") CALL(1), RINGS_SECOND },
	{ "one who is busy and idle too", START IS(1, "BusyIdle") CALL(1), RINGS_SECOND },
	{ "one who is not to be disturbed", START IS(1, "DoNotDisturb") CALL(1), RINGS_SECOND },
	{ "one who is away", START IS(1, "Away") CALL(1), RINGS_SECOND },
	{ "one who will be right back", START IS(1, "BeRightBack") CALL(1), RINGS_SECOND },
	{ "one who is offline", START IS(1, "Offline") CALL(1), RINGS_SECOND },
	{ "one who is available and idle is not", START IS(1, "AvailableIdle") CALL(1),
		RINGS_FIRST },
	{ "nor is one of whom nobody knows any more",
		START IS(1, "Busy") IS(2, "Busy") IS(2, "PresenceUnknown") CALL(1), RINGS_SECOND },
	{ "unless the queue wants to know", "plan known\n" IS(2, "Available") CALL(1),
		RINGS_SECOND },
	{ "a queue that does not ask rings whoever is free",
		"plan relaxed\n" IS(1, "DoNotDisturb") CALL(1), RINGS_FIRST },
	{ "all are elsewhere: the caller waits and hears music", BOTH_BUSY, WAITS },
	{ "who comes back is offered the caller at once",
		BOTH_BUSY "+7000 agent-presence agent=2 presence=Available",
		"ring contact=1 attempt=4 agent=2 queue=1" },
	{ "from one absence to another is no return",
		BOTH_BUSY "+7000 agent-presence agent=2 presence=Away", "" },
	{ "the limit of waiting stands", BOTH_BUSY "+119999 pass\n+1 pass",
		"stop-play contact=1\nplay contact=1 attempt=5 prompt=12" },
	{ "a presence while she rings withdraws nothing", START CALL(1) IS(1, "Busy"), "" },
	{ "and she may answer", START CALL(1) IS(1, "Busy") "+5 agent-answered contact=1 attempt=4",
		"stop-play contact=1\nconnect contact=1 attempt=4 agent=1 queue=1" },
	{ "a presence while she talks ends nothing", TALKS IS(1, "Offline"), "" },
	{ "available while she talks is no second call", TALKS CALL(2) IS(1, "Available"), "" },
	{ "wrapped up and available: the next", TALKS CALL(2) IS(1, "Available") LEFT "+5000 pass",
		"ring contact=2 attempt=9 agent=1 queue=1" },
	{ "wrapped up and busy elsewhere: not the next",
		TALKS CALL(2) IS(1, "Busy") LEFT "+5000 pass", "" },
	{ "and the next when she is not any more",
		TALKS CALL(2) IS(1, "Busy") LEFT "+6000 agent-presence agent=1 presence=Available",
		"ring contact=2 attempt=9 agent=1 queue=1" },
	{ "a ring that went unanswered goes on to those who are here",
		START IS(2, "Away") CALL(1) "+20000 pass",
		"withdraw contact=1 attempt=4 agent=1 queue=1" },
	{ "who comes back has not rested: longest idle is the other",
		START IS(1, "Away") IS(1, "Available") CALL(1), RINGS_SECOND },
	{ "available by another word is no return",
		START IS(1, "Available") IS(1, "AvailableIdle") IS(1, "Available") CALL(1),
		RINGS_FIRST },
	{ "busy is no reason for one queue and one for the other",
		TWO_MINDED "+5 digit contact=1 digit=1",
		"hold contact=1 attempt=3 queue=1 prompt=11 value=1 music=10" },
	{ "so of two who wait she is offered the later",
		TWO_MINDED CALL(2) "+5 digit contact=1 digit=1\n+5 digit contact=2 digit=2",
		"hold contact=2 attempt=6 queue=2 prompt=11 value=1 music=10\n"
		"ring contact=2 attempt=7 agent=1 queue=2" },
	{ "the same said twice changes nothing",
		BOTH_BUSY "+9 agent-presence agent=1 presence=Busy", "" },
	{ "an agent who does not exist", START IS(3, "Busy") CALL(1), RINGS_FIRST },
	{ "a presence goes with the agent into another plan",
		START IS(1, "Busy") "again swapped\nagain presence\n" CALL(1), RINGS_SECOND },
	{ "a plan that relaxes the rule offers who waits", BOTH_BUSY "again relaxed\n+0 pass",
		"ring contact=1 attempt=4 agent=1 queue=1" },
	{ "a restart forgets nothing",
		BOTH_BUSY "+5 start\n+5 call-present contact=1 attempt=4 presence=active",
		"hold contact=1 attempt=5 queue=1 music=10" },
};

static void each_row(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(rows, ARRAY_LEN(rows)), 0);
}

static void a_presence_of_a_later_version_changes_nothing(void **state)
{
	static const int32_t strange[] = { -1, PRESENCES, 77 };
	struct trace *t = trace_new();
	struct agent_view v;

	(void)state;
	trace_run(t, START IS(1, "Busy"));
	for (size_t i = 0; i < ARRAY_LEN(strange); i++) {
		struct event ev = { .kind = EV_AGENT_PRESENCE,
			.at_ms = t->now_ms,
			.attempt = 1,
			.value = strange[i] };

		trace_event(t, &ev);
	}
	centre_agent(t->centre, 0, &v);
	assert_int_equal(v.presence, PRESENCE_BUSY);
	trace_free(t);
}

/* Journals name them by number. */
static void numbers_stay(void **state)
{
	(void)state;
	assert_int_equal(EV_AGENT_PRESENCE, 15);
	assert_int_equal(PRESENCE_UNKNOWN, 0);
	assert_int_equal(PRESENCE_AVAILABLE, 1);
	assert_int_equal(PRESENCE_BUSY, 5);
	assert_int_equal(PRESENCE_OFFLINE, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(a_presence_of_a_later_version_changes_nothing),
		cmocka_unit_test(numbers_stay),
	};

	return cmocka_run_group_tests_name("core presence", tests, NULL, NULL);
}
