#include "auth/jose/jws.h"

#include "auth/jose/b64url.h"
#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

CLEAN_FN(EVP_MD_CTX_free, EVP_MD_CTX *)

static enum err refused(struct why *why, const char *step)
{
	char words[128];

	ERR_error_string_n(ERR_peek_last_error(), words, sizeof(words));
	ERR_clear_error();
	return FAIL(why, E_SYSTEM, "OpenSSL refused to %s: %s", step, words);
}

/* Header, dot and payload into out, which is large enough. Gives the characters written. */
static size_t signing_input(const char *claims, const uint8_t print[32], char *out, size_t out_size)
{
	char print_text[B64URL_TEXT(32) + 1];
	char header[128];
	struct text t = TEXT(header);
	size_t at;

	b64url_encode(print, 32, print_text, sizeof(print_text));
	text_add(&t, "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"x5t#S256\":\"%s\"}", print_text);
	at = b64url_encode((const uint8_t *)header, t.used, out, out_size);
	out[at++] = '.';
	return at + b64url_encode((const uint8_t *)claims, strlen(claims), out + at, out_size - at);
}

static enum err sign(EVP_PKEY *key, const char *text, size_t n, uint8_t *signature, size_t *bytes,
	struct why *why)
{
	CLEAN(EVP_MD_CTX_free) EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx = NULL; /* md's */

	if (!md || EVP_DigestSignInit_ex(md, &ctx, "SHA256", NULL, NULL, key, NULL) != 1)
		return refused(why, "start signing");
	/* RFC 7518 3.5: the salt is as long as the digest. */
	if (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) != 1 ||
		EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) != 1)
		return refused(why, "sign with PSS");
	if (EVP_DigestSign(md, signature, bytes, (const uint8_t *)text, n) != 1)
		return refused(why, "sign");
	return OK;
}

enum err jws_sign_ps256(
	const char *claims, EVP_PKEY *key, const uint8_t print[32], char **out, struct why *why)
{
	size_t size = 256 + B64URL_TEXT(strlen(claims)) + B64URL_TEXT(JWS_SIGNATURE_MAX) + 2;
	uint8_t signature[JWS_SIGNATURE_MAX];
	size_t bytes = sizeof(signature), at;
	CLEAN(free) char *jws = NULL;
	enum err e;

	*out = NULL;
	if (!EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_get_bits(key) < RSA_BITS_MIN ||
		(size_t)EVP_PKEY_get_size(key) > sizeof(signature))
		return FAIL(why, E_DENIED, "the key is not RSA of %d to %d bits", RSA_BITS_MIN,
			RSA_BITS_MAX);
	jws = malloc(size);
	if (!jws)
		return FAIL(why, E_SYSTEM, "no memory for a signature");
	at = signing_input(claims, print, jws, size);
	e = sign(key, jws, at, signature, &bytes, why);
	if (e != OK)
		return e;
	jws[at++] = '.';
	b64url_encode(signature, bytes, jws + at, size - at);
	*out = TAKE(jws);
	return OK;
}
