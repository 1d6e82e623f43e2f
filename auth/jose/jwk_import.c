#include "auth/jose/jwk_import.h"

#include "auth/jose/b64url.h"
#include "bot/base/clean.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <string.h>

enum { P256_BYTES = 32, EXPONENT_BITS_MAX = 32, NUMBER_BYTES_MAX = RSA_BITS_MAX / 8 + 1 };

CLEAN_FN(BN_free, BIGNUM *)
CLEAN_FN(OSSL_PARAM_BLD_free, OSSL_PARAM_BLD *)
CLEAN_FN(OSSL_PARAM_free, OSSL_PARAM *)
CLEAN_FN(EVP_PKEY_CTX_free, EVP_PKEY_CTX *)
CLEAN_FN(EVP_PKEY_free, EVP_PKEY *)

static bool member_bytes(const json_t *jwk, const char *name, uint8_t *out, size_t size, size_t *n)
{
	const json_t *member = json_object_get(jwk, name);

	return json_is_string(member) &&
	       b64url_decode(json_string_value(member), json_string_length(member), out, size, n) ==
		       OK &&
	       *n > 0;
}

static BIGNUM *member_number(const json_t *jwk, const char *name)
{
	uint8_t bytes[NUMBER_BYTES_MAX];
	size_t n;

	return member_bytes(jwk, name, bytes, sizeof(bytes), &n) ? BN_bin2bn(bytes, (int)n, NULL)
								 : NULL;
}

static EVP_PKEY *key_from(const char *type, OSSL_PARAM_BLD *build)
{
	CLEAN(OSSL_PARAM_free) OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	CLEAN(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (!params || !ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
		EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		return NULL;
	return key;
}

/* Two texts of one key (a leading zero more, say) give one print. */
static bool print_numbers(const BIGNUM *a, const BIGNUM *b, uint8_t print[32])
{
	uint8_t bytes[2 * NUMBER_BYTES_MAX + 4];
	int n_a = BN_num_bytes(a), n_b = BN_num_bytes(b);

	bytes[0] = (uint8_t)(n_a >> 8);
	bytes[1] = (uint8_t)n_a;
	BN_bn2bin(a, bytes + 2);
	BN_bn2bin(b, bytes + 2 + n_a);
	return EVP_Digest(bytes, (size_t)(2 + n_a + n_b), print, NULL, EVP_sha256(), NULL) == 1;
}

/* RFC 8725 3.5 and what browsers and Microsoft agree on: nothing weaker than 2048 bits. */
static bool rsa_sound(const BIGNUM *n, const BIGNUM *e)
{
	return BN_num_bits(n) >= RSA_BITS_MIN && BN_num_bits(n) <= RSA_BITS_MAX && BN_is_odd(n) &&
	       BN_is_odd(e) && !BN_is_one(e) && BN_num_bits(e) <= EXPONENT_BITS_MAX;
}

static bool import_rsa(const json_t *jwk, struct jwk *out)
{
	CLEAN(BN_free) BIGNUM *n = member_number(jwk, "n");
	CLEAN(BN_free) BIGNUM *e = member_number(jwk, "e");
	CLEAN(OSSL_PARAM_BLD_free) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();

	if (!n || !e || !build || !rsa_sound(n, e) || !print_numbers(n, e, out->print))
		return false;
	if (OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
		OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) != 1)
		return false;
	out->algs = JWS_RS256 | JWS_PS256;
	out->key = key_from("RSA", build);
	return out->key != NULL;
}

static bool on_curve(EVP_PKEY *key)
{
	CLEAN(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

	return ctx && EVP_PKEY_public_check(ctx) == 1;
}

static bool import_ec(const json_t *jwk, struct jwk *out)
{
	CLEAN(OSSL_PARAM_BLD_free) OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	CLEAN(EVP_PKEY_free) EVP_PKEY *key = NULL;
	const char *curve = json_string_value(json_object_get(jwk, "crv"));
	uint8_t point[1 + 2 * P256_BYTES] = { POINT_CONVERSION_UNCOMPRESSED };
	size_t n_x, n_y;

	/* RFC 7518 6.2.1.2: coordinates have the full length of the curve's. */
	if (!build || !curve || strcmp(curve, "P-256") != 0 ||
		!member_bytes(jwk, "x", point + 1, P256_BYTES, &n_x) || n_x != P256_BYTES ||
		!member_bytes(jwk, "y", point + 1 + P256_BYTES, P256_BYTES, &n_y) ||
		n_y != P256_BYTES)
		return false;
	if (OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) !=
			1 ||
		OSSL_PARAM_BLD_push_octet_string(
			build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)) != 1)
		return false;
	key = key_from("EC", build);
	if (!key || !on_curve(key) ||
		EVP_Digest(point, sizeof(point), out->print, NULL, EVP_sha256(), NULL) != 1)
		return false;
	out->algs = JWS_ES256;
	out->key = TAKE(key);
	return true;
}

bool jwk_import(const json_t *jwk, struct jwk *out)
{
	const char *kty = json_string_value(json_object_get(jwk, "kty"));
	bool imported = false;

	if (kty && !strcmp(kty, "RSA"))
		imported = import_rsa(jwk, out);
	else if (kty && !strcmp(kty, "EC"))
		imported = import_ec(jwk, out);
	ERR_clear_error();
	return imported;
}

static EVP_PKEY_CTX *context_for(EVP_PKEY *key, enum jws_alg alg)
{
	CLEAN(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

	if (!ctx || EVP_PKEY_verify_init(ctx) != 1)
		return NULL;
	if (alg == JWS_RS256 && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1)
		return NULL;
	if (alg == JWS_PS256 && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) != 1)
		return NULL;
	if (EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) != 1)
		return NULL;
	/* RFC 7518 3.5; said on this side too, else any salt and mask would do. */
	if (alg == JWS_PS256 &&
		(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) != 1 ||
			EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) != 1))
		return NULL;
	return TAKE(ctx);
}

bool jwk_make_ready(struct jwk *out)
{
	for (unsigned alg = JWS_RS256; alg <= JWS_ES256; alg <<= 1) {
		if (!(out->algs & alg))
			continue;
		out->verify[jws_alg_slot(alg)] = context_for(out->key, alg);
		if (!out->verify[jws_alg_slot(alg)])
			return false;
	}
	return true;
}
