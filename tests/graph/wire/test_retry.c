/* When to ask again. */

#include "graph/wire/retry.h"
#include "tests/graph/wire/files.h"

#include <time.h>

static const struct {
	const char *name;
	enum attempt_end end;
	int status;
	bool harmless;
	enum retry_verdict want;
} rows[] = {
	{ "an answer stands", ATTEMPT_ANSWERED, 200, false, RETRY_NO },
	{ "a refusal stands", ATTEMPT_ANSWERED, 400, true, RETRY_NO },
	{ "a token's refusal is not ours", ATTEMPT_ANSWERED, 401, true, RETRY_NO },
	{ "a call that is gone stays gone", ATTEMPT_ANSWERED, 404, true, RETRY_NO },
	{ "a conflict stands", ATTEMPT_ANSWERED, 409, true, RETRY_NO },
	{ "a redirect stands", ATTEMPT_ANSWERED, 307, true, RETRY_NO },
	{ "what is not implemented stays so", ATTEMPT_ANSWERED, 501, true, RETRY_NO },
	{ "a request that was not read", ATTEMPT_ANSWERED, 408, false, RETRY_AT },
	{ "throttled", ATTEMPT_ANSWERED, 429, false, RETRY_AT },
	{ "failed, perhaps after the effect", ATTEMPT_ANSWERED, 500, false, RETRY_UNKNOWN },
	{ "failed, harmless", ATTEMPT_ANSWERED, 500, true, RETRY_AT },
	{ "unavailable", ATTEMPT_ANSWERED, 503, false, RETRY_AT },
	{ "a gateway lost it, harmless", ATTEMPT_ANSWERED, 502, true, RETRY_AT },
	{ "a gateway lost it", ATTEMPT_ANSWERED, 502, false, RETRY_UNKNOWN },
	{ "a gateway waited too long", ATTEMPT_ANSWERED, 504, false, RETRY_UNKNOWN },
	{ "not sent", ATTEMPT_NOT_SENT, 0, false, RETRY_AT },
	{ "lost, harmless", ATTEMPT_UNKNOWN, 0, true, RETRY_AT },
	{ "lost", ATTEMPT_UNKNOWN, 0, false, RETRY_UNKNOWN },
	{ "lost with a status", ATTEMPT_UNKNOWN, 202, false, RETRY_UNKNOWN },
};

static void each_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct retry r = {
			.n_max = 5, .deadline_ms = 100000, .harmless = rows[i].harmless
		};
		struct rng rng = { 1 };
		struct retry_decision d = retry_next(
			&r, 1000, rows[i].end, rows[i].status, UINT64_MAX, &rng);

		if (d.verdict != rows[i].want || r.n != 1)
			fail_msg("%s: %d", rows[i].name, d.verdict);
		if (d.verdict == RETRY_AT && (d.at_ms <= 1000 || d.at_ms > 1250))
			fail_msg("%s: at %llu", rows[i].name, (unsigned long long)d.at_ms);
	}
}

static void never_before_retry_after(void **state)
{
	struct rng rng = { 3 };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct retry r = { .n_max = 9, .deadline_ms = 100000 };
		struct retry_decision d = retry_next(&r, 500, ATTEMPT_ANSWERED, 429, 2128, &rng);

		assert_int_equal(d.verdict, RETRY_AT);
		assert_in_range(d.at_ms, 500 + 2128, 500 + 2128 + 100);
	}
}

static void attempts_and_deadline_end_it(void **state)
{
	struct retry r = { .n_max = 2, .deadline_ms = 2000, .harmless = true };
	struct rng rng = { 3 };

	(void)state;
	assert_int_equal(retry_next(&r, 0, ATTEMPT_ANSWERED, 503, 2001, &rng).verdict, RETRY_LATE);
	assert_int_equal(
		retry_next(&r, 0, ATTEMPT_NOT_SENT, 0, UINT64_MAX, &rng).verdict, RETRY_NO);
	r = (struct retry){ .n_max = 1, .deadline_ms = 2000, .harmless = false };
	assert_int_equal(
		retry_next(&r, 0, ATTEMPT_UNKNOWN, 0, UINT64_MAX, &rng).verdict, RETRY_UNKNOWN);
}

/* Full jitter: spread over the whole of a ceiling that doubles up to its cap. */
static void back_off_spreads_and_grows_to_a_cap(void **state)
{
	static const uint64_t ceiling_ms[] = { 250, 500, 1000, 2000, 4000, 8000, 8000, 8000 };
	struct rng rng = { 5 };

	(void)state;
	for (unsigned n = 0; n < ARRAY_LEN(ceiling_ms); n++) {
		uint64_t least = UINT64_MAX, most = 0;

		for (int i = 0; i < 400; i++) {
			struct retry r = { .n = n, .n_max = 99, .deadline_ms = UINT64_MAX / 2 };
			uint64_t at =
				retry_next(&r, 0, ATTEMPT_NOT_SENT, 0, UINT64_MAX, &rng).at_ms;

			least = at < least ? at : least;
			most = at > most ? at : most;
		}
		assert_true(least < ceiling_ms[n] / 10);
		assert_in_range(most, ceiling_ms[n] * 9 / 10, ceiling_ms[n]);
	}
}

static void a_seed_gives_the_same_waits(void **state)
{
	struct rng a = { 11 }, b = { 11 };

	(void)state;
	for (int i = 0; i < 20; i++) {
		struct retry r = { .n_max = 99, .deadline_ms = 1000000 }, s = r;

		assert_true(retry_next(&r, 0, ATTEMPT_NOT_SENT, 0, UINT64_MAX, &a).at_ms ==
			    retry_next(&s, 0, ATTEMPT_NOT_SENT, 0, UINT64_MAX, &b).at_ms);
	}
}

static void retry_after_values(void **state)
{
	static const struct {
		const char *value;
		uint64_t want_ms;
	} values[] = {
		{ "0", 0 },
		{ "5", 5000 },
		{ "2.128", 2128 },
		{ "2.1281", 2129 },
		{ "2.1280", 2128 },
		{ ".5", 500 },
		{ "3.", 3000 },
		{ " 7 ", 7000 },
		{ "3600", 3600000 },
		{ "3601", 3600000 },
		{ "99999999999999999999999", 3600000 },
		{ "", UINT64_MAX },
		{ ".", UINT64_MAX },
		{ "-1", UINT64_MAX },
		{ "1s", UINT64_MAX },
		{ "1 2", UINT64_MAX },
		{ "soon", UINT64_MAX },
		{ "Sun, 06 Nov 1994 08:49:47 GMT", 10000 },
		{ "Sun, 06 Nov 1994 08:49:07 GMT", 0 },
		{ "Mon, 07 Nov 1994 08:49:37 GMT", 3600000 },
		{ "Sun, 06 Nov 1994 08:49:47", UINT64_MAX },
		{ "Sun, 6 Nov 1994 08:49:47 GMT", UINT64_MAX },
		{ "Sun, 06 Nix 1994 08:49:47 GMT", UINT64_MAX },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		uint64_t got = retry_after_read(values[i].value, 784111777000);

		if (got != values[i].want_ms)
			fail_msg("\"%s\": %llu", values[i].value, (unsigned long long)got);
	}
}

/* timegm is the C library's opinion; retry.c may not call it. */
static void dates(void **state)
{
	(void)state;
	for (time_t t = 0; t < 4102444800; t += 86400 * 5 + 3661) {
		char text[64];
		struct tm tm;

		gmtime_r(&t, &tm);
		assert_true(strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm) > 0);
		if (retry_date_read(text) != (uint64_t)t * 1000)
			fail_msg("%s", text);
	}
	assert_true(retry_date_read("yesterday") == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(never_before_retry_after),
		cmocka_unit_test(attempts_and_deadline_end_it),
		cmocka_unit_test(back_off_spreads_and_grows_to_a_cap),
		cmocka_unit_test(a_seed_gives_the_same_waits),
		cmocka_unit_test(retry_after_values),
		cmocka_unit_test(dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
