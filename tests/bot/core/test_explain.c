/* Why an agent has not the caller: the rule that keeps them apart. */
#include "tests/bot/core/trace.h"

#include "bot/core/explain.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CALL(n) "+0 call-incoming contact=" #n " entry=0\n+0 call-active contact=" #n "\n"
#define TAKEN "+5 agent-answered contact=1 attempt=4\n"

static const struct {
	const char *name, *script;
	uint32_t contact, agent; /* agent: number */
	enum why_not why;
	uint32_t number;
	uint64_t until_ms; /* since the script's start; 0: none */
} rows[] = {
	{ "nobody called", "plan direct", 1, 1, WHY_NO_CONTACT, 0, 0 },
	{ "still in the flow", "plan menu\n" CALL(1), 1, 1, WHY_NOT_WAITING, PHASE_FLOW, 0 },
	{ "she rings", "plan direct\n" CALL(1), 1, 1, WHY_OFFERED, 0, 0 },
	{ "she talks", "plan direct\n" CALL(1) TAKEN, 1, 1, WHY_OFFERED, 0, 0 },
	{ "another rings", "plan direct\n" CALL(1), 1, 2, WHY_RINGS_ELSEWHERE, 0, 0 },
	{ "not of the queue", "plan pair\n" CALL(1) "+5 digit contact=1 digit=1", 1, 2,
		WHY_NOT_MEMBER, 0, 0 },
	{ "signed out", "plan direct\n+0 sign-out agent=2 queue=1\n" CALL(1), 1, 2, WHY_SIGNED_OUT,
		0, 0 },
	{ "paused", "plan direct\n+0 pause agent=2 reason=7\n" CALL(1), 1, 2, WHY_PAUSED, 7, 0 },
	{ "elsewhere", "plan presence\n+0 agent-presence agent=2 presence=Busy\n" CALL(1), 1, 2,
		WHY_PRESENCE, PRESENCE_BUSY, 0 },
	{ "rings for another", "plan lone\n" CALL(1) CALL(2), 2, 1, WHY_RINGING, 1, 0 },
	{ "with another", "plan lone\n" CALL(1) TAKEN CALL(2), 2, 1, WHY_TALKING, 1, 0 },
	{ "wraps up", "plan lone\n" CALL(1) TAKEN "+5 agent-left contact=1 attempt=4\n" CALL(2), 2,
		1, WHY_WRAP_UP, 0, 5010 },
	{ "backs off", "plan lone\n" CALL(1) "+20000 pass", 1, 1, WHY_BACK_OFF, 0, 30000 },
	{ "Graph failed, and the caller rests",
		"plan lone\n" CALL(1) "+5 agent-failed contact=1 attempt=4 end=failed", 1, 1,
		WHY_RESTS, 0, 1005 },
	{ "agents pick", "plan by-hand\n" CALL(1), 1, 1, WHY_BY_HAND, 0, 0 },
};

static void each_row(void **state)
{
	unsigned bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct trace *t = trace_new();
		struct explanation e;
		uint64_t until;

		trace_run(t, rows[i].script);
		if (t->error[0])
			fail_msg("%s: %s", rows[i].name, t->error);
		e = centre_why(t->centre, rows[i].contact, rows[i].agent - 1);
		until = e.until_ms ? e.until_ms - 1000000 : 0;
		if (e.why != rows[i].why || e.number != rows[i].number ||
			until != rows[i].until_ms) {
			bad++;
			printf("# %s: %s number=%u until=%llu\n# after:\n%s\n", rows[i].name,
				why_not_text(e.why), e.number, (unsigned long long)until,
				t->out_room);
		}
		trace_free(t);
	}
	assert_int_equal(bad, 0);
}

/* Whoever is told to be free while somebody waits for her would be a fault of the centre's. */
static void ranks(void **state)
{
	struct trace *t = trace_new();
	struct rank_view a, b;

	(void)state;
	trace_run(t, "plan lone\n" CALL(1) CALL(2));
	assert_true(centre_rank(t->centre, 1, &a));
	trace_run(t, "+700 pass\n" CALL(3));
	assert_true(centre_rank(t->centre, 3, &b));
	assert_int_equal(b.rank - a.rank, 700);
	assert_int_equal(b.credit_ms - a.credit_ms, 700);
	assert_int_equal(b.queue, 1);
	assert_int_equal(b.priority, PRIORITY_NORMAL);
	assert_false(centre_rank(t->centre, 9, &a));
	trace_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(ranks),
	};

	return cmocka_run_group_tests_name("core explain", tests, NULL, NULL);
}
