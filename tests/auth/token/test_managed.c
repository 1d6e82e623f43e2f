/* Managed identities: what is asked of which platform, what its answers mean, and how one vouches
 * for a registration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/auth/token/flight.h"

#define IDENTITY "9d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e"
#define KIND "AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential"
#define SERVICE \
	"IDENTITY_ENDPOINT", "http://127.0.0.1:41741/msi/token", "IDENTITY_HEADER", "853b9a84"

static const char *named(void *ctx, const char *name)
{
	for (const char *const *pair = ctx; *pair; pair += 2)
		if (strcmp(pair[0], name) == 0)
			return pair[1];
	return NULL;
}

static struct credential *made(const char *const *env, struct why *why)
{
	struct credential_env out = { .credential = NULL };

	return credential_from_env(named, (void *)env, &out, why) == OK ? out.credential : NULL;
}

static const struct {
	const char *name;
	const char *env[9];
	const char *url, *header, *value;
} platforms[] = {
	{ "a machine", { KIND },
		"http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
		"&resource=https%3A%2F%2Fgraph.microsoft.com&client_id=" APP,
		"Metadata", "true" },
	{ "a bot's own words", { "MicrosoftAppType", "UserAssignedMSI" },
		"http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
		"&resource=https%3A%2F%2Fgraph.microsoft.com&client_id=" APP,
		"Metadata", "true" },
	{ "a stand-in for the machine's address",
		{ KIND, "AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:2579" },
		"http://127.0.0.1:2579/metadata/identity/oauth2/token?api-version=2018-02-01"
		"&resource=https%3A%2F%2Fgraph.microsoft.com&client_id=" APP,
		"Metadata", "true" },
	{ "an app service", { KIND, SERVICE },
		"http://127.0.0.1:41741/msi/token?api-version=2019-08-01"
		"&resource=https%3A%2F%2Fgraph.microsoft.com&client_id=" APP,
		"X-IDENTITY-HEADER", "853b9a84" },
};

static void each_platform_is_asked_as_it_wants(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(platforms); r++) {
		struct why why = { .code = OK };
		struct credential *c = made(platforms[r].env, &why);
		struct tokens *t = tokens_new(7, false);
		struct token_key k = *key();
		struct token_post post;
		uint32_t slot;

		if (!c)
			fail_msg("%s: %s", platforms[r].name, why.text);
		assert_string_equal(credential_form_name(c), "managed");
		k.credential = c;
		assert_int_equal(tokens_slot(t, &k, &slot, &why), OK);
		assert_int_equal(get(t, 0, NULL), E_STALE);
		assert_int_equal(tokens_want(t, 0, NOW, &post, &why), OK);
		assert_true(post.managed);
		assert_null(post.body);
		assert_string_equal(post.url, platforms[r].url);
		assert_string_equal(post.header, platforms[r].header);
		assert_string_equal(post.header_value, platforms[r].value);
		token_post_fini(&post);
		assert_string_equal(post.header_value, "");
		tokens_free(t);
		credential_free(c);
	}
}

static const struct {
	const char *name;
	const char *env[9];
	enum err want;
	const char *says;
} refusals[] = {
	{ "an endpoint beyond the machine",
		{ KIND, "IDENTITY_ENDPOINT", "http://evil.example/token", "IDENTITY_HEADER", "x" },
		E_MALFORMED, "IDENTITY_ENDPOINT" },
	{ "a host that only looks near",
		{ KIND, "AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://localhost.example" },
		E_MALFORMED, "endpoint" },
	{ "an endpoint without its header",
		{ KIND, "IDENTITY_ENDPOINT", "http://127.0.0.1:1/token" }, E_MALFORMED,
		"IDENTITY_HEADER" },
	{ "a header of two lines",
		{ KIND, "IDENTITY_ENDPOINT", "http://127.0.0.1:1/token", "IDENTITY_HEADER",
			"a\r\nb: c" },
		E_MALFORMED, "IDENTITY_HEADER" },
	{ "a secret too", { KIND, "AZURE_CLIENT_SECRET", "sesame" }, E_DENIED, "two credentials" },
	{ "both ways of an identity", { KIND, "MANAGED_IDENTITY_CLIENT_ID", "system" }, E_DENIED,
		"two credentials" },
	{ "somebody else's word", { "AZURE_TOKEN_CREDENTIALS", "prod" }, OK, NULL },
};

static void what_cannot_be_meant_is_told(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(refusals); r++) {
		struct why why = { .code = OK };
		struct credential *c = made(refusals[r].env, &why);

		if (c || why.code != refusals[r].want ||
			(refusals[r].says && !strstr(why.text, refusals[r].says)))
			fail_msg("%s: %s", refusals[r].name, why.text);
	}
}

static const struct {
	const char *name;
	int status;
	const char *body;
	enum err want;
	uint64_t gone_s; /* when a token that came is used no more */
	const char *says;
} answers[] = {
	{ "a machine's", 200,
		"{\"access_token\":\"t\",\"expires_in\":\"3599\",\"expires_on\":\"1700003599\","
		"\"resource\":\"x\",\"token_type\":\"Bearer\"}",
		OK, 3539, NULL },
	{ "an app service's", 200,
		"{\"access_token\":\"t\",\"expires_on\":\"1700086400\",\"token_type\":\"Bearer\"}",
		OK, 86340, NULL },
	{ "with a date", 200,
		"{\"access_token\":\"t\",\"expires_on\":\"2023-11-14T23:13:20+00:00\","
		"\"token_type\":\"Bearer\"}",
		OK, 3540, NULL },
	{ "over already", 200,
		"{\"access_token\":\"t\",\"expires_on\":\"1699999999\",\"token_type\":\"Bearer\"}",
		E_REMOTE, 0, "managed identity" },
	{ "not up yet", 404, "", E_REMOTE, 0, "not ready" },
	{ "being updated", 410, "", E_REMOTE, 0, "not ready" },
	{ "busy", 429, "", E_REMOTE, 0, "not ready" },
	{ "failed", 500, "<html>", E_REMOTE, 0, "not ready" },
	{ "no identity", 400,
		"{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}",
		E_DENIED, 0, "assigned to this machine" },
	{ "silence", 0, "", E_REMOTE, 0, "is this machine in Azure" },
};

static void each_answer_of_a_platform_is_understood(void **state)
{
	static const char *const env[] = { KIND, NULL };

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(answers); r++) {
		struct credential *c = made(env, NULL);
		struct tokens *t = tokens_new(7, false);
		struct token_key k = *key();
		struct why why = { .code = OK };
		uint32_t slot, attempt;
		enum err e;

		k.credential = c;
		assert_int_equal(tokens_slot(t, &k, &slot, NULL), OK);
		assert_int_equal(get(t, 0, NULL), E_STALE);
		attempt = take(t, 0);
		e = answer(t, 10, attempt, answers[r].status, answers[r].body, NULL, &why);
		if (e != answers[r].want || (answers[r].says && !strstr(why.text, answers[r].says)))
			fail_msg("%s: %s (%s)", answers[r].name, err_text(e), why.text);
		if (e == OK) {
			assert_int_equal(get(t, answers[r].gone_s * SECOND - 1, NULL), OK);
			assert_int_equal(get(t, answers[r].gone_s * SECOND, NULL), E_STALE);
		}
		tokens_free(t);
		credential_free(c);
	}
}

static const char *const vouched[] = { "MANAGED_IDENTITY_CLIENT_ID", IDENTITY, NULL };

/* Two tenants of one registration: each asks Entra for itself, with one assertion. */
static void an_identity_vouches_for_a_registration(void **state)
{
	struct credential *c = made(vouched, NULL);
	struct tokens *t = tokens_new(7, false);
	struct token_key k = *key(), other = *key();
	struct token_post post;
	uint32_t first, second;

	(void)state;
	k.credential = other.credential = c;
	other.tenant = "contoso.example";
	assert_int_equal(tokens_slot(t, &k, &first, NULL), OK);
	assert_int_equal(tokens_slot(t, &other, &second, NULL), OK);
	assert_int_equal(token_get(t, first, 0, &(const char *){ NULL }, NULL), E_STALE);
	assert_int_equal(token_get(t, second, 0, &(const char *){ NULL }, NULL), E_STALE);
	assert_int_equal(tokens_want(t, 0, NOW, &post, NULL), OK);
	assert_true(post.managed);
	assert_non_null(
		strstr(post.url, "resource=api%3A%2F%2FAzureADTokenExchange&client_id=" IDENTITY));
	token_post_fini(&post);
	idle(t, 0);
	assert_true(tokens_deadline_ms(t) == TOKEN_FLIGHT_MS);
	assert_int_equal(
		answer(t, 5, post.attempt, 200, GOOD("\"86399\"", "vouch"), NULL, NULL), OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(tokens_want(t, 5, NOW, &post, NULL), OK);
		assert_false(post.managed);
		assert_non_null(strstr(post.url, i ? "contoso.example" : TENANT));
		assert_non_null(strstr(post.body, "&client_assertion=vouch"));
		assert_non_null(strstr(post.body, "client_id=" APP));
		token_post_fini(&post);
	}
	idle(t, 5);
	tokens_free(t);
	credential_free(c);
}

/* An assertion that has ended is fetched again before it is used again. */
static void an_assertion_is_not_kept_beyond_its_life(void **state)
{
	struct credential *c = made(vouched, NULL);
	struct tokens *t = tokens_new(7, false);
	struct token_key k = *key();
	struct token_post post;
	uint32_t slot;

	(void)state;
	k.credential = c;
	assert_int_equal(tokens_slot(t, &k, &slot, NULL), OK);
	assert_int_equal(token_get(t, slot, 0, &(const char *){ NULL }, NULL), E_STALE);
	assert_int_equal(answer(t, 1, take(t, 0), 200, GOOD("600", "old"), NULL, NULL), OK);
	assert_int_equal(answer(t, 2, take(t, 1), 200, GOOD("3599", "graph"), NULL, NULL), OK);
	assert_int_equal(token_get(t, slot, 60 * MINUTE, &(const char *){ NULL }, NULL), E_STALE);
	assert_int_equal(tokens_want(t, 60 * MINUTE, NOW, &post, NULL), OK);
	assert_true(post.managed);
	token_post_fini(&post);
	assert_int_equal(
		answer(t, 60 * MINUTE, post.attempt, 200, GOOD("600", "new"), NULL, NULL), OK);
	assert_int_equal(tokens_want(t, 60 * MINUTE, NOW, &post, NULL), OK);
	assert_non_null(strstr(post.body, "&client_assertion=new"));
	token_post_fini(&post);
	tokens_free(t);
	credential_free(c);
}

/* Who cannot be vouched for hears why, and nobody is asked in a loop. */
static void without_the_identity_there_is_no_token(void **state)
{
	struct credential *c = made(vouched, NULL);
	struct tokens *t = tokens_new(7, false);
	struct token_key k = *key();
	struct why why;
	uint32_t slot;

	(void)state;
	k.credential = c;
	assert_int_equal(tokens_slot(t, &k, &slot, NULL), OK);
	assert_int_equal(token_get(t, slot, 0, &(const char *){ NULL }, NULL), E_STALE);
	assert_int_equal(
		answer(t, 1, take(t, 0), 400, "{\"error\":\"invalid_request\"}", NULL, &why),
		E_DENIED);
	idle(t, 1);
	assert_int_equal(token_get(t, slot, 2, &(const char *){ NULL }, &why), E_DENIED);
	assert_non_null(strstr(why.text, "assigned to this machine"));
	assert_true(tokens_deadline_ms(t) >= 30 * SECOND);
	tokens_free(t);
	credential_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_platform_is_asked_as_it_wants),
		cmocka_unit_test(what_cannot_be_meant_is_told),
		cmocka_unit_test(each_answer_of_a_platform_is_understood),
		cmocka_unit_test(an_identity_vouches_for_a_registration),
		cmocka_unit_test(an_assertion_is_not_kept_beyond_its_life),
		cmocka_unit_test(without_the_identity_there_is_no_token),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
