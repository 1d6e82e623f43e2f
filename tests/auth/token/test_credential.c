/* Credentials: what the environment may say, and how each form proves itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "auth/jose/b64url.h"
#include "auth/jose/claims.h"
#include "auth/jose/jws.h"
#include "auth/token/token.h"

#include "tests/auth/mint.h"

#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <time.h>
#include <unistd.h>

#define APP "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01"
#define TENANT "72f988bf-86f1-41af-91ab-2d7cd011db47"
#define TOKEN_URL "https://login.microsoftonline.com/" TENANT "/oauth2/v2.0/token"

static char folder[] = P_tmpdir "/credential-XXXXXX";
static char room[64 * 1024];

/* An environment: name, value, name, value, NULL. */
static const char *look_up(void *ctx, const char *name)
{
	for (const char *const *at = ctx; *at; at += 2)
		if (!strcmp(at[0], name))
			return at[1];
	return NULL;
}

static enum err from(const char *const *env, struct credential_env *out, struct why *why)
{
	return credential_from_env(look_up, (void *)(uintptr_t)env, out, why);
}

static const struct {
	const char *name;
	const char *env[9];
	enum err want;
	const char *form; /* NULL: none */
	const char *says;
} rows[] = {
	{ "nothing", { NULL }, OK, NULL, NULL },
	{ "empty is not set", { "AZURE_CLIENT_SECRET", "" }, OK, NULL, NULL },
	{ "a secret", { "AZURE_CLIENT_SECRET", "s" }, OK, "secret", NULL },
	{ "a secret by the bot's name", { "MicrosoftAppPassword", "s" }, OK, "secret", NULL },
	{ "one secret under both", { "AZURE_CLIENT_SECRET", "s", "MicrosoftAppPassword", "s" }, OK,
		"secret", NULL },
	{ "two secrets", { "AZURE_CLIENT_SECRET", "sesame", "MicrosoftAppPassword", "open" },
		E_DENIED, NULL, "AZURE_CLIENT_SECRET and MicrosoftAppPassword" },
	{ "a secret and a certificate",
		{ "AZURE_CLIENT_SECRET", "sesame", "AZURE_CLIENT_CERTIFICATE_PATH", "/none" },
		E_DENIED, NULL, "AZURE_CLIENT_CERTIFICATE_PATH" },
	{ "a secret and a federated token",
		{ "AZURE_CLIENT_SECRET", "sesame", "AZURE_FEDERATED_TOKEN_FILE", "/none" },
		E_DENIED, NULL, "AZURE_FEDERATED_TOKEN_FILE" },
	{ "no such certificate", { "AZURE_CLIENT_CERTIFICATE_PATH", "/none/bot.pem" }, E_SYSTEM,
		NULL, "/none/bot.pem" },
	{ "no such token file", { "AZURE_FEDERATED_TOKEN_FILE", "/none/token" }, E_SYSTEM, NULL,
		"/none/token" },
	{ "a folder for a file", { "AZURE_FEDERATED_TOKEN_FILE", "/" }, E_SYSTEM, NULL,
		"directory" },
	{ "two app ids", { "AZURE_CLIENT_ID", APP, "MicrosoftAppId", TENANT }, E_DENIED, NULL,
		"AZURE_CLIENT_ID and MicrosoftAppId" },
	{ "an app id too long",
		{ "MicrosoftAppId",
			"0123456789012345678901234567890123456789012345678901234567890123" },
		E_MALFORMED, NULL, "MicrosoftAppId" },
};

static void the_environment_says_one_thing(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct credential_env env = { .credential = NULL };
		struct why why = { .code = OK };
		enum err e = from(rows[r].env, &env, &why);

		if (e != rows[r].want || (rows[r].says && !strstr(why.text, rows[r].says)))
			fail_msg("%s: %s (%s)", rows[r].name, err_text(e), why.text);
		if (strstr(why.text, "sesame"))
			fail_msg("%s: the secret is in the story", rows[r].name);
		if ((rows[r].form != NULL) != (env.credential != NULL) ||
			(rows[r].form &&
				strcmp(credential_form_name(env.credential), rows[r].form)))
			fail_msg("%s: another form", rows[r].name);
		credential_free(env.credential);
	}
}

static const struct {
	const char *given, *read;
} authorities[] = {
	{ "https://login.microsoftonline.us/", "https://login.microsoftonline.us" },
	{ "https://login.microsoftonline.us", "https://login.microsoftonline.us" },
	{ "login.microsoftonline.us", "https://login.microsoftonline.us" },
	{ "https://localhost:4458//", "https://localhost:4458" },
};

static void identity_comes_along(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(authorities); r++) {
		const char *env[] = { "AZURE_TENANT_ID", TENANT, "MicrosoftAppId", APP,
			"AZURE_AUTHORITY_HOST", authorities[r].given, NULL };
		struct credential_env got;

		assert_int_equal(from(env, &got, NULL), OK);
		assert_string_equal(got.client_id, APP);
		assert_string_equal(got.tenant_id, TENANT);
		assert_string_equal(got.authority, authorities[r].read);
	}
}

/* Files of the test: made in its folder, removed at the end. */
static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const char *text, size_t n)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static X509 *certificate_for(EVP_PKEY *key, long ends_in_s)
{
	X509 *x = X509_new();

	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -3600 * 24 * 30);
	X509_gmtime_adj(X509_getm_notAfter(x), ends_in_s);
	X509_set_pubkey(x, key);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	return x;
}

/* password: NULL for a key in the clear. */
static void write_pem(
	const char *name, EVP_PKEY *key, X509 *first, X509 *second, const char *password)
{
	BIO *bio = BIO_new_file(path_of(name), "w");

	assert_non_null(bio);
	if (first)
		PEM_write_bio_X509(bio, first);
	if (second)
		PEM_write_bio_X509(bio, second);
	if (key)
		PEM_write_bio_PrivateKey(bio, key, password ? EVP_aes_256_cbc() : NULL,
			(const unsigned char *)password, password ? (int)strlen(password) : 0, NULL,
			NULL);
	BIO_free(bio);
}

static void write_pfx(const char *name, EVP_PKEY *key, X509 *certificate, const char *password)
{
	PKCS12 *p = PKCS12_create(password, "bot", key, certificate, NULL, 0, 0, 0, 0, 0);
	BIO *bio = BIO_new_file(path_of(name), "w");

	assert_non_null(p);
	assert_int_equal(i2d_PKCS12_bio(bio, p), 1);
	PKCS12_free(p);
	BIO_free(bio);
}

/* The body of the request that this environment's credential makes now. */
static enum err body_of(const char *const *env, uint64_t now_unix_s, char *out, struct why *why)
{
	struct credential_env got = { .credential = NULL };
	struct tokens *t = tokens_new(1, false);
	struct token_key key = { "https://login.microsoftonline.com", TENANT, APP, NULL,
		"https://graph.microsoft.com/.default" };
	struct token_post post;
	const char *bearer;
	uint32_t slot;
	enum err e = from(env, &got, why);

	out[0] = '\0';
	if (e == OK) {
		key.credential = got.credential;
		assert_int_equal(tokens_slot(t, &key, &slot, why), OK);
		assert_int_equal(token_get(t, slot, 0, &bearer, why), E_STALE);
		e = tokens_want(t, 0, now_unix_s, &post, why);
		if (e == OK)
			memcpy(out, post.body, post.body_bytes + 1);
		else /* and whoever wants the token is told the same */
			assert_int_equal(token_get(t, slot, 0, &bearer, NULL), E_DENIED);
		token_post_fini(&post);
	}
	tokens_free(t);
	credential_free(got.credential);
	return e;
}

/* Take the assertion out of a body and hold it against the certificate. */
static void assertion_holds(const char *body, EVP_PKEY *key, X509 *certificate, uint64_t now)
{
	static const char field[] = "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-"
				    "assertion-type%3Ajwt-bearer&client_assertion=";
	const char *jwt = strstr(body, field), *payload;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx = NULL;
	uint8_t print[32], signature[JWS_SIGNATURE_MAX];
	char header[256], *print_text;
	struct claims c;
	size_t n;

	assert_non_null(jwt);
	jwt += strlen(field);
	payload = strchr(jwt, '.') + 1;
	X509_digest(certificate, EVP_sha256(), print, NULL);
	print_text = mint_b64(print, 32);
	snprintf(header, sizeof(header), "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"x5t#S256\":\"%s\"}",
		print_text);
	free(print_text);
	print_text = mint_b64((uint8_t *)header, strlen(header));
	assert_int_equal(strlen(print_text), payload - 1 - jwt);
	assert_memory_equal(jwt, print_text, strlen(print_text));
	free(print_text);
	assert_int_equal(claims_read(payload, strcspn(payload, "."), &c, NULL), OK);
	assert_string_equal(c.aud, TOKEN_URL);
	assert_string_equal(c.iss, APP);
	assert_string_equal(c.sub, APP);
	assert_true(c.nbf_unix_s == now - 30 && c.iat_unix_s == now - 30);
	assert_true(c.exp_unix_s == now + 300);
	assert_int_equal(b64url_decode(strrchr(jwt, '.') + 1, strlen(strrchr(jwt, '.') + 1),
				 signature, sizeof(signature), &n),
		OK);
	EVP_DigestVerifyInit(md, &ctx, EVP_sha256(), NULL, key);
	EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING);
	EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32);
	assert_int_equal(EVP_DigestVerify(md, signature, n, (const uint8_t *)jwt,
				 (size_t)(strrchr(jwt, '.') - jwt)),
		1);
	EVP_MD_CTX_free(md);
}

static void a_certificate_signs_in_each_of_its_files(void **state)
{
	EVP_PKEY *key = mint_rsa(2048), *other = mint_rsa(2048);
	X509 *cert = certificate_for(key, 3600), *foreign = certificate_for(other, 3600);
	uint64_t now = (uint64_t)time(NULL);
	static const struct {
		const char *file, *password;
	} files[] = { { "plain.pem", NULL }, { "locked.pem", "pass" }, { "chain.pem", NULL },
		{ "bot.pfx", "pass" }, { "open.pfx", NULL } };

	(void)state;
	write_pem("plain.pem", key, cert, NULL, NULL);
	write_pem("locked.pem", key, cert, NULL, "pass");
	write_pem("chain.pem", key, foreign, cert, NULL);
	write_pfx("bot.pfx", key, cert, "pass");
	write_pfx("open.pfx", key, cert, "");
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		const char *env[] = { "AZURE_CLIENT_CERTIFICATE_PATH", path_of(files[i].file),
			"AZURE_CLIENT_CERTIFICATE_PASSWORD", files[i].password, NULL };
		struct why why = { .code = OK };

		if (body_of(env, now, room, &why) != OK)
			fail_msg("%s: %s", files[i].file, why.text);
		assertion_holds(room, key, cert, now);
	}
	X509_free(cert);
	X509_free(foreign);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

static void an_unfit_certificate_is_told_by_name(void **state)
{
	EVP_PKEY *key = mint_rsa(2048), *weak = mint_rsa(1024), *ec = mint_ec("P-256");
	X509 *cert = certificate_for(key, 3600), *old = certificate_for(key, -3600);
	X509 *of_weak = certificate_for(weak, 3600), *of_ec = certificate_for(ec, 3600);
	static const struct {
		const char *file, *password, *says;
	} files[] = { { "locked.pem", NULL, "AZURE_CLIENT_CERTIFICATE_PASSWORD" },
		{ "locked.pem", "wrong", "AZURE_CLIENT_CERTIFICATE_PASSWORD" },
		{ "bot.pfx", "wrong", "AZURE_CLIENT_CERTIFICATE_PASSWORD" },
		{ "no-key.pem", NULL, "no private key" }, { "no-cert.pem", NULL, "no certificate" },
		{ "foreign.pem", NULL, "no certificate that fits" }, { "weak.pem", NULL, "2048" },
		{ "ec.pem", NULL, "not RSA" }, { "old.pem", NULL, "expired on 20" },
		{ "junk.pem", NULL, "no private key" }, { "empty.pem", NULL, "no private key" },
		{ "huge.pem", NULL, "more than" } };

	(void)state;
	write_pem("locked.pem", key, cert, NULL, "pass");
	write_pfx("bot.pfx", key, cert, "pass");
	write_pem("no-key.pem", NULL, cert, NULL, NULL);
	write_pem("no-cert.pem", key, NULL, NULL, NULL);
	write_pem("foreign.pem", key, of_ec, of_weak, NULL);
	write_pem("weak.pem", weak, of_weak, NULL, NULL);
	write_pem("ec.pem", ec, of_ec, NULL, NULL);
	write_pem("old.pem", key, old, NULL, NULL);
	write_file("junk.pem", "certificate", 11);
	write_file("empty.pem", "", 0);
	memset(room, 'x', 20000);
	write_file("huge.pem", room, 20000);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		const char *env[] = { "AZURE_CLIENT_CERTIFICATE_PATH", path_of(files[i].file),
			"AZURE_CLIENT_CERTIFICATE_PASSWORD", files[i].password, NULL };
		struct why why = { .code = OK };

		if (body_of(env, (uint64_t)time(NULL), room, &why) == OK ||
			!strstr(why.text, files[i].says))
			fail_msg("%s: %s", files[i].file, why.text);
	}
	X509_free(cert);
	X509_free(old);
	X509_free(of_weak);
	X509_free(of_ec);
	EVP_PKEY_free(key);
	EVP_PKEY_free(weak);
	EVP_PKEY_free(ec);
}

static void a_federated_token_is_read_each_time(void **state)
{
	char path[128];
	const char *env[] = { "AZURE_FEDERATED_TOKEN_FILE", path, NULL };
	struct credential_env got;
	struct token_key key = { "https://login.microsoftonline.com", TENANT, APP, NULL,
		"https://graph.microsoft.com/.default" };
	struct tokens *t = tokens_new(1, false);
	struct token_reply no = { .status = 0 };
	struct token_post post;
	const char *bearer;
	uint32_t slot;

	(void)state;
	snprintf(path, sizeof(path), "%s", path_of("token"));
	write_file("token", "aaa.bbb.ccc\n", 12);
	assert_int_equal(from(env, &got, NULL), OK);
	key.credential = got.credential;
	assert_int_equal(tokens_slot(t, &key, &slot, NULL), OK);
	for (uint64_t now = 0; now <= 1000; now += 1000) {
		assert_int_equal(token_get(t, slot, now, &bearer, NULL), E_STALE);
		assert_int_equal(tokens_want(t, now, 1700000000, &post, NULL), OK);
		assert_non_null(strstr(post.body,
			now ? "&client_assertion=ddd.eee.fff" : "&client_assertion=aaa.bbb.ccc"));
		assert_int_equal(strlen(strrchr(post.body, '=')), 12);
		assert_int_equal(tokens_got(t, now, post.attempt, &no, NULL), E_REMOTE);
		token_post_fini(&post);
		write_file("token", "ddd.eee.fff", 11);
	}
	/* Gone, and what somebody wrote into it by mistake: told, and the slot rests. */
	write_file("token", "oops {}", 7);
	assert_int_equal(token_get(t, slot, 60000, &bearer, NULL), E_STALE);
	assert_int_equal(tokens_want(t, 60000, 1700000000, &post, NULL), E_MALFORMED);
	assert_int_equal(tokens_want(t, 60000, 1700000000, &post, NULL), E_ABSENT);
	assert_int_equal(token_get(t, slot, 60000, &bearer, NULL), E_DENIED);
	tokens_free(t);
	credential_free(got.credential);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "plain.pem", "locked.pem", "chain.pem", "bot.pfx",
		"open.pfx", "no-key.pem", "no-cert.pem", "foreign.pem", "weak.pem", "ec.pem",
		"old.pem", "junk.pem", "empty.pem", "huge.pem", "token" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unlink(path_of(names[i]));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_environment_says_one_thing),
		cmocka_unit_test(identity_comes_along),
		cmocka_unit_test(a_certificate_signs_in_each_of_its_files),
		cmocka_unit_test(an_unfit_certificate_is_told_by_name),
		cmocka_unit_test(a_federated_token_is_read_each_time),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
