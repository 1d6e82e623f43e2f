/* Tokens: given for the right credentials, judged as Graph and the bot would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "graph/sim/entra.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TENANT "11111111-1111-1111-1111-111111111111"
#define APP "22222222-2222-2222-2222-222222222222"
#define FORM                                           \
	"grant_type=client_credentials&client_id=" APP \
	"&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
#define SECRET "grant_type=client_credentials&client_id=" APP "&client_secret=a%2Bb+c~"

enum { NOW = 1800000000 };

static struct scenario scn = { .tenant = TENANT,
	.app_id = APP,
	.client_secret = "a+b c~",
	.roles = ROLE_ALL,
	.n_apps = 1,
	.app = { { .app_id = APP,
		.tenant = { TENANT },
		.n_tenants = 1,
		.client_secret = "a+b c~",
		.roles = ROLE_ALL } } };

static struct entra *open_entra(void)
{
	struct entra *e = NULL;
	struct why why;

	if (entra_new(&scn, "https://127.0.0.1:8444", &e, &why) != OK)
		fail_msg("%s", why.text);
	return e;
}

static const struct {
	const char *name, *tenant, *form;
	int status;
	const char *error;
	int number;
} rows[] = {
	{ "the right secret", TENANT, FORM "&client_secret=a%2Bb+c~", 200, NULL, 0 },
	{ "the wrong secret", TENANT, FORM "&client_secret=x", 401, "invalid_client", 7000215 },
	{ "a plus that was not encoded", TENANT, FORM "&client_secret=a+b+c~", 401,
		"invalid_client", 7000215 },
	{ "no secret", TENANT, FORM, 401, "invalid_client", 7000218 },
	{ "another tenant", APP, FORM "&client_secret=a%2Bb+c~", 400, "invalid_request", 90002 },
	{ "another app", TENANT,
		"grant_type=client_credentials&client_id=" TENANT "&client_secret=x&scope=s", 400,
		"unauthorized_client", 700016 },
	{ "another grant", TENANT, "grant_type=password&client_id=" APP, 400,
		"unsupported_grant_type", 70003 },
	{ "a resource nobody has here", TENANT,
		SECRET "&scope=https%3A%2F%2Fvault.azure.net%2F.default", 400, "invalid_resource",
		500011 },
	{ "no scope", TENANT, SECRET, 400, "invalid_request", 900144 },
	{ "a permission instead of the whole", TENANT,
		SECRET "&scope=https%3A%2F%2Fgraph.microsoft.com%2FUser.Read", 400, "invalid_scope",
		1002012 },
	{ "two resources at once", TENANT,
		SECRET "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default+"
		       "https%3A%2F%2Fapi.botframework.com%2F.default",
		400, "invalid_scope", 700022 },
	{ "of everybody's tenant", "common", FORM "&client_secret=a%2Bb+c~", 400, "invalid_request",
		9001023 },
	{ "of the home tenant, unnamed", "organizations", FORM "&client_secret=a%2Bb+c~", 200, NULL,
		0 },
	{ "an assertion without a certificate", TENANT,
		FORM "&client_assertion=a.b.c&client_assertion_type="
		     "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
		401, "invalid_client", 700027 },
	{ "an assertion of no type", TENANT, FORM "&client_assertion=a.b.c", 400, "invalid_request",
		90014 },
	{ "nothing", TENANT, "", 400, "unsupported_grant_type", 70003 },
};

static void tokens_are_given_for_the_right_credentials(void **state)
{
	struct entra *e = open_entra();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *body = NULL;
		int status = entra_token(e, rows[i].tenant, rows[i].form, NOW, &body);
		const char *error = json_string_value(json_object_get(body, "error"));

		if (status != rows[i].status ||
			(rows[i].error && (strcmp(error ? error : "", rows[i].error) != 0 ||
						  json_integer_value(json_array_get(
							  json_object_get(body, "error_codes"),
							  0)) != rows[i].number)))
			fail_msg("%s: %d %s", rows[i].name, status, error ? error : "");
		json_decref(body);
	}
	entra_free(e);
}

static char *graph_token(struct entra *e, const char *form)
{
	json_t *body = NULL;
	char *out = NULL;

	assert_int_equal(entra_token(e, TENANT, form, NOW, &body), 200);
	assert_true(asprintf(&out, "Bearer %s",
			    json_string_value(json_object_get(body, "access_token"))) > 0);
	json_decref(body);
	return out;
}

static void a_token_is_good_until_it_expires_and_nowhere_else(void **state)
{
	struct entra *e = open_entra(), *other = open_entra();
	char *token = graph_token(e, FORM "&client_secret=a%2Bb+c~");
	char *bot = graph_token(e,
		"grant_type=client_credentials&client_id=" APP
		"&client_secret=a%2Bb+c~&scope=https%3A%2F%2Fapi.botframework.com%2F.default");
	struct sim_bearer b;

	(void)state;
	entra_bearer(e, token, NOW, &b);
	assert_int_equal(b.verdict, BEARER_GOOD);
	assert_string_equal(b.tenant, TENANT);
	assert_string_equal(b.app_id, APP);
	assert_int_equal(b.roles, ROLE_ALL);
	entra_bearer(e, token, NOW + 3599, &b);
	assert_int_equal(b.verdict, BEARER_BAD);
	entra_bearer(other, token, NOW, &b);
	assert_int_equal(b.verdict, BEARER_BAD);
	assert_false(b.connector);
	entra_bearer(e, bot, NOW, &b);
	assert_int_equal(b.verdict, BEARER_GOOD);
	assert_true(b.connector);
	entra_bearer(e, NULL, NOW, &b);
	assert_int_equal(b.verdict, BEARER_NONE);
	entra_bearer(e, token + 7, NOW, &b);
	assert_int_equal(b.verdict, BEARER_NONE);
	token[strlen(token) - 5] ^= 1;
	entra_bearer(e, token, NOW, &b);
	assert_int_equal(b.verdict, BEARER_BAD);
	entra_bearer(e, "Bearer a.b", NOW, &b);
	assert_int_equal(b.verdict, BEARER_BAD);
	free(token);
	free(bot);
	entra_free(e);
	entra_free(other);
}

static void the_documents_lead_to_the_keys(void **state)
{
	struct entra *e = open_entra();
	json_t *calls = entra_document(e, "/v1/.well-known/OpenIdConfiguration");
	json_t *keys = entra_document(e, "/v1/.well-known/keys");
	json_t *people = entra_document(e, "/" TENANT "/v2.0/.well-known/openid-configuration");
	json_t *key = json_array_get(json_object_get(keys, "keys"), 0);

	(void)state;
	assert_string_equal(json_string_value(json_object_get(calls, "jwks_uri")),
		"https://127.0.0.1:8444/v1/.well-known/keys");
	assert_string_equal(json_string_value(json_object_get(people, "issuer")),
		"https://login.microsoftonline.com/" TENANT "/v2.0");
	assert_string_equal(json_string_value(json_object_get(key, "e")), "AQAB");
	assert_int_equal(json_string_length(json_object_get(key, "n")), 342);
	assert_null(entra_document(e, "/v1/other"));
	json_decref(calls);
	json_decref(keys);
	json_decref(people);
	entra_free(e);
}

static void discovery_knows_this_cloud_and_its_tenants(void **state)
{
	static const struct {
		const char *path, *endpoint;
		int status;
		const char *member, *want;
	} asks[] = {
		{ "/" TENANT "/.well-known/openid-configuration", "", 200, "issuer",
			"https://sts.windows.net/" TENANT "/" },
		{ "/common/.well-known/openid-configuration", "", 200, "issuer",
			"https://sts.windows.net/{tenantid}/" },
		{ "/common/.well-known/openid-configuration", "", 200, "jwks_uri",
			"https://127.0.0.1:8444/common/discovery/keys" },
		{ "/common/v2.0/.well-known/openid-configuration", "", 200, "issuer",
			"https://login.microsoftonline.com/{tenantid}/v2.0" },
		{ "/organizations/v2.0/.well-known/openid-configuration", "", 200, "token_endpoint",
			"https://127.0.0.1:8444/organizations/oauth2/v2.0/token" },
		{ "/" TENANT "/v2.0/.well-known/openid-configuration", "", 200,
			"authorization_endpoint",
			"https://127.0.0.1:8444/" TENANT "/oauth2/v2.0/authorize" },
		{ "/" APP "/v2.0/.well-known/openid-configuration", "", 400, "error",
			"invalid_tenant" },
		{ "/" APP "/.well-known/openid-configuration", "", 400, "error", "invalid_tenant" },
		{ "/common/discovery/instance",
			"https://127.0.0.1:8444/" TENANT "/oauth2/v2.0/authorize", 200,
			"tenant_discovery_endpoint",
			"https://127.0.0.1:8444/" TENANT "/v2.0/.well-known/openid-configuration" },
		{ "/common/discovery/instance", "https://127.0.0.1:84445/x/", 400, "error",
			"invalid_instance" },
		{ "/common/discovery/instance", "", 400, "error", "invalid_instance" },
		{ "/common/other", "", 0, NULL, NULL },
	};
	struct entra *e = open_entra();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		json_t *query = json_pack("{ss}", "authorization_endpoint", asks[i].endpoint);
		json_t *body = NULL;
		int status = entra_discover(e, asks[i].path, query, &body);
		const char *got = json_string_value(
			json_object_get(body, asks[i].member ? asks[i].member : ""));

		if (status != asks[i].status || (asks[i].want && !got) ||
			(got && strcmp(got, asks[i].want) != 0))
			fail_msg("%s: %d %s", asks[i].path, status, got ? got : "");
		json_decref(query);
		json_decref(body);
	}
	entra_free(e);
}

/* A key of everybody's set says for which issuers it signs; a tenant's need not. */
static void keys_of_all_name_their_issuers(void **state)
{
	static const struct {
		const char *path, *issuer;
	} sets[] = {
		{ "/common/discovery/v2.0/keys",
			"https://login.microsoftonline.com/{tenantid}/v2.0" },
		{ "/organizations/discovery/v2.0/keys",
			"https://login.microsoftonline.com/{tenantid}/v2.0" },
		{ "/" TENANT "/discovery/v2.0/keys", NULL },
		{ "/common/discovery/keys", NULL },
	};
	struct entra *e = open_entra();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		json_t *set = entra_document(e, sets[i].path);
		json_t *key = json_array_get(json_object_get(set, "keys"), 0);
		const char *issuer = json_string_value(json_object_get(key, "issuer"));

		assert_non_null(json_object_get(key, "kid"));
		if (!sets[i].issuer != !issuer || (issuer && strcmp(issuer, sets[i].issuer) != 0))
			fail_msg("%s: %s", sets[i].path, issuer ? issuer : "none");
		json_decref(set);
	}
	entra_free(e);
}

/* Verified as a stranger would: by the published set alone. */
static bool signed_by(struct entra *e, const char *keys, const char *token, json_t **claims)
{
	char file[] = "/tmp/foyer-sim-set-XXXXXX";
	FILE *f = fdopen(mkstemp(file), "w");
	json_t *set = entra_document(e, keys);
	struct why why;
	bool good;

	assert_non_null(f);
	assert_int_equal(json_dumpf(set, f, 0), 0);
	fclose(f);
	json_decref(set);
	good = jwt_foreign(file, token, claims, &why) == OK;
	unlink(file);
	return good;
}

static void each_sender_signs_with_its_own_keys(void **state)
{
	static const char *const keys[] = { "/botframework/v1/.well-known/keys",
		"/v1/.well-known/keys", "/" TENANT "/discovery/v2.0/keys" };
	struct entra *e = open_entra();
	struct token_wish wish = { .app_id = APP, .tenant = TENANT };
	char *tokens[] = { entra_activity_token(e, APP, "https://smba.test/", NOW),
		entra_notification_token(e, &wish, NOW), entra_change_token(e, APP, TENANT, NOW) };
	json_t *claims = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tokens); i++)
		for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
			if (signed_by(e, keys[k], tokens[i], &claims) != (i == k))
				fail_msg("token %zu by %s", i, keys[k]);
			if (i == k && !i) {
				assert_string_equal(
					json_string_value(json_object_get(claims, "serviceurl")),
					"https://smba.test/");
				assert_null(json_object_get(claims, "tid"));
			}
			json_decref(claims);
			claims = NULL;
		}
	for (size_t i = 0; i < ARRAY_LEN(tokens); i++)
		free(tokens[i]);
	entra_free(e);
}

static void a_person_gets_a_token_of_the_people(void **state)
{
	struct entra *e = open_entra();
	json_t *asked = json_pack("{ss, s[s]}", "user", APP, "roles", "Admin");
	json_t *wrong = json_pack("{ss}", "usr", APP);
	char *token = entra_person_token(e, asked, NOW), *bearer = NULL;
	struct sim_bearer b;

	(void)state;
	assert_non_null(token);
	assert_true(asprintf(&bearer, "Bearer %s", token) > 0);
	entra_bearer(e, bearer, NOW, &b); /* but it opens nothing at Graph */
	assert_int_equal(b.verdict, BEARER_BAD);
	assert_null(entra_person_token(e, wrong, NOW));
	free(token);
	free(bearer);
	json_decref(asked);
	json_decref(wrong);
	entra_free(e);
}

/* ---- client assertions ---- */

static EVP_PKEY *rsa;

static X509 *self_signed(void)
{
	X509 *x = X509_new();

	rsa = EVP_RSA_gen(2048);
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_set_pubkey(x, rsa);
	assert_true(X509_sign(x, rsa, EVP_sha256()) > 0);
	return x;
}

static size_t url64(const uint8_t *in, size_t n, char *out)
{
	int len = EVP_EncodeBlock((uint8_t *)out, in, (int)n);

	while (len && out[len - 1] == '=')
		len--;
	out[len] = '\0';
	for (char *p = out; *p; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	return (size_t)len;
}

/* thumb names the member the thumbprint goes by. */
static void assertion(char out[4096], const char *alg, const char *thumb, const char *x5t,
	const char *jti, const char *aud, long exp)
{
	char header[512], claims[1024];
	uint8_t sig[512];
	size_t n = sizeof(sig), used;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how;

	snprintf(header, sizeof(header), "{\"alg\":\"%s\",\"typ\":\"JWT\",\"%s\":\"%s\"}", alg,
		thumb, x5t);
	snprintf(claims, sizeof(claims),
		"{\"aud\":\"%s\",\"iss\":\"" APP "\",\"sub\":\"" APP
		"\",\"jti\":\"%s\",\"nbf\":%d,\"exp\":%ld}",
		aud, jti, NOW, exp);
	used = url64((uint8_t *)header, strlen(header), out);
	out[used++] = '.';
	used += url64((uint8_t *)claims, strlen(claims), out + used);
	assert_int_equal(EVP_DigestSignInit(ctx, &how, EVP_sha256(), NULL, rsa), 1);
	if (strcmp(alg, "PS256") == 0) {
		EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(how, RSA_PSS_SALTLEN_DIGEST);
	}
	assert_int_equal(EVP_DigestSign(ctx, sig, &n, (uint8_t *)out, used), 1);
	EVP_MD_CTX_free(ctx);
	out[used++] = '.';
	url64(sig, n, out + used);
}

static int ask(struct entra *e, const char *token)
{
	char form[8192];
	json_t *body = NULL;
	int status;

	snprintf(form, sizeof(form), "%s&client_assertion_type=%s&client_assertion=%s", FORM,
		"urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer", token);
	status = entra_token(e, TENANT, form, NOW, &body);
	json_decref(body);
	return status;
}

#define AUD "https://127.0.0.1:8444/" TENANT "/oauth2/v2.0/token"

static void assertions_are_judged_by_the_certificate(void **state)
{
	static const struct {
		const char *name, *alg, *thumb, *jti, *aud;
		long exp;
		bool ours;
		int status;
	} cases[] = {
		{ "PS256", "PS256", "x5t#S256", "1", AUD, NOW + 300, true, 200 },
		{ "RS256, the older way", "RS256", "x5t", "2", AUD, NOW + 300, true, 200 },
		{ "PS256 with the older thumbprint", "PS256", "x5t", "3", AUD, NOW + 300, true,
			401 },
		{ "RS256 with the newer one", "RS256", "x5t#S256", "4", AUD, NOW + 300, true, 401 },
		{ "the same again", "PS256", "x5t#S256", "1", AUD, NOW + 300, true, 200 },
		{ "no jti", "PS256", "x5t#S256", "", AUD, NOW + 300, true, 401 },
		{ "expired", "PS256", "x5t#S256", "3", AUD, NOW, true, 401 },
		{ "far too long a life", "PS256", "x5t#S256", "4", AUD, NOW + 90000, true, 401 },
		{ "another audience", "PS256", "x5t#S256", "5", "https://127.0.0.1:8444/x",
			NOW + 300, true, 401 },
		{ "another thumbprint", "PS256", "x5t#S256", "6", AUD, NOW + 300, false, 401 },
		{ "an alg that is not signed so", "none", "x5t#S256", "7", AUD, NOW + 300, true,
			401 },
	};
	char file[] = "/tmp/foyer-sim-cert-XXXXXX", token[4096], x5t[2][64];
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	X509 *x = self_signed();
	FILE *f = fdopen(mkstemp(file), "w");
	struct entra *e;

	(void)state;
	assert_true(PEM_write_X509(f, x));
	fclose(f);
	X509_digest(x, EVP_sha256(), digest, &n);
	url64(digest, n, x5t[0]);
	X509_digest(x, EVP_sha1(), digest, &n);
	url64(digest, n, x5t[1]);
	snprintf(scn.app[0].client_certificate, sizeof(scn.client_certificate), "%s", file);
	e = open_entra();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int status;

		assertion(token, cases[i].alg, cases[i].thumb,
			cases[i].ours ? x5t[strcmp(cases[i].thumb, "x5t") == 0] : "AAAA",
			cases[i].jti, cases[i].aud, cases[i].exp);
		status = ask(e, token);
		if (status != cases[i].status)
			fail_msg("%s: %d", cases[i].name, status);
	}
	assertion(token, "PS256", "x5t#S256", x5t[0], "9", AUD, NOW + 300);
	token[strlen(token) - 5] ^= 1;
	assert_int_equal(ask(e, token), 401);
	entra_free(e);
	unlink(file);
	scn.app[0].client_certificate[0] = '\0';
	X509_free(x);
	EVP_PKEY_free(rsa);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_are_given_for_the_right_credentials),
		cmocka_unit_test(a_token_is_good_until_it_expires_and_nowhere_else),
		cmocka_unit_test(the_documents_lead_to_the_keys),
		cmocka_unit_test(discovery_knows_this_cloud_and_its_tenants),
		cmocka_unit_test(keys_of_all_name_their_issuers),
		cmocka_unit_test(each_sender_signs_with_its_own_keys),
		cmocka_unit_test(a_person_gets_a_token_of_the_people),
		cmocka_unit_test(assertions_are_judged_by_the_certificate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
