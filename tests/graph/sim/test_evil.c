/*
 * Evil tokens are what their names say, and wrong in that alone; rolled keys are gone from what is
 * published. Both are judged as a stranger would: by the published documents.
 * So are the tokens of rich change notifications.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/text.h"
#include "graph/sim/courier.h"
#include "graph/sim/jwt_inside.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TENANT "11111111-1111-1111-1111-111111111111"
#define APP "22222222-2222-2222-2222-222222222222"
#define KEYS "/v1/.well-known/keys"

enum { NOW = 1800000000 };

static struct scenario scn = { .tenant = TENANT,
	.app_id = APP,
	.n_apps = 1,
	.app = { { .app_id = APP, .tenant = { TENANT }, .n_tenants = 1 } } };

static struct entra *open_entra(void)
{
	struct entra *e = NULL;
	struct why why;

	if (entra_new(&scn, "https://127.0.0.1:8444", &e, &why) != OK)
		fail_msg("%s", why.text);
	return e;
}

/* By a key of the set published there. */
static bool published_at(struct entra *e, const char *keys, const char *token)
{
	char file[] = "/tmp/foyer-sim-evil-XXXXXX";
	FILE *f = fdopen(mkstemp(file), "w");
	json_t *set = entra_document(e, keys), *claims = NULL;
	struct why why;
	bool good;

	assert_non_null(f);
	assert_int_equal(json_dumpf(set, f, 0), 0);
	fclose(f);
	good = jwt_foreign(file, token, &claims, &why) == OK;
	unlink(file);
	json_decref(set);
	json_decref(claims);
	return good;
}

static bool published(struct entra *e, const char *token)
{
	return published_at(e, KEYS, token);
}

static BIGNUM *number(const json_t *jwk, const char *name)
{
	const char *text = json_string_value(json_object_get(jwk, name));
	uint8_t bytes[RSA_BYTES];
	long n = jwt_unb64(text, strlen(text), bytes, sizeof(bytes));

	assert_true(n > 0);
	return BN_bin2bn(bytes, (int)n, NULL);
}

/* The published key as PEM, made of the JWK alone. */
static size_t public_pem(struct entra *e, char *out, size_t room)
{
	json_t *set = entra_document(e, KEYS);
	json_t *jwk = json_array_get(json_object_get(set, "keys"), 0);
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *n = number(jwk, "n"), *exponent = number(jwk, "e");
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;
	BIO *pem = BIO_new(BIO_s_mem());
	int got;

	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n);
	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, exponent);
	params = OSSL_PARAM_BLD_to_param(bld);
	assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
	assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	assert_int_equal(PEM_write_bio_PUBKEY(pem, key), 1);
	got = BIO_read(pem, out, (int)room);
	BIO_free(pem);
	EVP_PKEY_free(key);
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_BLD_free(bld);
	BN_free(n);
	BN_free(exponent);
	json_decref(set);
	return (size_t)got;
}

/* What a verifier takes it for that lets the token choose the algorithm. */
static bool keyed_by_public_key(struct entra *e, const char *token, const struct jwt_parts *p)
{
	char pem[2048];
	size_t n_pem = public_pem(e, pem, sizeof(pem));
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	return HMAC(EVP_sha256(), pem, (int)n_pem, (const uint8_t *)token, p->signed_bytes, mac,
		       &n) &&
	       n == p->n_signature && memcmp(mac, p->signature, n) == 0;
}

static const char *text_at(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

static const struct {
	enum evil kind;
	const char *alg;
	bool signed_well, kid_known, aud_ours, lives;
	const char *tid; /* NULL: none; "": somebody else's */
} rows[] = {
	{ EVIL_NOT, "RS256", true, true, true, true, TENANT },
	{ EVIL_HS256, "HS256", false, true, true, true, TENANT },
	{ EVIL_WRONG_AUD, "RS256", true, true, false, true, TENANT },
	{ EVIL_NO_TID, "RS256", true, true, true, true, NULL },
	{ EVIL_EXPIRED, "RS256", true, true, true, false, TENANT },
	{ EVIL_UNKNOWN_KID, "RS256", false, false, true, true, TENANT },
	{ EVIL_FOREIGN_TENANT, "RS256", true, true, true, true, "" },
};

static bool kid_known(struct entra *e, const char *kid)
{
	json_t *set = entra_document(e, KEYS);
	bool known = strcmp(text_at(json_array_get(json_object_get(set, "keys"), 0), "kid"), kid) ==
		     0;

	json_decref(set);
	return known;
}

static bool tid_right(const json_t *claims, const char *want)
{
	const char *have = json_string_value(json_object_get(claims, "tid"));

	if (!want || !have)
		return !want && !have;
	return want[0] ? strcmp(have, want) == 0 : strcmp(have, TENANT) != 0;
}

static void each_kind_is_what_its_name_says(void **state)
{
	struct entra *e = open_entra();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct token_wish wish = { APP, TENANT, true, rows[i].kind };
		char *token = entra_notification_token(e, &wish, NOW);
		struct jwt_parts p;
		struct why why;
		bool lives, aud;

		assert_int_equal(jwt_split(token, &p, &why), OK);
		lives = json_integer_value(json_object_get(p.claims, "nbf")) <= NOW &&
			json_integer_value(json_object_get(p.claims, "exp")) > NOW;
		aud = strcmp(text_at(p.claims, "aud"), APP) == 0;
		if (strcmp(text_at(p.header, "alg"), rows[i].alg) != 0 ||
			published(e, token) != rows[i].signed_well ||
			kid_known(e, text_at(p.header, "kid")) != rows[i].kid_known ||
			aud != rows[i].aud_ours || lives != rows[i].lives ||
			!tid_right(p.claims, rows[i].tid) ||
			keyed_by_public_key(e, token, &p) != (rows[i].kind == EVIL_HS256))
			fail_msg("%s is something else",
				rows[i].kind ? evil_name(rows[i].kind) : "a good one");
		jwt_parts_fini(&p);
		free(token);
	}
	entra_free(e);
}

/* Two parts and nothing behind the second dot; RFC 7515 calls that unsecured. */
static void none_has_no_signature(void **state)
{
	struct entra *e = open_entra();
	struct token_wish wish = { APP, TENANT, true, EVIL_NONE };
	char *token = entra_notification_token(e, &wish, NOW), header[256];
	json_t *claims = NULL;
	struct why why;
	long n = jwt_unb64(
		token, (size_t)(strchr(token, '.') - token), (uint8_t *)header, sizeof(header) - 1);

	(void)state;
	assert_true(n > 0);
	header[n] = '\0';
	assert_non_null(strstr(header, "\"alg\":\"none\""));
	assert_int_equal(token[strlen(token) - 1], '.');
	assert_false(published(e, token));
	assert_int_not_equal(jwt_peek(token, &claims, &why), OK);
	free(token);
	entra_free(e);
}

static void rows_have_every_kind(void **state)
{
	(void)state;
	for (int kind = EVIL_NOT; kind < EVIL_KINDS; kind++) {
		bool has = kind == EVIL_NONE;

		for (size_t i = 0; i < ARRAY_LEN(rows); i++)
			has |= rows[i].kind == (enum evil)kind;
		if (!has)
			fail_msg("%s has no row", evil_name((enum evil)kind));
	}
}

static void a_rolled_key_is_gone(void **state)
{
	struct entra *e = open_entra();
	struct token_wish wish = { APP, TENANT, true, EVIL_NOT };
	char *before = entra_notification_token(e, &wish, NOW), *after;
	json_t *old = entra_document(e, KEYS), *fresh;
	json_t *others = entra_document(e, "/botframework" KEYS), *same;

	(void)state;
	assert_true(published(e, before));
	assert_true(entra_roll(e));
	after = entra_notification_token(e, &wish, NOW);
	fresh = entra_document(e, KEYS);
	same = entra_document(e, "/botframework" KEYS);
	assert_false(published(e, before));
	assert_true(published(e, after));
	assert_int_equal(json_array_size(json_object_get(fresh, "keys")), 1);
	assert_false(kid_known(e, text_at(json_array_get(json_object_get(old, "keys"), 0), "kid")));
	assert_true(json_equal(others, same)); /* keys of other senders stay */
	json_decref(old);
	json_decref(fresh);
	json_decref(others);
	json_decref(same);
	free(before);
	free(after);
	entra_free(e);
}

/* Two items, one of them perhaps rich; its certificate is not what this is about. */
static json_t *change(const char *rich)
{
	return json_pack("{s[{ss, s{s{}, ss, ss}}, {ss}]}", "value", "tenantId", TENANT, rich,
		"content", "certificate", "", "id", "7", "tenantId", TENANT);
}

/* A validationToken for what is rich, of this application, this tenant and Graph's change tracking;
 * none for what is not. */
static void rich_changes_carry_a_token(void **state)
{
	struct entra *e = open_entra();
	json_t *rich = change("@rich"), *plain = change("id"), *tokens, *claims = NULL;
	const char *token;
	struct why why;

	(void)state;
	courier_dress(e, plain, APP);
	assert_null(json_object_get(plain, "validationTokens"));
	courier_dress(e, rich, APP);
	tokens = json_object_get(rich, "validationTokens");
	assert_int_equal(json_array_size(tokens), 1);
	token = json_string_value(json_array_get(tokens, 0));
	assert_true(published_at(e, "/common/discovery/keys", token));
	assert_false(published(e, token));
	assert_int_equal(jwt_peek(token, &claims, &why), OK);
	assert_string_equal(text_at(claims, "aud"), APP);
	assert_string_equal(text_at(claims, "tid"), TENANT);
	assert_string_equal(text_at(claims, "iss"), "https://sts.windows.net/" TENANT "/");
	/* Graph concepts/change-notifications-with-resource-data: its publisher's id. */
	assert_string_equal(text_at(claims, "appid"), "0bf30f3b-4a52-48df-9a82-234910c4a086");
	json_decref(claims);
	json_decref(rich);
	json_decref(plain);
	entra_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_what_its_name_says),
		cmocka_unit_test(none_has_no_signature),
		cmocka_unit_test(rows_have_every_kind),
		cmocka_unit_test(a_rolled_key_is_gone),
		cmocka_unit_test(rich_changes_carry_a_token),
	};

	return cmocka_run_group_tests_name("evil", tests, NULL, NULL);
}
