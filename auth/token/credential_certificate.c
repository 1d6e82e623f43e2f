/*
 * A certificate: we sign a short-lived assertion with its key (PS256, x5t#S256).
 *
 * A new assertion for each request: signing costs half a millisecond, and a strict server
 * refuses a jti it has seen. The file is read for each as well, so that a renewed
 * certificate needs no restart and no key stays in memory.
 * Source: entra-docs, certificate-credentials.
 */
#include "auth/token/form.h"

#include "auth/jose/jws.h"
#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <string.h>

#define ENV "AZURE_CLIENT_CERTIFICATE_PATH"
#define PASSWORD_ENV "AZURE_CLIENT_CERTIFICATE_PASSWORD"

enum { ASSERTION_S = 300, BACKDATE_S = 30, CERTIFICATES_MAX = 16 };

CLEAN_FN(BIO_free, BIO *)
CLEAN_FN(X509_free, X509 *)
CLEAN_FN(EVP_PKEY_free, EVP_PKEY *)
CLEAN_FN(PKCS12_free, PKCS12 *)
CLEAN_FN(secret_free, char *)

struct pair {
	EVP_PKEY *key;
	X509 *certificate;
};

static void pair_fini(struct pair *p)
{
	EVP_PKEY_free(p->key);
	X509_free(p->certificate);
	*p = (struct pair){ .key = NULL };
}

/* Without one OpenSSL would ask the terminal. */
static int give_password(char *out, int size, int writing, void *password)
{
	size_t n = password ? strlen(password) : 0;

	(void)writing;
	if (!password || n > (size_t)size)
		return -1;
	memcpy(out, password, n);
	return (int)n;
}

/* The file may hold a chain, in any order: ours is the one that fits the key. */
static X509 *certificate_of(BIO *pem, EVP_PKEY *key)
{
	for (int i = 0; i < CERTIFICATES_MAX; i++) {
		CLEAN(X509_free) X509 *one = PEM_read_bio_X509(pem, NULL, give_password, NULL);

		if (!one)
			return NULL;
		if (X509_check_private_key(one, key) == 1)
			return TAKE(one);
	}
	return NULL;
}

static void read_pem(const char *text, size_t n, char *password, struct pair *out)
{
	CLEAN(BIO_free) BIO *for_key = BIO_new_mem_buf(text, (int)n);
	CLEAN(BIO_free) BIO *for_certificate = BIO_new_mem_buf(text, (int)n);

	if (for_key)
		out->key = PEM_read_bio_PrivateKey(for_key, NULL, give_password, password);
	if (out->key && for_certificate)
		out->certificate = certificate_of(for_certificate, out->key);
}

static void read_pfx(const char *bytes, size_t n, const char *password, struct pair *out)
{
	CLEAN(BIO_free) BIO *bio = BIO_new_mem_buf(bytes, (int)n);
	CLEAN(PKCS12_free) PKCS12 *pfx = bio ? d2i_PKCS12_bio(bio, NULL) : NULL;

	if (pfx && PKCS12_parse(
			   pfx, password ? password : "", &out->key, &out->certificate, NULL) != 1)
		pair_fini(out);
}

static enum err read_pair(const struct credential *c, struct pair *out, struct why *why)
{
	char words[96] = "";
	size_t n;
	char *text;
	enum err e = secret_file(c->value, ENV, &text, &n, why);

	*out = (struct pair){ .key = NULL };
	if (e != OK)
		return e;
	ERR_clear_error();
	if (memmem(text, n, "-----BEGIN ", 11))
		read_pem(text, n, c->password, out);
	else
		read_pfx(text, n, c->password, out);
	OPENSSL_cleanse(text, n);
	free(text);
	if (ERR_peek_last_error())
		ERR_error_string_n(ERR_peek_last_error(), words, sizeof(words));
	ERR_clear_error();
	if (!out->key)
		e = FAIL(why, E_MALFORMED,
			"%s: no private key to be had from \"%s\" (a PEM or PFX; is %s right?) %s",
			ENV, c->value, PASSWORD_ENV, words);
	else if (!out->certificate)
		e = FAIL(why, E_MALFORMED, "%s: \"%s\" holds no certificate that fits its key", ENV,
			c->value);
	if (e != OK)
		pair_fini(out);
	return e;
}

/* Entra would say 700027, which means many things. */
static enum err still_valid(
	const struct credential *c, X509 *certificate, uint64_t now_unix_s, struct why *why)
{
	time_t now = (time_t)now_unix_s;
	struct tm end = { .tm_year = 0 };

	if (X509_cmp_time(X509_get0_notAfter(certificate), &now) >= 0)
		return OK;
	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1)
		return FAIL(
			why, E_DENIED, "%s: the certificate in \"%s\" has expired", ENV, c->value);
	return FAIL(why, E_DENIED,
		"%s: the certificate in \"%s\" expired on %04d-%02d-%02d: renew it, and upload the "
		"new one to the app registration",
		ENV, c->value, end.tm_year + 1900, end.tm_mon + 1, end.tm_mday);
}

static enum err assertion(
	const struct proof *proof, const struct pair *pair, char **out, struct why *why)
{
	char claims[1280], jti[37];
	struct text t = TEXT(claims);
	uint8_t print[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (X509_digest(pair->certificate, EVP_sha256(), print, &n) != 1)
		return FAIL(why, E_SYSTEM, "OpenSSL refused to hash the certificate");
	guid_fresh(jti);
	/* Neither URL nor id holds a character that JSON escapes: tokens_slot saw to it. */
	text_add(&t,
		"{\"aud\":\"%s\",\"iss\":\"%s\",\"sub\":\"%s\",\"jti\":\"%s\",\"nbf\":%llu,\"iat\":"
		"%llu,"
		"\"exp\":%llu}",
		proof->token_url, proof->client_id, proof->client_id, jti,
		(unsigned long long)proof->now_unix_s - BACKDATE_S,
		(unsigned long long)proof->now_unix_s - BACKDATE_S,
		(unsigned long long)proof->now_unix_s + ASSERTION_S);
	return jws_sign_ps256(claims, pair->key, print, out, why);
}

static enum err check(const struct credential *c, struct why *why)
{
	struct pair pair;
	enum err e = read_pair(c, &pair, why);
	CLEAN(secret_free) char *jwt = NULL;
	const struct proof trial = { .token_url = "", .client_id = "", .now_unix_s = BACKDATE_S };

	if (e == OK)
		e = assertion(&trial, &pair, &jwt, why);
	pair_fini(&pair);
	return e;
}

static enum err prove(
	const struct credential *c, const struct proof *proof, struct body *out, struct why *why)
{
	CLEAN(secret_free) char *jwt = NULL;
	struct pair pair;
	enum err e = read_pair(c, &pair, why);

	if (e == OK)
		e = still_valid(c, pair.certificate, proof->now_unix_s, why);
	if (e == OK)
		e = assertion(proof, &pair, &jwt, why);
	if (e == OK)
		body_add_assertion(out, jwt);
	pair_fini(&pair);
	return e;
}

const struct credential_form credential_form_certificate = {
	.name = "certificate",
	.env = { ENV },
	.password_env = PASSWORD_ENV,
	.check = check,
	.prove = prove,
};
