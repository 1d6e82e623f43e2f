/* The bot's tokens in virtual time: one flight, renewal ahead, and nobody else's token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/auth/token/flight.h"

static void fifty_cold_requests_make_one_post(void **state)
{
	struct tokens *t = tokens_with_slot();
	const char *bearer;
	uint32_t attempt = 0;
	int posts = 0;

	(void)state;
	idle(t, 0); /* nobody has asked */
	assert_true(tokens_deadline_ms(t) == UINT64_MAX);
	for (int i = 0; i < 50; i++) {
		struct token_post post;

		assert_int_equal(get(t, (uint64_t)i, NULL), E_STALE);
		if (tokens_want(t, (uint64_t)i, NOW, &post, NULL) != OK)
			continue;
		attempt = post.attempt;
		posts++;
		token_post_fini(&post);
	}
	assert_int_equal(posts, 1);
	assert_true(tokens_deadline_ms(t) == TOKEN_FLIGHT_MS);
	assert_int_equal(answer(t, 80, attempt, 200, GOOD("3599", "abc.def"), NULL, NULL), OK);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(token_get(t, 0, 90, &bearer, NULL), OK);
		assert_string_equal(bearer, "abc.def");
	}
	idle(t, 90);
	tokens_free(t);
}

static void the_request_is_what_entra_documents(void **state)
{
	struct tokens *t = tokens_with_slot();
	struct token_post post;

	(void)state;
	assert_int_equal(get(t, 0, NULL), E_STALE);
	assert_int_equal(tokens_want(t, 0, NOW, &post, NULL), OK);
	assert_string_equal(post.url, AUTHORITY "/" TENANT "/oauth2/v2.0/token");
	assert_string_equal(post.body, "client_id=" APP "&grant_type=client_credentials"
				       "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
				       "&client_secret=a%2Bb~c%2Fd%3D%25%20%C3%A9");
	assert_int_equal(post.body_bytes, strlen(post.body));
	token_post_fini(&post);
	tokens_free(t);
}

static const struct {
	const char *name, *body;
	uint64_t soft_min, soft_max, hard; /* seconds after the request began */
} lives[] = {
	{ "an hour", GOOD("3599", "t"), 2429, 2699, 3539 },
	{ "an hour in digits", GOOD("\"3599\"", "t"), 2429, 2699, 3539 },
	{ "twenty minutes", GOOD("1200", "t"), 540, 600, 1140 },
	{ "a day and more is cut", GOOD("999999", "t"), 80190, 89100, 89940 },
	{ "ten seconds is stretched to a minute", GOOD("10", "t"), 27, 30, 30 },
	{ "refresh_in decides",
		"{\"token_type\":\"bearer\",\"expires_in\":86400,\"refresh_in\":43200,"
		"\"access_token\":\"t\"}",
		38880, 43200, 86340 },
	{ "refresh_in beyond the life does not",
		"{\"token_type\":\"Bearer\",\"expires_in\":3599,\"refresh_in\":9999,\"access_"
		"token\":"
		"\"t\"}",
		2429, 2699, 3539 },
};

/* The first second at which a token is asked for though it is there; and when it is gone. */
static void a_token_is_renewed_ahead_and_not_used_in_its_last_minute(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(lives); r++) {
		struct tokens *t = tokens_with_slot();
		uint64_t start = 1000 * SECOND, soft = 0, s = 0;
		uint32_t attempt;

		assert_int_equal(get(t, start, NULL), E_STALE);
		attempt = take(t, start);
		/* Nine seconds on the way count as part of its life. */
		assert_int_equal(
			answer(t, start + 9 * SECOND, attempt, 200, lives[r].body, NULL, NULL), OK);
		for (s = 9; get(t, start + s * SECOND, NULL) == OK; s++) {
			struct token_post post;

			if (soft || tokens_want(t, start + s * SECOND, NOW, &post, NULL) != OK)
				continue;
			soft = s;
			token_post_fini(&post); /* and it never answers */
		}
		if (soft < lives[r].soft_min || soft > lives[r].soft_max || s != lives[r].hard)
			fail_msg("%s: soft %d hard %d", lives[r].name, (int)soft, (int)s);
		tokens_free(t);
	}
}

static void a_failed_renewal_keeps_the_old_token_and_waits(void **state)
{
	struct tokens *t = tokens_with_slot();
	const char *bearer;
	uint64_t now = 2700 * SECOND;

	(void)state;
	assert_int_equal(get(t, 0, NULL), E_STALE);
	assert_int_equal(answer(t, 0, take(t, 0), 200, GOOD("3599", "old"), NULL, NULL), OK);
	assert_int_equal(get(t, now, NULL), OK);
	assert_int_equal(answer(t, now, take(t, now), 500, "", NULL, NULL), E_REMOTE);
	assert_int_equal(token_get(t, 0, now + 1, &bearer, NULL), OK);
	assert_string_equal(bearer, "old");
	idle(t, now + 29 * SECOND);
	assert_true(tokens_deadline_ms(t) == now + 30 * SECOND);
	now += 30 * SECOND;
	assert_int_equal(answer(t, now, take(t, now), 200, GOOD("3599", "new"), NULL, NULL), OK);
	assert_int_equal(token_get(t, 0, now, &bearer, NULL), OK);
	assert_string_equal(bearer, "new");
	tokens_free(t);
}

static void silence_ends_a_flight_and_a_late_answer_is_nobodys(void **state)
{
	struct tokens *t = tokens_with_slot();
	struct why why;
	uint32_t attempt;

	(void)state;
	assert_int_equal(get(t, 0, NULL), E_STALE);
	attempt = take(t, 0);
	assert_int_equal(get(t, TOKEN_FLIGHT_MS - 1, NULL), E_STALE);
	assert_int_equal(get(t, TOKEN_FLIGHT_MS, &why), E_REMOTE);
	assert_non_null(strstr(why.text, "did not answer"));
	assert_int_equal(answer(t, TOKEN_FLIGHT_MS, attempt, 200, GOOD("3599", "late"), NULL, NULL),
		E_STALE);
	assert_int_equal(get(t, TOKEN_FLIGHT_MS + SECOND, NULL), E_STALE);
	assert_int_not_equal(take(t, TOKEN_FLIGHT_MS + SECOND), attempt);
	tokens_free(t);
}

static void a_refused_token_is_dropped_if_it_is_still_the_one(void **state)
{
	struct tokens *t = tokens_with_slot();
	const char *bearer;

	(void)state;
	assert_int_equal(get(t, 0, NULL), E_STALE);
	assert_int_equal(answer(t, 0, take(t, 0), 200, GOOD("3599", "first"), NULL, NULL), OK);
	token_drop_if(t, 0, 100, "another");
	token_drop_if(t, 0, 100, "firs");
	token_drop_if(t, 0, 100, "");
	assert_int_equal(get(t, 100, NULL), OK);
	token_drop_if(t, 0, 100, "first");
	assert_int_equal(get(t, 100, NULL), E_STALE);
	assert_int_equal(answer(t, 100, take(t, 100), 200, GOOD("3599", "second"), NULL, NULL), OK);
	token_drop_if(t, 0, 200, "first"); /* somebody slow */
	/* The fresh one is refused too: more of them would not help. */
	token_drop_if(t, 0, 200, "second");
	assert_int_equal(token_get(t, 0, 200, &bearer, NULL), OK);
	assert_string_equal(bearer, "second");
	token_drop_if(t, 0, 100 + TOKEN_DROP_PAUSE_MS, "second");
	assert_int_equal(get(t, 100 + TOKEN_DROP_PAUSE_MS, NULL), E_STALE);
	tokens_free(t);
}

static const struct {
	const char *name;
	struct token_key key; /* NULL members: as the good key */
	const char *says;     /* NULL: a slot of its own */
} keys[] = {
	{ "another tenant", { .tenant = "contoso.com" }, NULL },
	{ "another app", { .client_id = TENANT }, NULL },
	{ "another scope", { .scope = "https://api.botframework.com/.default" }, NULL },
	{ "another authority", { .authority = "https://login.microsoftonline.us" }, NULL },
	{ "common", { .tenant = "common" }, "never \"common\"" },
	{ "Common", { .tenant = "Common" }, "never \"common\"" },
	{ "no tenant", { .tenant = "" }, "tenant" },
	{ "a tenant with a path", { .tenant = "a/b" }, "tenant" },
	{ "an app id with quotes", { .client_id = "a\"b" }, "client id" },
	{ "http", { .authority = "http://127.0.0.1:9" }, "plain http" },
	{ "a closing slash", { .authority = AUTHORITY "/" }, "closing slash" },
	{ "a query", { .authority = AUTHORITY "?x" }, "authority" },
	{ "a scope of one right", { .scope = "https://graph.microsoft.com/User.Read" }, "scope" },
	{ "two scopes", { .scope = "https://a/.default https://b/.default" }, "scope" },
	{ "no scope", { .scope = "/.default" }, "scope" },
};

static void a_slot_is_all_of_its_key(void **state)
{
	struct tokens *t = tokens_with_slot();
	struct token_key upper = *key(), other = *key();
	uint32_t expected = 1, slot;
	struct why why;

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(keys); r++) {
		struct token_key k = *key();
		enum err e;

		k.authority = keys[r].key.authority ? keys[r].key.authority : k.authority;
		k.tenant = keys[r].key.tenant ? keys[r].key.tenant : k.tenant;
		k.client_id = keys[r].key.client_id ? keys[r].key.client_id : k.client_id;
		k.scope = keys[r].key.scope ? keys[r].key.scope : k.scope;
		e = tokens_slot(t, &k, &slot, &why);
		if (e != (keys[r].says ? E_MALFORMED : OK))
			fail_msg("%s: %s", keys[r].name, err_text(e));
		if (keys[r].says && !strstr(why.text, keys[r].says))
			fail_msg("%s: %s", keys[r].name, why.text);
		if (!keys[r].says)
			assert_int_equal(slot, expected++);
	}
	other.credential = other_secret;
	assert_int_equal(tokens_slot(t, &other, &slot, NULL), OK);
	assert_int_equal(slot, expected);
	upper.tenant = "72F988BF-86F1-41AF-91AB-2D7CD011DB47";
	assert_int_equal(tokens_slot(t, &upper, &slot, NULL), OK);
	assert_int_equal(slot, 0);
	tokens_free(t);
}

static void one_tenants_token_is_never_anothers(void **state)
{
	struct tokens *t = tokens_with_slot();
	struct token_key k = *key();
	const char *bearer;
	uint32_t slot, first, second;

	(void)state;
	k.tenant = "contoso.com";
	assert_int_equal(tokens_slot(t, &k, &slot, NULL), OK);
	assert_int_equal(token_get(t, 0, 0, &bearer, NULL), E_STALE);
	assert_int_equal(token_get(t, slot, 0, &bearer, NULL), E_STALE);
	first = take(t, 0);
	second = take(t, 0);
	idle(t, 0);
	/* Answered in the other order. */
	assert_int_equal(answer(t, 10, second, 200, GOOD("3599", "theirs"), NULL, NULL), OK);
	assert_int_equal(answer(t, 20, first, 200, GOOD("3599", "ours"), NULL, NULL), OK);
	assert_int_equal(token_get(t, 0, 30, &bearer, NULL), OK);
	assert_string_equal(bearer, "ours");
	assert_int_equal(token_get(t, slot, 30, &bearer, NULL), OK);
	assert_string_equal(bearer, "theirs");
	tokens_free(t);
}

static void slots_end(void **state)
{
	struct tokens *t = tokens_new(1, false);
	struct token_key k = *key();
	struct why why;
	uint32_t slot;
	char tenant[32];

	(void)state;
	k.tenant = tenant;
	for (int i = 0; i <= TOKEN_SLOTS_MAX; i++) {
		snprintf(tenant, sizeof(tenant), "t%d.example", i);
		assert_int_equal(
			tokens_slot(t, &k, &slot, &why), i < TOKEN_SLOTS_MAX ? OK : E_LIMIT);
	}
	assert_non_null(strstr(why.text, "t256.example"));
	tokens_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fifty_cold_requests_make_one_post),
		cmocka_unit_test(the_request_is_what_entra_documents),
		cmocka_unit_test(a_token_is_renewed_ahead_and_not_used_in_its_last_minute),
		cmocka_unit_test(a_failed_renewal_keeps_the_old_token_and_waits),
		cmocka_unit_test(silence_ends_a_flight_and_a_late_answer_is_nobodys),
		cmocka_unit_test(a_refused_token_is_dropped_if_it_is_still_the_one),
		cmocka_unit_test(a_slot_is_all_of_its_key),
		cmocka_unit_test(one_tenants_token_is_never_anothers),
		cmocka_unit_test(slots_end),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
