/* Key sets: which keys are believed, and which are dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "auth/jose/jwk.h"
#include "auth/jose/url.h"

#include "tests/auth/mint.h"

#include <string.h>

static char small_n[2048]; /* the text of a fresh RSA key's n, 2048 bits */
static char room[400000];

static const struct {
	const char *name, *more; /* added to {"kty":"RSA","n":...,"e":"AQAB","kid":"k" */
	unsigned algs;           /* 0: dropped */
} members[] = {
	{ "bare", "", JWS_RS256 | JWS_PS256 },
	{ "use sig", ",\"use\":\"sig\"", JWS_RS256 | JWS_PS256 },
	{ "use enc", ",\"use\":\"enc\"", 0 },
	{ "use of no text", ",\"use\":1", 0 },
	{ "key_ops verify", ",\"key_ops\":[\"verify\"]", JWS_RS256 | JWS_PS256 },
	{ "key_ops sign", ",\"key_ops\":[\"sign\"]", 0 },
	{ "key_ops of no list", ",\"key_ops\":\"verify\"", 0 },
	{ "alg RS256", ",\"alg\":\"RS256\"", JWS_RS256 },
	{ "alg PS256", ",\"alg\":\"PS256\"", JWS_PS256 },
	{ "alg of another family", ",\"alg\":\"ES256\"", 0 },
	{ "alg we do not have", ",\"alg\":\"RS512\"", 0 },
	{ "alg of no text", ",\"alg\":256", 0 },
	{ "issuer too long to compare", NULL, 0 },
};

static void members_decide_what_a_key_may_do(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(members); r++) {
		struct text t = TEXT(room);
		char issuer[300] = ",\"issuer\":\"https://";
		struct jwks set;
		enum err e;

		memset(issuer + strlen(issuer), 'i', 200);
		issuer[strlen(issuer)] = '"';
		text_add(&t,
			"{\"keys\":[{\"kty\":\"RSA\",\"e\":\"AQAB\",\"kid\":\"k\",\"n\":\"%s\"%s}]"
			"}",
			small_n, members[r].more ? members[r].more : issuer);
		e = jwks_read(room, t.used, &set, NULL);
		if (e != (members[r].algs ? OK : E_MALFORMED))
			fail_msg("%s: %s", members[r].name, err_text(e));
		if (e == OK && set.item[0].algs != members[r].algs)
			fail_msg("%s: algs %u", members[r].name, set.item[0].algs);
		if (e != OK)
			assert_int_equal(set.n_dropped, 1);
		jwks_fini(&set);
	}
}

#define EC "\"kty\":\"EC\",\"kid\":\"k\","
/* The first key is RFC 7515 appendix A.3's. */
#define EC_X "\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\""
#define EC_Y "\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""

static const struct {
	const char *name, *jwk;
	enum err want;
} keys[] = {
	{ "P-256", "{" EC "\"crv\":\"P-256\",\"x\":" EC_X ",\"y\":" EC_Y "}", OK },
	{ "a point off the curve", "{" EC "\"crv\":\"P-256\",\"x\":" EC_X ",\"y\":" EC_X "}",
		E_MALFORMED },
	{ "the point at infinity",
		"{" EC
		"\"crv\":\"P-256\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"y\":"
		"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		E_MALFORMED },
	{ "another curve", "{" EC "\"crv\":\"P-384\",\"x\":" EC_X ",\"y\":" EC_Y "}", E_MALFORMED },
	{ "secp256k1", "{" EC "\"crv\":\"secp256k1\",\"x\":" EC_X ",\"y\":" EC_Y "}", E_MALFORMED },
	{ "a short coordinate", "{" EC "\"crv\":\"P-256\",\"x\":\"AQAB\",\"y\":" EC_Y "}",
		E_MALFORMED },
	{ "a coordinate with padding",
		"{" EC "\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU=\","
		"\"y\":" EC_Y "}",
		E_MALFORMED },
	{ "no curve", "{" EC "\"x\":" EC_X ",\"y\":" EC_Y "}", E_MALFORMED },
	{ "no kid", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":" EC_X ",\"y\":" EC_Y "}",
		E_MALFORMED },
	{ "empty kid",
		"{\"kty\":\"EC\",\"kid\":\"\",\"crv\":\"P-256\",\"x\":" EC_X ",\"y\":" EC_Y "}",
		E_MALFORMED },
	{ "symmetric", "{\"kty\":\"oct\",\"kid\":\"k\",\"k\":\"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\"}",
		E_MALFORMED },
	{ "no kty", "{\"kid\":\"k\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", E_MALFORMED },
	{ "no object", "7", E_MALFORMED },
	{ "RSA without n", "{\"kty\":\"RSA\",\"kid\":\"k\",\"e\":\"AQAB\"}", E_MALFORMED },
	{ "RSA with an empty e", "{\"kty\":\"RSA\",\"kid\":\"k\",\"n\":\"AQAB\",\"e\":\"\"}",
		E_MALFORMED },
};

static void weak_and_foreign_keys_are_dropped(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(keys); r++) {
		struct text t = TEXT(room);
		struct jwks set;
		enum err e;

		text_add(&t, "{\"keys\":[%s]}", keys[r].jwk);
		e = jwks_read(room, t.used, &set, NULL);
		if (e != keys[r].want)
			fail_msg("%s: %s", keys[r].name, err_text(e));
		jwks_fini(&set);
	}
}

static const struct {
	const char *name, *e;
	bool good;
} exponents[] = {
	{ "65537", "AQAB", true },
	{ "3", "Aw", true },
	{ "65537 with a leading zero", "AAEAAQ", true },
	{ "1", "AQ", false },
	{ "0", "AA", false },
	{ "2", "Ag", false },
	{ "even", "AQAC", false },
	{ "33 bits", "AQAAAAE", false },
};

static void exponents_are_odd_and_of_a_sensible_size(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(exponents); r++) {
		struct text t = TEXT(room);
		struct jwks set;

		text_add(&t,
			"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"n\":\"%s\",\"e\":\"%s\"}]}",
			small_n, exponents[r].e);
		if ((jwks_read(room, t.used, &set, NULL) == OK) != exponents[r].good)
			fail_msg("%s", exponents[r].name);
		jwks_fini(&set);
	}
}

static void rsa_is_2048_to_8192_bits(void **state)
{
	static const struct {
		size_t bits;
		bool good;
	} sizes[] = { { 1024, false }, { 2040, false }, { 2048, true }, { 8192, true },
		{ 8200, false } };

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(sizes); r++) {
		struct text t = TEXT(room);
		uint8_t n[1100];
		struct jwks set;
		char *b64;

		/* Any odd number of that size will do: nobody factors it here. */
		memset(n, 0xa7, sizeof(n));
		b64 = mint_b64(n, sizes[r].bits / 8);
		text_add(&t,
			"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"n\":\"%s\",\"e\":\"AQAB\"}]}",
			b64);
		free(b64);
		if ((jwks_read(room, t.used, &set, NULL) == OK) != sizes[r].good)
			fail_msg("%zu bits", sizes[r].bits);
		jwks_fini(&set);
	}
}

static void one_kid_is_one_key_or_none(void **state)
{
	EVP_PKEY *a = mint_rsa(2048), *b = mint_rsa(2048);
	struct text t = TEXT(room);
	struct jwks set;

	(void)state;
	text_add(&t, "{\"keys\":[");
	mint_jwk(&t, a, "same", ""), text_add(&t, ",");
	mint_jwk(&t, a, "same", ""), text_add(&t, ",");
	mint_jwk(&t, a, "torn", ""), text_add(&t, ",");
	mint_jwk(&t, b, "torn", ""), text_add(&t, ",");
	mint_jwk(&t, a, "torn", "");
	text_add(&t, "]}");
	assert_int_equal(jwks_read(room, t.used, &set, NULL), OK);
	assert_int_equal(set.n, 1);
	assert_int_equal(set.n_conflicting, 1);
	assert_non_null(jwks_find(&set, "same"));
	assert_null(jwks_find(&set, "torn"));
	assert_null(jwks_find(&set, "Same"));
	assert_null(jwks_find(&set, ""));
	jwks_fini(&set);
	EVP_PKEY_free(a);
	EVP_PKEY_free(b);
}

static const struct {
	const char *name, *body;
	enum err want;
} documents[] = {
	{ "empty", "", E_MALFORMED },
	{ "HTML from a proxy", "<html>busy</html>", E_MALFORMED },
	{ "a list", "[]", E_MALFORMED },
	{ "no keys", "{}", E_MALFORMED },
	{ "keys of no list", "{\"keys\":{}}", E_MALFORMED },
	{ "an empty set", "{\"keys\":[]}", E_MALFORMED },
	{ "keys twice", "{\"keys\":[],\"keys\":[]}", E_MALFORMED },
	{ "text after the end", "{\"keys\":[]} x", E_MALFORMED },
	{ "deep", "{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}", E_MALFORMED },
};

static void a_document_is_a_key_set_or_nothing(void **state)
{
	struct text t = TEXT(room);
	struct jwks set;

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(documents); r++) {
		struct why why = { .code = OK };
		enum err e = jwks_read(documents[r].body, strlen(documents[r].body), &set, &why);

		if (e != documents[r].want || why.code != e)
			fail_msg("%s: %s", documents[r].name, err_text(e));
		jwks_fini(&set);
	}
	memset(room, ' ', sizeof(room));
	assert_int_equal(jwks_read(room, JWKS_BYTES_MAX + 1, &set, NULL), E_LIMIT);
	jwks_fini(&set);
	text_add(&t, "{\"keys\":[0");
	for (int i = 0; i < JWKS_KEYS_MAX; i++)
		text_add(&t, ",0");
	text_add(&t, "]}");
	assert_int_equal(jwks_read(room, t.used, &set, NULL), E_LIMIT);
	jwks_fini(&set);
}

static void extra_members_are_kept(void **state)
{
	struct text t = TEXT(room);
	struct jwks set;

	(void)state;
	text_add(&t,
		"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k\",\"n\":\"%s\",\"e\":\"AQAB\","
		"\"issuer\":\"https://i/{tenantid}\",\"endorsements\":[\"skype\",\"msteams\"]}]}",
		small_n);
	assert_int_equal(jwks_read(room, t.used, &set, NULL), OK);
	assert_string_equal(set.item[0].issuer, "https://i/{tenantid}");
	assert_true(set.item[0].has_endorsements && set.item[0].endorses_msteams);
	jwks_fini(&set);
}

static const struct {
	const char *url, *host; /* NULL: refused */
	bool http;
} urls[] = {
	{ "https://login.Example.com/keys", "login.example.com", false },
	{ "https://localhost:4458/x?y", "localhost:4458", false },
	{ "https://h", "h", false },
	{ "http://127.0.0.1:80/x", "127.0.0.1:80", true },
	{ "http://localhost/x", "localhost", true },
	{ "http://[::1]:9/x", "[::1]:9", true },
	{ "http://127.0.0.1/x", NULL, false },
	{ "http://127.evil.example/x", NULL, true },
	{ "http://localhost.evil.example/x", NULL, true },
	{ "http://169.254.169.254/x", NULL, true },
	{ "https://good.example@evil.example/", NULL, false },
	{ "https://", NULL, false },
	{ "https:///x", NULL, false },
	{ "https://h\\x", NULL, false },
	{ "https://h x", NULL, false },
	{ "https://h/\r\nHost: x", NULL, false },
	{ "HTTPS://h/", NULL, false },
	{ "file:///etc/passwd", NULL, true },
	{ "", NULL, true },
};

static void only_https_or_this_machine_is_believed(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(urls); r++) {
		char host[64];
		enum err e = url_check(urls[r].url, urls[r].http, host, sizeof(host), NULL);

		if (e != (urls[r].host ? OK : E_MALFORMED))
			fail_msg("%s: %s", urls[r].url, err_text(e));
		if (e == OK)
			assert_string_equal(host, urls[r].host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_decide_what_a_key_may_do),
		cmocka_unit_test(weak_and_foreign_keys_are_dropped),
		cmocka_unit_test(exponents_are_odd_and_of_a_sensible_size),
		cmocka_unit_test(rsa_is_2048_to_8192_bits),
		cmocka_unit_test(one_kid_is_one_key_or_none),
		cmocka_unit_test(a_document_is_a_key_set_or_nothing),
		cmocka_unit_test(extra_members_are_kept),
		cmocka_unit_test(only_https_or_this_machine_is_believed),
	};
	EVP_PKEY *key = mint_rsa(2048);
	char *n = mint_bn(key, OSSL_PKEY_PARAM_RSA_N, 0);
	int failures;

	snprintf(small_n, sizeof(small_n), "%s", n);
	failures = cmocka_run_group_tests(tests, NULL, NULL);
	free(n);
	EVP_PKEY_free(key);
	return failures;
}
