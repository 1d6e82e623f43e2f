/* The pace of fetching call records, and which contact a record is about. */
#include "graph/change/fetch.h"

#include "graph/change/join.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static enum fetch_end end(struct fetch *f, uint64_t now, uint32_t attempt, enum fetch_answer a)
{
	char id[NOTE_ID_MAX];

	return fetch_got(f, now, attempt, a, UINT64_MAX, id);
}

static void a_record_announced_often_is_fetched_once_more(void **state)
{
	struct fetch *f = fetch_new(1, 60000);
	struct fetch_request r;
	char id[NOTE_ID_MAX];

	(void)state;
	assert_int_equal(fetch_notice(f, 0, "a", NULL), OK);
	assert_int_equal(fetch_notice(f, 0, "A", NULL), OK);
	assert_int_equal(fetch_count(f), 1);
	assert_true(fetch_want(f, 0, &r));
	assert_string_equal(r.id, "a");
	assert_false(r.alone);
	assert_false(fetch_want(f, 0, &r));
	assert_int_equal(fetch_notice(f, 1, "a", NULL), OK); /* while it is being fetched */
	assert_int_equal(fetch_got(f, 2, r.attempt, FETCH_GOT, UINT64_MAX, id), FETCH_AGAIN);
	assert_string_equal(id, "a");
	assert_false(fetch_want(f, 3, &r));
	assert_int_equal(fetch_deadline_ms(f), 5002);
	assert_true(fetch_want(f, 5002, &r));
	assert_int_equal(end(f, 5003, r.attempt, FETCH_GOT), FETCH_OVER);
	assert_int_equal(end(f, 5003, r.attempt, FETCH_GOT), FETCH_STALE);
	assert_int_equal(fetch_count(f), 0);
	assert_int_equal(fetch_deadline_ms(f), UINT64_MAX);
	fetch_free(f);
}

static void what_is_not_there_yet_is_asked_for_ever_later(void **state)
{
	static const uint64_t pauses[] = { 60, 300, 900, 3600, 14400, 43200, 86400 };
	struct fetch *f = fetch_new(1, 60000);
	struct fetch_request r;
	uint64_t now = 0;

	(void)state;
	assert_int_equal(fetch_notice(f, 0, "a", NULL), OK);
	for (size_t i = 0; i < ARRAY_LEN(pauses); i++) {
		assert_true(fetch_want(f, now, &r));
		assert_int_equal(end(f, now, r.attempt, FETCH_ABSENT), FETCH_AGAIN);
		assert_int_equal(fetch_deadline_ms(f), now + pauses[i] * 1000);
		now += pauses[i] * 1000;
	}
	assert_true(fetch_want(f, now, &r));
	assert_int_equal(end(f, now, r.attempt, FETCH_ABSENT), FETCH_GIVEN_UP);
	/* A notice in between means that it is there. */
	assert_int_equal(fetch_notice(f, now, "b", NULL), OK);
	assert_true(fetch_want(f, now, &r));
	assert_int_equal(end(f, now, r.attempt, FETCH_ABSENT), FETCH_AGAIN);
	assert_int_equal(fetch_notice(f, now + 1, "b", NULL), OK);
	assert_true(fetch_want(f, now + 1, &r));
	fetch_free(f);
}

static void too_large_comes_without_its_sessions(void **state)
{
	struct fetch *f = fetch_new(1, 1000);
	struct fetch_request r;

	(void)state;
	assert_int_equal(fetch_notice(f, 0, "a", NULL), OK);
	assert_true(fetch_want(f, 0, &r));
	assert_int_equal(end(f, 0, r.attempt, FETCH_TOO_BIG), FETCH_AGAIN);
	assert_true(fetch_want(f, 5000, &r));
	assert_true(r.alone);
	assert_int_equal(end(f, 5000, r.attempt, FETCH_TOO_BIG), FETCH_GIVEN_UP);
	assert_int_equal(fetch_notice(f, 0, "b", NULL), OK);
	assert_true(fetch_want(f, 0, &r));
	assert_int_equal(end(f, 0, r.attempt, FETCH_SENSELESS), FETCH_GIVEN_UP);
	fetch_free(f);
}

static void graph_s_limits_are_kept(void **state)
{
	struct fetch *f = fetch_new(1, 1000);
	uint32_t flying[FETCH_UNDER_WAY_MAX];
	struct fetch_request r;
	size_t n = 0, sent = 0;
	char id[32];

	(void)state;
	for (int i = 0; i < FETCH_MAX; i++) {
		snprintf(id, sizeof(id), "r%d", i);
		assert_int_equal(fetch_notice(f, 0, id, NULL), OK);
	}
	assert_int_equal(fetch_notice(f, 0, "one too many", NULL), E_LIMIT);
	assert_int_equal(fetch_notice(f, 0, "", NULL), E_MALFORMED);
	assert_int_equal(fetch_notice(f, 0, "r17", NULL), OK);
	while (fetch_want(f, 5, &r))
		flying[n++] = r.attempt;
	assert_int_equal(n, FETCH_UNDER_WAY_MAX);
	for (sent = n; n > 0;) {
		assert_int_equal(end(f, 6, flying[--n], FETCH_GOT), FETCH_OVER);
		while (fetch_want(f, 6, &r)) {
			flying[n++] = r.attempt;
			sent++;
		}
	}
	assert_int_equal(sent, FETCH_BURST);
	assert_int_equal(fetch_deadline_ms(f), 20000);
	assert_true(fetch_want(f, 20000, &r));
	fetch_free(f);
}

static void who_is_refused_or_throttled_waits(void **state)
{
	struct fetch *f = fetch_new(1, 1000);
	struct fetch_request r;
	char id[NOTE_ID_MAX];

	(void)state;
	assert_int_equal(fetch_notice(f, 0, "a", NULL), OK);
	assert_int_equal(fetch_notice(f, 0, "b", NULL), OK);
	assert_true(fetch_want(f, 0, &r));
	assert_int_equal(fetch_got(f, 0, r.attempt, FETCH_FAILED, 7000, id), FETCH_AGAIN);
	assert_false(fetch_want(f, 7000, &r)); /* b neither */
	assert_true(fetch_want(f, 7001, &r));
	assert_int_equal(end(f, 7001, r.attempt, FETCH_REFUSED), FETCH_AGAIN);
	assert_false(fetch_want(f, 7001 + 899999, &r));
	assert_true(fetch_want(f, 7001 + 900000, &r));
	/* Nobody ever answers this one. */
	assert_true(fetch_want(f, 7001 + 900000, &r));
	assert_false(fetch_want(f, 7001 + 900000, &r));
	assert_true(fetch_want(f, 7001 + 900000 + FETCH_FLIGHT_MS, &r));
	fetch_free(f);
}

static struct guid guid_of(const char *text)
{
	struct guid g;

	assert_int_equal(guid_parse(text, strlen(text), &g), OK);
	return g;
}

#define CHAIN "e523d2ed-2966-4b6b-925b-754a88034cc5"
#define OTHER "f523d2ed-2966-4b6b-925b-754a88034cc5"
#define ADA "821809F5-0000-4000-8000-0D3B5136C0E7"

static void joined_by_chain_else_by_who_and_when(void **state)
{
	static const struct {
		const char *name;
		struct {
			uint32_t contact;
			const char *chain, *caller;
			uint64_t offered, ended;
		} c[3];
		uint32_t want;
		enum joined how;
	} rows[] = {
		{ "by chain, whoever it was", { { 4, CHAIN, "", 1, 2 } }, 4, JOINED_BY_CHAIN },
		{ "chain beats participants",
			{ { 4, OTHER, "+15550123", 1000000, 1100000 }, { 9, CHAIN, "", 1, 2 } }, 9,
			JOINED_BY_CHAIN },
		{ "of one chain the first", { { 9, CHAIN, "", 1, 2 }, { 4, CHAIN, "", 1, 2 } }, 4,
			JOINED_BY_CHAIN },
		{ "by number and time", { { 5, OTHER, "+15550123", 990000, 1100000 } }, 5,
			JOINED_BY_PARTICIPANTS },
		{ "a user, in either case",
			{ { 5, NULL, "821809f5-0000-4000-8000-0d3b5136c0e7", 990000, 0 } }, 5,
			JOINED_BY_PARTICIPANTS },
		{ "clocks differ by a minute", { { 5, NULL, "+15550123", 1, 940000 } }, 5,
			JOINED_BY_PARTICIPANTS },
		{ "but not by more", { { 5, NULL, "+15550123", 1, 939999 } }, 0, JOINED_NONE },
		{ "too late", { { 5, NULL, "+15550123", 1160001, 1200000 } }, 0, JOINED_NONE },
		{ "another number", { { 5, NULL, "+15550124", 990000, 1100000 } }, 0, JOINED_NONE },
		{ "nobody knows who", { { 5, NULL, "", 990000, 1100000 } }, 0, JOINED_NONE },
		{ "two are none",
			{ { 5, NULL, "+15550123", 990000, 1100000 },
				{ 6, NULL, "+15550123", 1050000, 1100000 } },
			0, JOINED_NONE },
	};
	static struct call_record record;

	(void)state;
	record = (struct call_record){ .guid = guid_of(CHAIN),
		.start_unix_ms = 1000000,
		.end_unix_ms = 1100000,
		.party = { { .kind = PARTY_PHONE, .id = "+15550123" },
			{ .kind = PARTY_USER, .id = ADA } },
		.n_parties = 2 };
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enum joined how;
		struct join j;
		uint32_t got;

		join_begin(&j, &record);
		for (size_t k = 0; k < 3 && rows[i].c[k].contact; k++) {
			struct join_contact c = { .contact = rows[i].c[k].contact,
				.caller_id = rows[i].c[k].caller,
				.offered_unix_ms = rows[i].c[k].offered,
				.ended_unix_ms = rows[i].c[k].ended };

			if (rows[i].c[k].chain)
				c.chain_id = guid_of(rows[i].c[k].chain);
			join_consider(&j, &c);
		}
		got = join_end(&j, &how);
		if (got != rows[i].want || how != rows[i].how)
			fail_msg("%s: %u (%d)", rows[i].name, got, how);
	}
	assert_true(record_names(&record, ADA));
	assert_false(record_names(&record, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_announced_often_is_fetched_once_more),
		cmocka_unit_test(what_is_not_there_yet_is_asked_for_ever_later),
		cmocka_unit_test(too_large_comes_without_its_sessions),
		cmocka_unit_test(graph_s_limits_are_kept),
		cmocka_unit_test(who_is_refused_or_throttled_waits),
		cmocka_unit_test(joined_by_chain_else_by_who_and_when),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
