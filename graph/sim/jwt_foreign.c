/* Tokens of an issuer that is not ours: a platform that hands its workloads identities. */
#include "graph/sim/jwt_inside.h"

#include "bot/base/clean.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

enum { KEYS_READ = 100 }; /* Entra, workload identity federation: the first ones only. */

CLEAN_FN(json_decref, json_t *)
CLEAN_FN(EVP_PKEY_free, EVP_PKEY *)
CLEAN_FN(EVP_PKEY_CTX_free, EVP_PKEY_CTX *)
CLEAN_FN(OSSL_PARAM_BLD_free, OSSL_PARAM_BLD *)
CLEAN_FN(OSSL_PARAM_free, OSSL_PARAM *)
CLEAN_FN(BN_free, BIGNUM *)

static const char *text_at(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

static BIGNUM *number_of(const json_t *jwk, const char *name)
{
	const char *text = text_at(jwk, name);
	uint8_t bytes[RSA_BYTES];
	long n = jwt_unb64(text, strlen(text), bytes, sizeof(bytes));

	return n > 0 ? BN_bin2bn(bytes, (int)n, NULL) : NULL;
}

/* NULL: no RSA key. */
static EVP_PKEY *key_of(const json_t *jwk)
{
	CLEAN(BN_free) BIGNUM *n = number_of(jwk, "n");
	CLEAN(BN_free) BIGNUM *e = number_of(jwk, "e");
	CLEAN(OSSL_PARAM_BLD_free) OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
	CLEAN(EVP_PKEY_CTX_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	CLEAN(OSSL_PARAM_free) OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (!n || !e || !parts || !ctx ||
		OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
		OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_E, e) != 1)
		return NULL;
	params = OSSL_PARAM_BLD_to_param(parts);
	if (!params || EVP_PKEY_fromdata_init(ctx) != 1 ||
		EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		return NULL;
	return key;
}

static const json_t *key_named(const json_t *keys, const char *kid)
{
	for (size_t i = 0; kid[0] && i < json_array_size(keys) && i < KEYS_READ; i++)
		if (strcmp(text_at(json_array_get(keys, i), "kid"), kid) == 0)
			return json_array_get(keys, i);
	return NULL;
}

static enum err judged(
	const json_t *keys, const char *token, const struct jwt_parts *p, struct why *why)
{
	const json_t *jwk = key_named(keys, text_at(p->header, "kid"));
	CLEAN(EVP_PKEY_free) EVP_PKEY *key = jwk ? key_of(jwk) : NULL;

	if (!key)
		return FAIL(why, E_DENIED, "The issuer publishes no RSA key of this kid.");
	if (strcmp(text_at(p->header, "alg"), "RS256") != 0)
		return FAIL(why, E_DENIED, "alg is not RS256.");
	if (!jwt_signature_good(key, false, token, p))
		return FAIL(why, E_DENIED, "The signature is not the issuer's.");
	return OK;
}

enum err jwt_foreign(const char *file, const char *token, json_t **claims, struct why *why)
{
	json_error_t at;
	CLEAN(json_decref) json_t *root = json_load_file(file, JSON_REJECT_DUPLICATES, &at);
	const json_t *keys = json_object_get(root, "keys");
	struct jwt_parts p;
	enum err e;

	if (!json_is_array(keys))
		return FAIL(why, E_ABSENT, "%s: want a key set, {\"keys\": [..]}", file);
	if (!token)
		return OK;
	e = jwt_split(token, &p, why);
	if (e == OK)
		e = judged(keys, token, &p, why);
	if (e == OK)
		*claims = TAKE(p.claims);
	jwt_parts_fini(&p);
	return e;
}

enum err jwt_peek(const char *token, json_t **claims, struct why *why)
{
	struct jwt_parts p;
	enum err e = jwt_split(token, &p, why);

	if (e == OK)
		*claims = TAKE(p.claims);
	jwt_parts_fini(&p);
	return e;
}
