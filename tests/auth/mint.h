#ifndef TESTS_AUTH_MINT_H
#define TESTS_AUTH_MINT_H

/*
 * An issuer of tokens, good and evil, for the tests of auth: fresh keys, any header, any
 * payload, any way of signing. Its base64 is OpenSSL's and not ours, so that a mistake
 * of ours does not cancel out. What it returns is owned by the test: free() it.
 */

#include "bot/base/text.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum mint_how {
	MINT_RS256 = 0,
	MINT_RS512,
	MINT_RS1,
	MINT_PS256,
	MINT_PS256_SALT_0,
	MINT_PS256_SALT_MAX,
	MINT_PS256_MGF_SHA1,
	MINT_PS384,
	MINT_ES256,
	MINT_ES256_DER,
	MINT_HS256_PEM, /* keyed by the text of our public key */
	MINT_HS256_DER,
	MINT_NONE, /* no signature: the token ends with a dot */
	MINT_JUNK, /* 256 bytes of 0x5a */
	MINT_ZEROS_64,
};

#define MINT __attribute__((unused)) static

MINT char *mint_b64(const uint8_t *bytes, size_t n)
{
	char *out = malloc(n * 4 / 3 + 8);
	int used = EVP_EncodeBlock((uint8_t *)out, bytes, (int)n);

	while (used > 0 && out[used - 1] == '=')
		used--;
	out[used] = '\0';
	for (int i = 0; i < used; i++)
		out[i] = out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i];
	return out;
}

MINT EVP_PKEY *mint_rsa(unsigned bits)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);

	assert(key);
	return key;
}

MINT EVP_PKEY *mint_ec(const char *curve)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);

	assert(key);
	return key;
}

MINT char *mint_bn(EVP_PKEY *key, const char *name, int width)
{
	uint8_t bytes[1100];
	BIGNUM *bn = NULL;
	int n, got;

	got = EVP_PKEY_get_bn_param(key, name, &bn);
	assert(got == 1);
	n = width ? width : BN_num_bytes(bn);
	got = BN_bn2binpad(bn, bytes, n);
	assert(got == n);
	BN_free(bn);
	return mint_b64(bytes, (size_t)n);
}

/* One JWK. more: further members, each with a leading comma; may be "". kid NULL: none. */
MINT void mint_jwk(struct text *t, EVP_PKEY *key, const char *kid, const char *more)
{
	bool rsa = EVP_PKEY_is_a(key, "RSA");
	char *a = mint_bn(
		key, rsa ? OSSL_PKEY_PARAM_RSA_N : OSSL_PKEY_PARAM_EC_PUB_X, rsa ? 0 : 32);
	char *b = mint_bn(
		key, rsa ? OSSL_PKEY_PARAM_RSA_E : OSSL_PKEY_PARAM_EC_PUB_Y, rsa ? 0 : 32);

	text_add(t,
		rsa ? "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\""
		    : "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"",
		a, b);
	if (kid)
		text_add(t, ",\"kid\":\"%s\"", kid);
	text_add(t, "%s}", more);
	free(a);
	free(b);
}

MINT size_t mint_hmac(EVP_PKEY *key, bool pem, const char *text, uint8_t *out)
{
	BIO *bio = BIO_new(BIO_s_mem());
	unsigned n = 0;
	char *secret;
	long bytes;

	if (pem)
		PEM_write_bio_PUBKEY(bio, key);
	else
		i2d_PUBKEY_bio(bio, key);
	bytes = BIO_get_mem_data(bio, &secret);
	HMAC(EVP_sha256(), secret, (int)bytes, (const uint8_t *)text, strlen(text), out, &n);
	BIO_free(bio);
	return n;
}

MINT size_t mint_ecdsa_raw(const uint8_t *der, size_t n, uint8_t *out)
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)n);

	assert(sig);
	BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, 32);
	BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + 32, 32);
	ECDSA_SIG_free(sig);
	return 64;
}

MINT size_t mint_public_key(EVP_PKEY *key, enum mint_how how, const char *text, uint8_t *out)
{
	const EVP_MD *md = how == MINT_RS512   ? EVP_sha512()
			   : how == MINT_RS1   ? EVP_sha1()
			   : how == MINT_PS384 ? EVP_sha384()
					       : EVP_sha256();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey = NULL;
	uint8_t der[1100];
	size_t n = sizeof(der);
	int good = EVP_DigestSignInit(ctx, &pkey, md, NULL, key);

	assert(good == 1);
	if (how >= MINT_PS256 && how <= MINT_PS384) {
		EVP_PKEY_CTX_set_rsa_padding(pkey, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey, how == MINT_PS256_SALT_0 ? 0
						       : how == MINT_PS256_SALT_MAX
							       ? RSA_PSS_SALTLEN_MAX
							       : RSA_PSS_SALTLEN_DIGEST);
		if (how == MINT_PS256_MGF_SHA1)
			EVP_PKEY_CTX_set_rsa_mgf1_md(pkey, EVP_sha1());
	}
	good = EVP_DigestSign(ctx, der, &n, (const uint8_t *)text, strlen(text));
	assert(good == 1);
	EVP_MD_CTX_free(ctx);
	if (how == MINT_ES256)
		return mint_ecdsa_raw(der, n, out);
	memcpy(out, der, n);
	return n;
}

MINT size_t mint_sign(EVP_PKEY *key, enum mint_how how, const char *text, uint8_t *out)
{
	switch (how) {
	case MINT_NONE:
		return 0;
	case MINT_JUNK:
		memset(out, 0x5a, 256);
		return 256;
	case MINT_ZEROS_64:
		memset(out, 0, 64);
		return 64;
	case MINT_HS256_PEM:
	case MINT_HS256_DER:
		return mint_hmac(key, how == MINT_HS256_PEM, text, out);
	default:
		return mint_public_key(key, how, text, out);
	}
}

/* header and payload are bytes of any kind. */
MINT char *mint_token_bytes(EVP_PKEY *key, enum mint_how how, const char *header, size_t header_n,
	const char *payload, size_t payload_n)
{
	char *h = mint_b64((const uint8_t *)header, header_n);
	char *p = mint_b64((const uint8_t *)payload, payload_n);
	size_t size = strlen(h) + strlen(p) + 2048;
	char *token = malloc(size), *s;
	uint8_t signature[1100];
	size_t n, at;

	snprintf(token, size, "%s.%s", h, p);
	n = mint_sign(key, how, token, signature);
	s = mint_b64(signature, n);
	at = strlen(token);
	snprintf(token + at, size - at, ".%s", s);
	free(h);
	free(p);
	free(s);
	return token;
}

MINT char *mint_token(EVP_PKEY *key, enum mint_how how, const char *header, const char *payload)
{
	return mint_token_bytes(key, how, header, strlen(header), payload, strlen(payload));
}

#endif
