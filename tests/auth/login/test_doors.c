/* Tokens at the four doors: the ones that must not pass, each for its own reason, and those that
 * must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/auth/doors.h"

#include "tests/auth/evil_claims.h"
#include "tests/auth/evil_text.h"

enum { EVIL_MIN = 60 };

/* Judge one row at one door. Twice: what was refused must not be remembered as good. */
static void must_not_pass(const struct row *r, int door)
{
	char *token = token_of(r, door);

	for (int again = 0; again < 2; again++) {
		struct why why = { .code = OK };
		enum err e = show(door, r->wide, token, &why);

		if (e == OK || (e != E_DENIED && !r->unknown_kid))
			fail_msg(
				"%s: %s: %s (%s)", good[door].name, r->name, err_text(e), why.text);
		if (!strstr(why.text, r->says))
			fail_msg("%s: %s: \"%s\" where \"%s\" was meant", good[door].name, r->name,
				why.text, r->says);
	}
	free(token);
}

static void none_of_the_evil_passes_any_door(void **state)
{
	(void)state;
	for (int door = 0; door < DOORS; door++) {
		int n = 0;

		for (size_t r = 0; r < ARRAY_LEN(evil_text); r++)
			if (evil_text[r].doors & 1u << door)
				must_not_pass(&evil_text[r], door), n++;
		for (size_t r = 0; r < ARRAY_LEN(evil_claims); r++)
			if (evil_claims[r].doors & 1u << door)
				must_not_pass(&evil_claims[r], door), n++;
		print_message("# %s: %d tokens refused\n", good[door].name, n);
		assert_true(n >= EVIL_MIN);
	}
}

/* The good token of each door, at each of the others. */
static void a_good_token_is_good_at_its_own_door(void **state)
{
	struct row plain = { .name = NULL };

	(void)state;
	for (int of = 0; of < DOORS; of++) {
		char *token = token_of(&plain, of);

		for (int at = 0; at < DOORS; at++) {
			enum err e = show(at, false, token, NULL);

			if (e != (of == at ? OK : E_DENIED))
				fail_msg("%s at %s: %s", good[of].name, good[at].name, err_text(e));
		}
		free(token);
	}
}

/* clang-format off */
static const struct row fair[] = {
	{ "a good one", ALL },
	{ "aud in upper case", ALL, NULL, { { "aud", T(APP_UPPER) } } },
	{ "aud a list of us", ALL, NULL, { { "aud", "[\"" APP "\"]" } } },
	{ "no typ", ALL, NULL, .header = "{\"alg\":\"RS256\",\"kid\":\"rsa\"}" },
	{ "typ in lower case", ALL, NULL, .header = "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"jwt\"}" },
	{ "typ of RFC 9068", ALL, NULL, .header = "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"typ\":\"at+jwt\"}" },
	{ "a header with x5t and a private word", ALL, NULL, .header = H("RS256", "rsa", ",\"x5t\":\"AAAA\",\"x\":[1]") },
	{ "an address in the header, not followed", ALL, NULL,
		.header = H("RS256", "rsa", ",\"jku\":\"https://elsewhere.test\"") },
	{ "no nbf", ALL, NULL, { { "nbf", NULL } } },
	{ "no nbf and no iat", ALL, NULL, { { "nbf", NULL }, { "iat", NULL } } },
	{ "over since 299 s", ALL, NULL, { { "exp", "1699999999" } } },
	{ "starts in 300 s", ALL, NULL, { { "nbf", "1700000300" } } },
	{ "issued in 300 s", ALL, NULL, { { "iat", "1700000300" } } },
	{ "3900 s of life", ALL, NULL, { { "nbf", "1700000000" }, { "iat", "1700000000" }, { "exp", "1700003900" } } },
	{ "24 hours of life", ALL, NULL, { { "exp", "1700086300" } } },
	{ "claims we do not know", ALL, NULL, { { "x", "{\"y\":[1,2.5,null]}" }, { "name", "\"\xc3\xa9\"" } } },
	{ "white space in the claims", ALL, NULL, .before = " \n\t", .more = " \r\n", .after = "\n " },
	{ "claims 16 deep", ALL, NULL, { { "x", "[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]" } } },
	{ "PS256 where allowed", ALL, NULL, .header = H("PS256", "rsa", ""), .how = MINT_PS256, .wide = true },
	{ "PS256 on its own key", ALL, NULL, .header = H("PS256", "ps", ""), .how = MINT_PS256, .who = PS_ALONE, .wide = true },
	{ "ES256 where allowed", ALL, NULL, .header = H("ES256", "ec", ""), .how = MINT_ES256, .who = CURVE, .wide = true },
	{ "cty JWT of plain claims", BOT, NULL, .header = H("RS256", "rsa", ",\"cty\":\"JWT\"") },
	{ "cty jwt", BOT, NULL, .header = H("RS256", "rsa", ",\"cty\":\"jwt\"") },
	{ "a key for other channels", CALL | ENTRA, NULL, .header = H("RS256", "others", ""), .who = OTHERS },
	{ "a key for Teams among others", ALL, NULL, .header = H("RS256", "endorsed", "") },
	{ "a key with an empty list of channels", ALL, NULL, .header = H("RS256", "unendorsed", "") },
	{ "a key of an issuer nobody looks at", BOT, NULL, .header = H("RS256", "theirs", "") },
	{ "the other issuer", CALL, NULL, { { "iss", T("https://api.botframework.com") } } },
	{ "a call's client", CALL, NULL, { { "appid", T("26a18ebc-cdf7-4a6a-91cb-beb352805e81") } } },
	{ "tid in upper case", CALL, NULL, { { "tid", T(TENANT_UPPER) } } },
	{ "a bot message with a tenant", CHAT, NULL, { { "tid", T(OTHER) } } },
	{ "a bot message without serviceurl, which its receiver compares", CHAT, NULL, { { "serviceurl", NULL } } },
	{ "a key of any tenant", ENTRA, NULL, .header = H("RS256", "entra", "") },
	{ "a key of any tenant, by the issuer of 1.0", CHANGE, NULL, .header = H("RS256", "entra-1", "") },
	{ "a key of our tenant", ENTRA, NULL, .header = H("RS256", "ours", "") },
	{ "version 2.0", CHANGE, NULL, { { "iss", T(LOGIN TENANT "/v2.0") }, { "ver", T("2.0") }, { "azp", T(TRACKING) },
		{ "appid", NULL } }, .header = H("RS256", "entra-1", "") },
	{ "the client in upper case", CHANGE, NULL, { { "appid", T("0BF30F3B-4A52-48DF-9A82-234910C4A086") } } },
	{ "the browser", USER, NULL, { { "azp", T(TEAMS_WEB) } } },
	{ "our own page", USER, NULL, { { "azp", T(APP) } } },
	{ "scopes around ours", USER, NULL, { { "scp", T("email access_as_user profile") } } },
	{ "all roles and one we do not know", USER, NULL, { { "roles", "[\"Admin\",\"Cook\",\"Supervisor\",\"Agent\"]" } } },
};
/* clang-format on */

static void all_of_the_fair_pass_fresh_and_remembered(void **state)
{
	(void)state;
	for (int door = 0; door < DOORS; door++)
		for (size_t r = 0; r < ARRAY_LEN(fair); r++) {
			char *token = fair[r].doors & 1u << door ? token_of(&fair[r], door) : NULL;

			for (int again = 0; token && again < 2; again++) {
				struct why why = { .code = OK };

				if (show(door, fair[r].wide, token, &why) != OK)
					fail_msg("%s: %s: %s", good[door].name, fair[r].name,
						why.text);
			}
			free(token);
		}
}

/* jansson stops at a NUL in a C string; a token comes with its length. */
static void a_nul_in_the_bytes_is_no_end(void **state)
{
	struct row plain = { .name = NULL };
	char claims[1024], *token;
	struct text t = TEXT(claims);
	struct claims c;

	(void)state;
	claims_write(&plain, 0, &t);
	memcpy(claims + t.used, "\0{}", 3);
	token = mint_token_bytes(
		key[PLAIN], MINT_RS256, GOOD_HEADER, strlen(GOOD_HEADER), claims, t.used + 3);
	assert_int_equal(show(0, false, token, NULL), E_DENIED);
	free(token);
	token = token_of(&plain, 0);
	assert_int_equal(
		keys_verify(keys, &profile[0], 1000, NOW, token, strlen(token) + 1, &c, NULL),
		E_DENIED);
	assert_int_equal(show(0, false, token, NULL), OK);
	free(token);
}

/* A good signature is remembered, but no verdict: each profile asks its own questions of it. The
 * rows differ from those above by white space, so that their tokens are new to the root. */
static void pass_then_refuse(const struct row *r, int at, const struct token_profile *first,
	const struct token_profile *next, const char *says)
{
	char *token = token_of(r, at);
	struct why why = { .code = OK };
	struct keys_view before, after;
	struct claims c;

	keys_view(keys, &before);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(
			keys_verify(keys, first, 1000, NOW, token, strlen(token), &c, NULL), OK);
		assert_int_equal(keys_verify(keys, next, 1000, NOW, token, strlen(token), &c, &why),
			E_DENIED);
		if (!strstr(why.text, says))
			fail_msg("\"%s\" where \"%s\" was meant", why.text, says);
	}
	keys_view(keys, &after);
	assert_int_equal(after.verified - before.verified, 1);
	assert_int_equal(after.remembered - before.remembered, 1);
	free(token);
}

static void what_passes_one_door_is_judged_anew_at_the_next(void **state)
{
	static const struct row ps = { .header = H("PS256", "rsa", ""), .how = MINT_PS256 };
	static const struct row both = {
		.edit = { { "tid", T(TENANT) } }, .header = H("RS256", "others", ""), .who = OTHERS
	};
	static const struct row nested = { .header = H("RS256", "rsa", ",\"cty\":\"JWT\""),
		.more = "\t\t" };
	static const struct row theirs = { .header = H("RS256", "theirs", ""), .more = "\t\t\t" };
	static const struct row plain = { .more = " " };
	struct token_profile wide = profile[0], strict = profile[0], lax = profile[2];

	(void)state;
	wide.algs = JWS_RS256 | JWS_PS256;
	pass_then_refuse(&ps, 0, &wide, &profile[0], "alg is not one");
	pass_then_refuse(&both, 1, &profile[0], &profile[1], "not endorsed");
	strict.cty_jwt = false;
	pass_then_refuse(&nested, 0, &profile[0], &strict, "says it holds a token");
	lax.entra = false;
	pass_then_refuse(&theirs, 2, &lax, &profile[2], "its key is for issuer");
	memcpy(strict.audience, OTHER, sizeof(OTHER));
	pass_then_refuse(&plain, 0, &profile[0], &strict, "not our app id");
	strict.token_bytes_max = 100;
	pass_then_refuse(
		&(struct row){ .more = "  " }, 0, &profile[0], &strict, "bytes are too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_of_the_evil_passes_any_door),
		cmocka_unit_test(a_good_token_is_good_at_its_own_door),
		cmocka_unit_test(all_of_the_fair_pass_fresh_and_remembered),
		cmocka_unit_test(a_nul_in_the_bytes_is_no_end),
		cmocka_unit_test(what_passes_one_door_is_judged_anew_at_the_next),
	};

	return cmocka_run_group_tests(tests, doors_set_up, doors_tear_down);
}
