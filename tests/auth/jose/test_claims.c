/* Claims: what decides, at the second and at the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "auth/jose/claims.h"

#include "tests/auth/mint.h"

#include <string.h>

#define APP "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01"
#define TENANT "72f988bf-86f1-41af-91ab-2d7cd011db47"

enum { NOW = 1700000000 };

static struct guid guid_of(const char *text)
{
	struct guid g;

	assert_int_equal(guid_parse(text, strlen(text), &g), OK);
	return g;
}

/* A call token that is good now. */
static struct claims good(void)
{
	struct claims c = { .iss = "https://graph.microsoft.com",
		.aud = APP,
		.exp_unix_s = NOW + 3900,
		.nbf_unix_s = NOW };

	c.tid = guid_of(TENANT);
	return c;
}

static const struct {
	const char *name;
	uint64_t exp, nbf, iat;
	enum err want;
} times[] = {
	{ "an hour", NOW + 3600, NOW, NOW, OK },
	{ "no exp", 0, NOW, NOW, E_DENIED },
	{ "over since 299 s", NOW - 299, NOW - 3600, 0, OK },
	{ "over since 300 s", NOW - 300, NOW - 3600, 0, E_DENIED },
	{ "over since 299 s, of no start", NOW - 299, 0, 0, OK },
	{ "over since years", 1, 0, 0, E_DENIED },
	{ "starts in 300 s", NOW + 3600, NOW + 300, 0, OK },
	{ "starts in 301 s", NOW + 3600, NOW + 301, 0, E_DENIED },
	{ "issued in 301 s", NOW + 3600, NOW, NOW + 301, E_DENIED },
	{ "ends before it starts", NOW + 10, NOW + 20, 0, E_DENIED },
	{ "30 hours", NOW + 30 * 3600, NOW, NOW, OK },
	{ "30 hours and a second", NOW + 30 * 3600 + 1, NOW, NOW, E_DENIED },
	{ "30 hours and a second, of no start", NOW + 30 * 3600 + 1, 0, 0, E_DENIED },
	{ "until the year 9999", 253402300799, NOW, NOW, E_DENIED },
};

static void time_decides_to_the_second(void **state)
{
	struct token_profile p;

	(void)state;
	assert_int_equal(profile_call(&p, APP, NULL), OK);
	for (size_t r = 0; r < ARRAY_LEN(times); r++) {
		struct claims c = good();

		c.exp_unix_s = times[r].exp;
		c.nbf_unix_s = times[r].nbf;
		c.iat_unix_s = times[r].iat;
		if (claims_check(&c, &p, NOW, NULL) != times[r].want)
			fail_msg("%s", times[r].name);
	}
}

static const struct {
	const char *form, *text;
	bool tid, fits;
} issuers[] = {
	{ "https://a", "https://a", false, true },
	{ "https://a", "https://a/", false, false },
	{ "https://a", "https://A", false, false },
	{ "https://h/{tenantid}/v2.0", "https://h/" TENANT "/v2.0", true, true },
	{ "https://h/{TenantId}/v2.0", "https://h/" TENANT "/v2.0", true, true },
	{ "https://h/{tenantid}/v2.0", "https://h/" APP "/v2.0", true, false },
	{ "https://h/{tenantid}/v2.0", "https://h/{tenantid}/v2.0", true, false },
	{ "https://h/{tenantid}/v2.0", "https://h/{tenantid}/v2.0", false, false },
	{ "https://h/{tenantid}/v2.0", "https://h/00000000-0000-0000-0000-000000000000/v2.0", false,
		false },
	{ "", "", false, true },
};

static void issuers_are_compared_byte_by_byte(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(issuers); r++) {
		struct guid tid = issuers[r].tid ? guid_of(TENANT) : (struct guid){ { 0 } };

		if (claims_issuer_fits(issuers[r].form, issuers[r].text, tid) != issuers[r].fits)
			fail_msg("%s against %s", issuers[r].text, issuers[r].form);
	}
}

static void a_list_is_searched_by_whole_words(void **state)
{
	(void)state;
	assert_true(claims_list_has("a access_as_user b", "access_as_user"));
	assert_true(claims_list_has("Admin", "Admin"));
	assert_false(claims_list_has("Administrator", "Admin"));
	assert_false(claims_list_has("NotAdmin", "Admin"));
	assert_false(claims_list_has("", "Admin"));
	assert_false(claims_list_has("admin", "Admin"));
	assert_false(claims_list_has("a b", ""));
}

static void read(const char *json, struct claims *out, enum err want)
{
	char *text = mint_b64((const uint8_t *)json, strlen(json));

	if (claims_read(text, strlen(text), out, NULL) != want)
		fail_msg("%s", json);
	free(text);
}

static void every_claim_finds_its_place(void **state)
{
	struct claims c;

	(void)state;
	read("{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\",\"ver\":\"2.0\",\"azp\":\"" APP "\","
	     "\"tid\":\"" TENANT "\",\"oid\":\"" APP "\",\"scp\":\" x  y \",\"idtyp\":\"app\","
	     "\"roles\":[\"Agent\",\"No Admin\",\"\",\"Supervisor\"],\"serviceurl\":\"https://s/\","
	     "\"nonce\":\"n\",\"exp\":3,\"nbf\":2,\"iat\":1,\"name\":\"somebody\"}",
		&c, OK);
	assert_string_equal(c.iss, "i");
	assert_string_equal(c.aud, "a");
	assert_string_equal(c.sub, "s");
	assert_string_equal(c.ver, "2.0");
	assert_string_equal(c.azp, APP);
	assert_string_equal(c.scp, "x y");
	assert_string_equal(c.roles, "Agent Supervisor");
	assert_string_equal(c.service_url, "https://s/");
	assert_true(guid_same(c.tid, guid_of(TENANT)) && guid_same(c.oid, guid_of(APP)));
	assert_true(c.app_only && c.has_nonce);
	assert_true(c.exp_unix_s == 3 && c.nbf_unix_s == 2 && c.iat_unix_s == 1);
	read("{\"appid\":\"" APP "\",\"aud\":[\"a\"]}", &c, OK);
	assert_string_equal(c.appid, APP);
	assert_string_equal(c.aud, "a");
}

/* Plain claims are read in place, others by jansson; a space behind sends them there too. */
static const char *const either_way[] = {
	"{\"iss\":\"i\",\"aud\":\"a\",\"exp\":1700003600,\"nbf\":0}",
	"{\"tid\":\"" TENANT "\",\"oid\":\"" APP "\",\"azp\":\"" APP "\",\"idtyp\":\"app\"}",
	"{\"scp\":\" a  b c \",\"ver\":\"2.0\",\"nonce\":\"\",\"sub\":\"~ !\"}",
	"{\"exp\":999999999999999}",
	"{\"exp\":253402300799}",
	"{\"exp\":253402300800}",
	"{\"exp\":1000000000000000}",
	"{\"exp\":01}",
	"{\"exp\":-0}",
	"{\"exp\":}",
	"{\"exp\":1.0}",
	"{\"exp\":1e3}",
	"{\"exp\":1,}",
	"{\"exp\":1",
	"{\"exp\":\"1\"}",
	"{\"iss\":1}",
	"{\"iss\":\"a\",\"iss\":\"b\"}",
	"{\"iss\":\"a\\u0062\"}",
	"{\"iss\":\"\xc3\xa9\"}",
	"{\"iss\":\"\xc3\"}",
	"{\"iss\":\"\x7f\"}",
	"{\"iss\":\"\x1f\"}",
	"{\"iss\":\"a}",
	"{\"iss\" :\"a\"}",
	"{\"\":\"a\"}",
	"{iss:\"a\"}",
	"{\"iss\"}",
	"{,}",
	"{}",
	"{",
	"",
	"\"\"",
	"[1]",
	"{\"iss\":\"a\"}}",
	"{\"iss\":\"a\"},",
	"{\"aud\":[\"a\"]}",
	"{\"aud\":7}",
};

static void claims_are_read_the_same_either_way(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(either_way); r++) {
		char longer[256];
		char *a = mint_b64((const uint8_t *)either_way[r], strlen(either_way[r])), *b;
		struct claims in_place, parsed;
		struct why why_a = { .text = "" }, why_b = { .text = "" };
		enum err e;

		snprintf(longer, sizeof(longer), " %s", either_way[r]);
		b = mint_b64((const uint8_t *)longer, strlen(longer));
		e = claims_read(a, strlen(a), &in_place, &why_a);
		if (e != claims_read(b, strlen(b), &parsed, &why_b))
			fail_msg("%s: %s / %s", either_way[r], why_a.text, why_b.text);
		if (memcmp(&in_place, &parsed, sizeof(parsed)) != 0)
			fail_msg("%s: other claims", either_way[r]);
		free(a);
		free(b);
	}
}

static void more_claims_than_anybody_needs_are_refused(void **state)
{
	for (int n = 64; n <= 65; n++) {
		for (int in_place = 0; in_place < 2; in_place++) {
			char json[4096];
			struct text t = TEXT(json);
			struct claims c;

			text_add(&t, in_place ? "{" : " {");
			for (int i = 0; i < n; i++)
				text_add(&t, "%s\"c%d\":%d", i ? "," : "", i, i);
			text_add(&t, "}");
			read(json, &c, n == 64 ? OK : E_DENIED);
		}
	}
	(void)state;
}

static void rights_that_do_not_fit_are_left_out(void **state)
{
	char json[4096];
	struct text t = TEXT(json);
	struct claims c;

	(void)state;
	text_add(&t, "{\"roles\":[\"First\"");
	for (int i = 0; i < 100; i++)
		text_add(&t, ",\"Calls.JoinGroupCall.All.%d\"", i);
	text_add(&t, ",\"Last.of.all.and.too.long.for.what.room.is.left\"]}");
	read(json, &c, OK);
	assert_true(claims_list_has(c.roles, "First"));
	assert_false(claims_list_has(c.roles, "Last.of.all.and.too.long.for.what.room.is.left"));
	assert_true(strlen(c.roles) < sizeof(c.roles));
}

static void a_profile_needs_an_app_id(void **state)
{
	struct token_profile p;
	struct why why;

	(void)state;
	assert_int_equal(profile_call(&p, "my bot", &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "my bot"));
	assert_int_equal(profile_chat(&p, "4B1F2D008E4C4D0E9A550D9F0C7F1A01", &why), OK);
	assert_string_equal(p.audience, APP);
}

/* Graph's change tracking, in both of Entra's formats, and nobody else. */
static void change_tokens_come_from_change_tracking(void **state)
{
	static const char tracking[] = "0bf30f3b-4a52-48df-9a82-234910c4a086";
	struct claims v1 = { .iss = "https://sts.windows.net/" TENANT "/",
		.aud = APP,
		.ver = "1.0",
		.tid = guid_of(TENANT),
		.tid_is_plain = true,
		.exp_unix_s = NOW + 3600 };
	struct claims v2 = v1;
	struct token_profile p;

	(void)state;
	memcpy(v2.iss, "https://login.microsoftonline.com/" TENANT "/v2.0", 76);
	memcpy(v2.ver, "2.0", 4);
	memcpy(v1.appid, tracking, sizeof(tracking));
	memcpy(v2.azp, tracking, sizeof(tracking));
	assert_int_equal(profile_change(&p, "https://login.microsoftonline.com", APP, NULL), OK);
	assert_int_equal(claims_check(&v1, &p, NOW, NULL), E_DENIED); /* nobody's tenant yet */
	p.tenant[p.n_tenants++] = guid_of(TENANT);
	assert_int_equal(claims_check(&v1, &p, NOW, NULL), OK);
	assert_int_equal(claims_check(&v2, &p, NOW, NULL), OK);
	/* Another cloud's tokens have another issuer. */
	assert_int_equal(profile_change(&p, "https://login.microsoftonline.us", APP, NULL), OK);
	p.tenant[p.n_tenants++] = guid_of(TENANT);
	assert_int_equal(claims_check(&v1, &p, NOW, NULL), OK);
	assert_int_equal(claims_check(&v2, &p, NOW, NULL), E_DENIED);
	memcpy(v2.iss, "https://login.microsoftonline.us/" TENANT "/v2.0", 75);
	assert_int_equal(claims_check(&v2, &p, NOW, NULL), OK);
	memcpy(v1.azp, tracking, sizeof(tracking));
	assert_int_equal(claims_check(&v1, &p, NOW, NULL), E_DENIED);
	memcpy(v2.azp, TENANT, sizeof(TENANT));
	assert_int_equal(claims_check(&v2, &p, NOW, NULL), E_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_decides_to_the_second),
		cmocka_unit_test(issuers_are_compared_byte_by_byte),
		cmocka_unit_test(a_list_is_searched_by_whole_words),
		cmocka_unit_test(every_claim_finds_its_place),
		cmocka_unit_test(claims_are_read_the_same_either_way),
		cmocka_unit_test(more_claims_than_anybody_needs_are_refused),
		cmocka_unit_test(rights_that_do_not_fit_are_left_out),
		cmocka_unit_test(a_profile_needs_an_app_id),
		cmocka_unit_test(change_tokens_come_from_change_tracking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
