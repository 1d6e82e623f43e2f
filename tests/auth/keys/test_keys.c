/* A trust root through its day: fetching, rolling, failing, and being asked too much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "auth/keys/verdicts.h"
#include "tests/auth/root.h"

#include <string.h>

#define APP "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01"
#define CLAIMS                                                                                  \
	"{\"iss\":\"https://graph.microsoft.com\",\"aud\":\"" APP "\",\"tid\":\"72f988bf-86f1-" \
	"41af-91ab-2d7cd011db47\",\"nbf\":1700000000,\"exp\":1700003600}"

enum { NOW = 1700000000, MINUTE = 60 * 1000, HOUR = 60 * MINUTE };

static EVP_PKEY *one, *two;
static char doc_one[2048], doc_two[2048], doc_both[4096];
static char *by_one, *by_two;
static struct token_profile call;

static enum err show(struct keys *k, uint64_t now_ms, const char *token)
{
	struct claims c;

	return keys_verify(k, &call, now_ms, NOW + now_ms / 1000, token, strlen(token), &c, NULL);
}

/* A token of a kid nobody published; which: its number. */
static enum err show_stranger(struct keys *k, uint64_t now_ms, int which)
{
	char header[64], *token;
	enum err e;

	snprintf(header, sizeof(header), "{\"alg\":\"RS256\",\"kid\":\"stranger-%d\"}", which);
	token = mint_token(one, MINT_JUNK, header, CLAIMS);
	e = show(k, now_ms, token);
	free(token);
	return e;
}

static void a_cold_start_makes_one_fetch_for_all_who_wait(void **state)
{
	struct keys *k = root_new(0);
	struct keys_fetch f, other;

	(void)state;
	for (int i = 0; i < 50; i++)
		assert_int_equal(show(k, 0, by_one), E_STALE);
	assert_true(keys_want(k, 0, &f));
	assert_string_equal(f.url, ROOT_URL);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(show(k, 5, by_one), E_STALE);
		assert_false(keys_want(k, 5, &other));
	}
	assert_int_equal(
		keys_got(k, 10, f.attempt, 200, ROOT_METADATA, strlen(ROOT_METADATA), NULL), OK);
	assert_int_equal(keys_deadline_ms(k), 0);
	assert_true(keys_want(k, 10, &f));
	assert_string_equal(f.url, "https://issuer.test/keys");
	assert_false(keys_want(k, 10, &other));
	assert_int_equal(show(k, 10, by_one), E_STALE);
	assert_int_equal(keys_got(k, 20, f.attempt, 200, doc_one, strlen(doc_one), NULL), OK);
	assert_int_equal(show(k, 20, by_one), OK);
	assert_false(keys_want(k, 20, &f));
	keys_free(k);
}

static void keys_are_read_again_every_hour_or_so(void **state)
{
	struct keys *k = root_new(0);
	uint64_t now = 0, shortest = 2 * HOUR, longest = 0;

	(void)state;
	assert_int_equal(root_serve(k, now, doc_one), 2);
	for (int hour = 0; hour < 100; hour++) {
		uint64_t due = keys_deadline_ms(k);
		struct keys_fetch f;

		assert_in_range(due, now + HOUR * 9 / 10, now + HOUR * 11 / 10);
		assert_false(keys_want(k, due - 1, &f));
		assert_int_equal(root_serve(k, due, doc_one), 2);
		shortest = due - now < shortest ? due - now : shortest;
		longest = due - now > longest ? due - now : longest;
		now = due;
	}
	/* Not in step with everybody else. */
	assert_true(longest - shortest > 6 * MINUTE);
	keys_free(k);
}

static void a_new_key_is_fetched_when_its_first_token_comes(void **state)
{
	struct keys *k = root_new(0);

	(void)state;
	root_serve(k, 0, doc_one);
	assert_int_equal(show(k, MINUTE, by_two), E_STALE);
	assert_int_equal(keys_deadline_ms(k), 0);
	/* The keys alone: we know where they are. */
	assert_int_equal(root_serve(k, MINUTE, doc_both), 1);
	assert_int_equal(show(k, MINUTE, by_two), OK);
	assert_int_equal(show(k, MINUTE, by_one), OK);
	keys_free(k);
}

static void strangers_cause_two_fetches_and_then_one_in_five_minutes(void **state)
{
	struct keys *k = root_new(0);
	int fetches = 0, who = 0;

	(void)state;
	root_serve(k, 0, doc_one);
	/* An hour but a bit, so that the hourly refresh does not mix in: a new stranger a second.
	 */
	for (uint64_t now = 1000; now < 50 * MINUTE; now += 1000) {
		enum err e = show_stranger(k, now, who++);

		assert_true(e == E_STALE || e == E_ABSENT);
		fetches += root_serve(k, now, doc_one);
	}
	assert_in_range(fetches, 2, 2 + 50 / 5);
	assert_true(fetches > 9);
	assert_int_equal(show(k, 50 * MINUTE, by_one), OK);
	keys_free(k);
}

static void a_stranger_once_asked_for_is_refused_for_a_while(void **state)
{
	struct keys *k = root_new(0);

	(void)state;
	root_serve(k, 0, doc_one);
	assert_int_equal(show_stranger(k, 1000, 1), E_STALE);
	assert_int_equal(root_serve(k, 1500, doc_one), 1);
	for (uint64_t now = 2000; now < 1000 + 5 * MINUTE; now += 10 * 1000) {
		assert_int_equal(show_stranger(k, now, 1), E_DENIED);
		assert_int_equal(root_serve(k, now, doc_one), 0);
	}
	assert_int_equal(show_stranger(k, 1000 + 5 * MINUTE, 1), E_STALE);
	assert_int_equal(root_serve(k, 1000 + 5 * MINUTE, doc_one), 1);
	keys_free(k);
}

/* What was asked while a fetch was under way may not be in its answer. */
static void a_fetch_older_than_the_question_is_no_answer(void **state)
{
	struct keys *k = root_new(0);
	struct keys_fetch f;

	(void)state;
	root_serve(k, 0, doc_one);
	assert_int_equal(show_stranger(k, 1000, 1), E_STALE);
	assert_true(keys_want(k, 1000, &f));
	assert_int_equal(show(k, 1200, by_two), E_STALE);
	assert_int_equal(keys_got(k, 1300, f.attempt, 200, doc_one, strlen(doc_one), NULL), OK);
	assert_int_equal(show(k, 1300, by_two), E_STALE);
	assert_int_equal(root_serve(k, 1300, doc_both), 1);
	assert_int_equal(show(k, 1300, by_two), OK);
	keys_free(k);
}

static void a_withdrawn_key_takes_its_remembered_tokens_along(void **state)
{
	struct keys *k = root_new(0);
	struct keys_view v;
	uint64_t due;

	(void)state;
	root_serve(k, 0, doc_both);
	assert_int_equal(show(k, 1, by_one), OK);
	assert_int_equal(show(k, 2, by_one), OK);
	keys_view(k, &v);
	assert_int_equal(v.verified, 1);
	assert_int_equal(v.remembered, 1);
	due = keys_deadline_ms(k);
	root_serve(k, due, doc_two);
	/* Shown within its life and within five minutes of its verdict. */
	assert_int_not_equal(show(k, due, by_one), OK);
	assert_int_equal(show(k, due, by_two), OK);
	keys_view(k, &v);
	assert_int_equal(v.n_keys, 1);
	keys_free(k);
}

static void an_unchanged_document_keeps_the_verdicts(void **state)
{
	struct keys *k = root_new(0);
	struct keys_view v;
	uint64_t due;

	(void)state;
	root_serve(k, 0, doc_both);
	due = keys_deadline_ms(k);
	assert_int_equal(show(k, due - 1, by_one), OK);
	root_serve(k, due, doc_both);
	assert_int_equal(show(k, due, by_one), OK);
	keys_view(k, &v);
	assert_int_equal(v.verified, 1);
	assert_int_equal(v.remembered, 1);
	keys_free(k);
}

static void a_remembered_token_still_expires(void **state)
{
	struct keys *k = root_new(0);
	/* exp is NOW + 3600, the skew 300; the clock stands in for a wall clock in step. */
	uint64_t end = (3600 + SKEW_S) * 1000;

	(void)state;
	root_serve(k, end - 2000, doc_one);
	assert_int_equal(show(k, end - 2000, by_one), OK);
	assert_int_equal(show(k, end - 1, by_one), OK);
	assert_int_equal(show(k, end, by_one), E_DENIED);
	keys_free(k);
}

static void a_verdict_is_made_anew_after_five_minutes(void **state)
{
	struct keys *k = root_new(0);
	struct keys_view v;

	(void)state;
	root_serve(k, 0, doc_one);
	assert_int_equal(show(k, 0, by_one), OK);
	assert_int_equal(show(k, 5 * MINUTE - 1, by_one), OK);
	assert_int_equal(show(k, 5 * MINUTE, by_one), OK);
	keys_view(k, &v);
	assert_int_equal(v.verified, 2);
	assert_int_equal(v.remembered, 1);
	keys_free(k);
}

static const struct {
	const char *name, *metadata, *jwks; /* jwks NULL: the fault is in the metadata */
	int status;
	const char *says;
} faults[] = {
	{ "no answer", NULL, NULL, 0, "no answer" },
	{ "a status of 503", "busy", NULL, 503, "status 503" },
	{ "a redirect", "", NULL, 302, "status 302" },
	{ "HTML", "<html>", NULL, 200, "not JSON" },
	{ "no jwks_uri", "{\"issuer\":\"https://issuer.test\"}", NULL, 200, "no jwks_uri" },
	{ "jwks_uri over http", "{\"jwks_uri\":\"http://issuer.test/keys\"}", NULL, 200,
		"plain http" },
	{ "jwks_uri elsewhere", "{\"jwks_uri\":\"https://thief.test/keys\"}", NULL, 200,
		"thief.test" },
	{ "jwks_uri with our host as a user name",
		"{\"jwks_uri\":\"https://issuer.test@thief.test/keys\"}", NULL, 200,
		"not an https" },
	{ "jwks_uri on another port", "{\"jwks_uri\":\"https://issuer.test:444/keys\"}", NULL, 200,
		"issuer.test:444" },
	{ "jwks_uri a number", "{\"jwks_uri\":1}", NULL, 200, "no jwks_uri" },
	{ "an empty key set", ROOT_METADATA, "{\"keys\":[]}", 200, "usable" },
	{ "keys that are no JSON", ROOT_METADATA, "oops", 200, "not JSON" },
	{ "keys with a status of 500", ROOT_METADATA, "{}", 500, "status 500" },
};

/* Serve one broken round at now; the story goes to why. */
static void serve_fault(struct keys *k, uint64_t now, size_t row, struct why *why)
{
	struct keys_fetch f;
	const char *body = faults[row].metadata ? faults[row].metadata : "";
	bool in_keys = faults[row].jwks != NULL;

	assert_true(keys_want(k, now, &f));
	assert_string_equal(f.url, ROOT_URL);
	assert_int_equal(keys_got(k, now, f.attempt, in_keys ? 200 : faults[row].status, body,
				 strlen(body), why),
		in_keys ? OK : E_REMOTE);
	if (!in_keys)
		return;
	assert_true(keys_want(k, now, &f));
	assert_int_equal(keys_got(k, now, f.attempt, faults[row].status, faults[row].jwks,
				 strlen(faults[row].jwks), why),
		E_REMOTE);
}

static void a_useless_document_leaves_the_good_one(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(faults); r++) {
		struct keys *k = root_new(0);
		struct keys_fetch f;
		struct why why;
		uint64_t due;

		root_serve(k, 0, doc_one);
		due = keys_deadline_ms(k);
		serve_fault(k, due, r, &why);
		if (!strstr(why.text, faults[r].says))
			fail_msg("%s: %s", faults[r].name, why.text);
		assert_int_equal(show(k, due, by_one), OK);
		/* And it is not asked again at once. */
		assert_false(keys_want(k, due + 800, &f));
		assert_true(keys_deadline_ms(k) <= due + 1200);
		root_serve(k, due + 1200, doc_both);
		assert_int_equal(show(k, due + 1200, by_two), OK);
		keys_free(k);
	}
}

static void failing_pauses_grow_to_five_minutes_and_keys_die_after_a_day(void **state)
{
	struct keys *k = root_new(0);
	struct keys_fetch f;
	uint64_t now = 0, pause = 0;
	int tries = 0;

	(void)state;
	root_serve(k, 0, doc_one);
	for (now = keys_deadline_ms(k); now < 24 * HOUR; tries++) {
		/* by_one is over by then; a fresh token of the same key is what lives. */
		char claims[512], *token;

		snprintf(claims, sizeof(claims), "%.*s%llu}", (int)(strlen(CLAIMS) - 11), CLAIMS,
			(unsigned long long)(NOW + now / 1000 + 60));
		token = mint_token(one, MINT_RS256, "{\"alg\":\"RS256\",\"kid\":\"one\"}", claims);
		assert_int_equal(show(k, now, token), OK);
		free(token);
		assert_true(keys_want(k, now, &f));
		assert_int_equal(keys_got(k, now, f.attempt, 0, "", 0, NULL), E_REMOTE);
		assert_true(keys_deadline_ms(k) > now);
		pause = keys_deadline_ms(k) - now;
		assert_true(pause <= 5 * MINUTE * 11 / 10);
		now = keys_deadline_ms(k);
	}
	assert_true(pause >= 5 * MINUTE * 9 / 10);
	assert_in_range(tries, 250, 350);
	assert_int_equal(show(k, 24 * HOUR, by_one), E_ABSENT);
	assert_int_equal(root_serve(k, now, doc_one), 2);
	keys_free(k);
}

static void an_answer_too_late_changes_nothing(void **state)
{
	struct keys *k = root_new(0);
	struct keys_fetch first, second;

	(void)state;
	assert_true(keys_want(k, 0, &first));
	assert_int_equal(keys_deadline_ms(k), KEYS_FLIGHT_MS);
	assert_false(keys_want(k, KEYS_FLIGHT_MS, &second)); /* it failed: a pause */
	assert_true(keys_want(k, keys_deadline_ms(k), &second));
	assert_int_equal(keys_got(k, KEYS_FLIGHT_MS + 2000, first.attempt, 200, ROOT_METADATA,
				 strlen(ROOT_METADATA), NULL),
		E_STALE);
	assert_int_equal(keys_got(k, KEYS_FLIGHT_MS + 2000, second.attempt, 200, ROOT_METADATA,
				 strlen(ROOT_METADATA), NULL),
		OK);
	assert_int_equal(keys_got(k, KEYS_FLIGHT_MS + 2000, second.attempt, 200, doc_one,
				 strlen(doc_one), NULL),
		E_STALE);
	keys_free(k);
}

static void more_hosts_are_believed_when_named(void **state)
{
	static const char metadata[] = "{\"jwks_uri\":\"https://Keys.test:8443/k\"}";
	struct keys_conf conf = {
		.name = "t", .metadata_url = ROOT_URL, .host = { "keys.test:8443" }, .n_hosts = 1
	};
	struct keys_fetch f;
	struct keys *k;

	(void)state;
	assert_int_equal(keys_new(&conf, 0, &k, NULL), OK);
	assert_true(keys_want(k, 0, &f));
	assert_int_equal(keys_got(k, 0, f.attempt, 200, metadata, strlen(metadata), NULL), OK);
	assert_true(keys_want(k, 0, &f));
	assert_string_equal(f.url, "https://Keys.test:8443/k");
	keys_free(k);
	snprintf(conf.metadata_url, sizeof(conf.metadata_url), "http://127.0.0.1:9/x");
	assert_int_equal(keys_new(&conf, 0, &k, NULL), E_MALFORMED);
	conf.http_on_loopback = true;
	assert_int_equal(keys_new(&conf, 0, &k, NULL), OK);
	keys_free(k);
}

/* More tokens than places: the one that ends first gives way, and nothing else is lost. */
static void a_full_memory_forgets_what_ends_first(void **state)
{
	const struct verdict_id last = { { 39 }, "s", 1 }, other = { { 39 }, "t", 1 };
	const struct verdict_id longer = { { 39 }, "s\0", 2 };
	struct verdicts v;

	(void)state;
	assert_int_equal(verdicts_init(&v, VERDICT_WAYS), OK);
	for (uint8_t i = 0; i < 40; i++) {
		struct verdict one_more = { .until_ms = 100 + i, .generation = 1 };

		verdicts_put(&v, &(struct verdict_id){ { i }, "s", 1 }, &one_more);
		for (uint8_t back = 0; back <= i; back++)
			if ((verdicts_find(&v, &(struct verdict_id){ { back }, "s", 1 }, 1, 0) !=
				    NULL) != (back + VERDICT_WAYS > i))
				fail_msg("%d after %d", back, i);
	}
	assert_non_null(verdicts_find(&v, &last, 1, 138));
	assert_null(verdicts_find(&v, &last, 1, 139));
	assert_null(verdicts_find(&v, &last, 2, 0));
	/* The same text with another signature is another token. */
	assert_null(verdicts_find(&v, &other, 1, 0));
	assert_null(verdicts_find(&v, &longer, 1, 0));
	verdicts_fini(&v);
}

static int set_up(void **state)
{
	struct text a = TEXT(doc_one), b = TEXT(doc_two), both = TEXT(doc_both);

	(void)state;
	one = mint_rsa(2048);
	two = mint_rsa(2048);
	text_add(&a, "{\"keys\":["), mint_jwk(&a, one, "one", ""), text_add(&a, "]}");
	text_add(&b, "{\"keys\":["), mint_jwk(&b, two, "two", ""), text_add(&b, "]}");
	text_add(&both, "{\"keys\":["), mint_jwk(&both, one, "one", ""), text_add(&both, ",");
	mint_jwk(&both, two, "two", ""), text_add(&both, "]}");
	assert_false(a.cut || b.cut || both.cut);
	by_one = mint_token(one, MINT_RS256, "{\"alg\":\"RS256\",\"kid\":\"one\"}", CLAIMS);
	by_two = mint_token(two, MINT_RS256, "{\"alg\":\"RS256\",\"kid\":\"two\"}", CLAIMS);
	return profile_call(&call, APP, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	free(by_one);
	free(by_two);
	EVP_PKEY_free(one);
	EVP_PKEY_free(two);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cold_start_makes_one_fetch_for_all_who_wait),
		cmocka_unit_test(keys_are_read_again_every_hour_or_so),
		cmocka_unit_test(a_new_key_is_fetched_when_its_first_token_comes),
		cmocka_unit_test(strangers_cause_two_fetches_and_then_one_in_five_minutes),
		cmocka_unit_test(a_stranger_once_asked_for_is_refused_for_a_while),
		cmocka_unit_test(a_fetch_older_than_the_question_is_no_answer),
		cmocka_unit_test(a_withdrawn_key_takes_its_remembered_tokens_along),
		cmocka_unit_test(an_unchanged_document_keeps_the_verdicts),
		cmocka_unit_test(a_remembered_token_still_expires),
		cmocka_unit_test(a_verdict_is_made_anew_after_five_minutes),
		cmocka_unit_test(a_useless_document_leaves_the_good_one),
		cmocka_unit_test(failing_pauses_grow_to_five_minutes_and_keys_die_after_a_day),
		cmocka_unit_test(an_answer_too_late_changes_nothing),
		cmocka_unit_test(more_hosts_are_believed_when_named),
		cmocka_unit_test(a_full_memory_forgets_what_ends_first),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
