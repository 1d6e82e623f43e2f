/* Every way Entra can fail: what it is called, how long we wait, and what an admin reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/auth/token/flight.h"

#define FAULT(error, number)                                                                      \
	"{\"error\":\"" error "\",\"error_description\":\"AADSTS" number                          \
	": secret story\\r\\nTrace ID: x\",\"error_codes\":[" number "],\"trace_id\":\"7f1e-a\"," \
	"\"correlation_id\":\"c\"}"

static const struct {
	const char *name;
	int status;
	const char *body, *retry_after;
	enum err want;
	uint64_t rest_min, rest_max; /* ms until the next try */
	const char *says;
} faults[] = {
	{ "no answer", 0, "", NULL, E_REMOTE, 1, 500, "cannot be reached" },
	{ "500 with HTML", 500, "<html>", NULL, E_REMOTE, 1, 500, "Entra failed (status 500)" },
	{ "503 with Retry-After", 503, "", "7", E_REMOTE, 7000, 7000, "status 503" },
	{ "408", 408, "", NULL, E_REMOTE, 1, 500, "status 408" },
	{ "a redirect to a hotel's page", 302, "<html>", NULL, E_REMOTE, 1, 500, "status 302" },
	{ "403 with a proxy's HTML", 403, "<html>", NULL, E_REMOTE, 1, 500, "status 403" },
	{ "temporarily_unavailable", 400, FAULT("temporarily_unavailable", "90033"), NULL, E_REMOTE,
		1, 500, "unavailable" },
	{ "429 without Retry-After", 429, "", NULL, E_REMOTE, 60000, 60000, "slow down" },
	{ "429 with seconds", 429, "", "12", E_REMOTE, 12000, 12000, "slow down" },
	{ "429 with a fraction", 429, "", "1.5", E_REMOTE, 1500, 1500, "slow down" },
	{ "429 with a date", 429, "", "Tue, 14 Nov 2023 22:13:50 GMT", E_REMOTE, 30000, 30000,
		"slow down" },
	{ "429 with a date gone by", 429, "", "Tue, 14 Nov 2023 22:13:00 GMT", E_REMOTE, 60000,
		60000, "slow down" },
	{ "429 with a day", 429, "", "86400", E_REMOTE, 3600000, 3600000, "slow down" },
	{ "429 with nonsense", 429, "", "soon", E_REMOTE, 60000, 60000, "slow down" },
	{ "429 with NaN", 429, "", "nan", E_REMOTE, 60000, 60000, "slow down" },
	{ "our loop", 400, FAULT("invalid_grant", "50196"), NULL, E_REMOTE, 300000, 300000,
		"loop" },
	{ "wrong secret", 401, FAULT("invalid_client", "7000215"), NULL, E_DENIED, 60000, 60000,
		"copy the secret's Value, not its ID (status 401, invalid_client, AADSTS7000215, "
		"trace 7f1e-a)" },
	{ "expired secret", 401, FAULT("invalid_client", "7000222"), NULL, E_DENIED, 60000, 60000,
		"secret has expired" },
	{ "unknown certificate", 401, FAULT("invalid_client", "700027"), NULL, E_DENIED, 60000,
		60000, "upload it" },
	{ "federation just set up", 401, FAULT("invalid_client", "70021"), NULL, E_DENIED, 60000,
		60000, "take minutes" },
	{ "app not in the tenant", 400, FAULT("unauthorized_client", "700016"), NULL, E_DENIED,
		60000, 60000, "must consent" },
	{ "no such tenant", 400, FAULT("invalid_request", "90002"), NULL, E_DENIED, 60000, 60000,
		"no such tenant" },
	{ "no such scope", 400, FAULT("invalid_scope", "70011"), NULL, E_DENIED, 60000, 60000,
		"scope" },
	{ "an error of tomorrow", 400, FAULT("invalid_moon", "123"), NULL, E_DENIED, 60000, 60000,
		"invalid_moon, AADSTS123" },
	{ "an error with control characters", 400, "{\"error\":\"a\\r\\nforged: line\"}", NULL,
		E_DENIED, 60000, 60000, "(status 400, a)" },
	{ "200 with HTML", 200, "<html>", NULL, E_REMOTE, 1, 500, "not a bearer" },
	{ "200 without expires_in", 200, "{\"token_type\":\"Bearer\",\"access_token\":\"t\"}", NULL,
		E_REMOTE, 1, 500, "not a bearer" },
	{ "200 with a life of zero", 200, GOOD("0", "t"), NULL, E_REMOTE, 1, 500, "not a bearer" },
	{ "200 with a real life", 200, GOOD("3599.5", "t"), NULL, E_REMOTE, 1, 500,
		"not a bearer" },
	{ "200 with a negative life", 200, GOOD("-1", "t"), NULL, E_REMOTE, 1, 500,
		"not a bearer" },
	{ "200 with an empty token", 200, GOOD("3599", ""), NULL, E_REMOTE, 1, 500,
		"not a bearer" },
	{ "200 with a line end in the token", 200, GOOD("3599", "a\\r\\nHost: x"), NULL, E_REMOTE,
		1, 500, "not a bearer" },
	{ "200 of another type", 200,
		"{\"token_type\":\"mac\",\"expires_in\":9,\"access_token\":\"t\"}", NULL, E_REMOTE,
		1, 500, "not a bearer" },
};

static void each_fault_has_its_class_its_pause_and_its_sentence(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(faults); r++) {
		struct tokens *t = tokens_with_slot();
		struct why why = { .code = OK }, again = { .code = OK };
		uint64_t next;

		assert_int_equal(get(t, 5000, NULL), E_STALE);
		if (answer(t, 5000, take(t, 5000), faults[r].status, faults[r].body,
			    faults[r].retry_after, &why) != faults[r].want)
			fail_msg("%s: %s", faults[r].name, why.text);
		if (!strstr(why.text, faults[r].says) || strstr(why.text, "secret story"))
			fail_msg("%s: %s", faults[r].name, why.text);
		/* Those who waited, and who come now, are told the same. */
		assert_int_equal(get(t, 5000, &again), faults[r].want);
		assert_string_equal(again.text, why.text);
		for (next = 5001; get(t, next, NULL) != E_STALE; next += next < 5600 ? 1 : 100)
			idle(t, next);
		next -= 5000;
		if (next < faults[r].rest_min || next > faults[r].rest_max + 100)
			fail_msg("%s: rests %d ms", faults[r].name, (int)next);
		take(t, 5000 + next);
		tokens_free(t);
	}
}

static void pauses_grow(void **state)
{
	static const uint64_t person[] = { MINUTE, 5 * MINUTE, 15 * MINUTE, 15 * MINUTE };
	struct tokens *t = tokens_with_slot();
	uint64_t now = 0, longest = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(person); i++) {
		assert_int_equal(get(t, now, NULL), E_STALE);
		assert_int_equal(
			answer(t, now, take(t, now), 401, FAULT("invalid_client", "1"), NULL, NULL),
			E_DENIED);
		assert_int_equal(get(t, now + person[i] - 1, NULL), E_DENIED);
		now += person[i];
	}
	assert_int_equal(get(t, now, NULL), E_STALE);
	assert_int_equal(answer(t, now, take(t, now), 200, GOOD("60", "t"), NULL, NULL), OK);
	now += MINUTE;
	for (int i = 0; i < 60; i++) {
		uint64_t start = now;

		assert_int_equal(get(t, now, NULL), E_STALE);
		assert_int_equal(answer(t, now, take(t, now), 0, "", NULL, NULL), E_REMOTE);
		while (get(t, now, NULL) == E_REMOTE)
			now += 10;
		longest = now - start > longest ? now - start : longest;
		/* A success in between, and pauses are short again. */
		assert_true(now - start <= (i ? 30 * SECOND : 500) + 10);
	}
	assert_true(longest > 15 * SECOND);
	tokens_free(t);
}

/* Who can wait for the next try may: it comes by itself. */
static void what_passes_is_tried_again_by_itself(void **state)
{
	struct tokens *t = tokens_with_slot();
	struct why why;
	uint64_t at;

	(void)state;
	assert_true(token_retry_ms(t, 0) == UINT64_MAX);
	assert_int_equal(get(t, 0, NULL), E_STALE);
	assert_int_equal(answer(t, 0, take(t, 0), 503, "", "7", NULL), E_REMOTE);
	at = token_retry_ms(t, 0);
	assert_true(at == 7000 && tokens_deadline_ms(t) == UINT64_MAX);
	assert_int_equal(get(t, 1, NULL), E_REMOTE);
	assert_true(tokens_deadline_ms(t) == at);
	idle(t, at - 1);
	assert_int_equal(
		answer(t, at, take(t, at), 401, FAULT("invalid_client", "7000215"), NULL, &why),
		E_DENIED);
	assert_true(token_retry_ms(t, 0) == UINT64_MAX);
	assert_int_equal(get(t, at + 1, NULL), E_DENIED);
	assert_true(tokens_deadline_ms(t) == UINT64_MAX);
	tokens_free(t);
}

static void silence_says_why(void **state)
{
	const struct token_reply nothing = { .story = "Could not resolve host: login.example" };
	struct tokens *t = tokens_with_slot();
	struct why why;

	(void)state;
	assert_int_equal(get(t, 0, NULL), E_STALE);
	assert_int_equal(tokens_got(t, 0, take(t, 0), &nothing, &why), E_REMOTE);
	assert_non_null(strstr(why.text, "reached: Could not resolve host: login.example"));
	tokens_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_has_its_class_its_pause_and_its_sentence),
		cmocka_unit_test(pauses_grow),
		cmocka_unit_test(what_passes_is_tried_again_by_itself),
		cmocka_unit_test(silence_says_why),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
