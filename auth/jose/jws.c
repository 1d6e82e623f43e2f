#include "auth/jose/jws.h"

#include "auth/jose/b64url.h"
#include "auth/jose/json.h"
#include "bot/base/text.h"

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <string.h>
#include <strings.h>

enum { P256_BYTES = 32, DER_SIGNATURE_MAX = 80 };

/* Members whose mere presence asks for something we do not do. */
static const char *const refused_members[] = { "crit", "b64", "zip", "enc" };

enum err jws_bearer(const char *authorization, const char **token, size_t *n, struct why *why)
{
	static const char b64token[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789-._~+/=";
	size_t bytes;

	*token = NULL;
	*n = 0;
	if (strncasecmp(authorization, "Bearer ", 7) != 0)
		return FAIL(why, E_DENIED, "Authorization is not of the Bearer scheme");
	authorization += 7;
	bytes = strspn(authorization, b64token);
	if (bytes == 0 || authorization[bytes] != '\0')
		return FAIL(why, E_DENIED, "Authorization is not \"Bearer\", one space, one token");
	*token = authorization;
	*n = bytes;
	return OK;
}

/* RFC 8725 3.11: where a type is given, it is one we mean. */
static bool type_fits(const json_t *typ)
{
	const char *text = json_string_value(typ);

	return !typ || (text && (!strcasecmp(text, "JWT") || !strcasecmp(text, "at+jwt")));
}

static enum err header_judge(
	const json_t *header, unsigned algs, struct jws_header *out, struct why *why)
{
	const char *kid = json_string_value(json_object_get(header, "kid"));
	const json_t *cty = json_object_get(header, "cty");
	unsigned alg = algs & jws_alg_named(json_string_value(json_object_get(header, "alg")));

	for (size_t i = 0; i < ARRAY_LEN(refused_members); i++)
		if (json_object_get(header, refused_members[i]))
			return FAIL(why, E_DENIED, "header: has \"%s\"", refused_members[i]);
	if (!type_fits(json_object_get(header, "typ")))
		return FAIL(why, E_DENIED, "header: typ is not JWT");
	if (cty && (!json_is_string(cty) || strcasecmp(json_string_value(cty), "JWT") != 0))
		return FAIL(why, E_DENIED, "header: has a \"cty\" other than JWT");
	out->cty_jwt = cty != NULL;
	if (!alg)
		return FAIL(why, E_DENIED, "header: alg is not one this receiver allows");
	out->alg = (enum jws_alg)alg;
	if (!kid || !kid[0] || text_copy(out->kid, sizeof(out->kid), kid) != OK)
		return FAIL(why, E_DENIED, "header: kid is not a text of 1 to %d bytes", KID_MAX);
	return OK;
}

static enum err header_read(
	const char *text, size_t n, unsigned algs, struct jws_header *out, struct why *why)
{
	CLEAN(json_decref) json_t *header = NULL;
	char bytes[JWS_HEADER_MAX];
	struct why inner;
	size_t used;

	if (b64url_decode(text, n, (uint8_t *)bytes, sizeof(bytes), &used) != OK)
		return FAIL(why, E_DENIED, "header: not strict base64url of at most %d bytes",
			JWS_HEADER_MAX);
	if (jose_json(bytes, used, &header, &inner) != OK)
		return FAIL(why, E_DENIED, "header: %s", inner.text);
	return header_judge(header, algs, out, why);
}

/* Only what would be refused again is read again. */
static enum err header_take(const char *text, size_t n, unsigned algs, struct jws_memo *memo,
	struct jws_header *out, struct why *why)
{
	enum err e;

	if (memo && memo->n == n && !memcmp(memo->text, text, n) && (memo->header.alg & algs)) {
		*out = memo->header;
		return OK;
	}
	e = header_read(text, n, algs, out, why);
	if (e == OK && memo) {
		memcpy(memo->text, text, n);
		memo->n = n;
		memo->header = *out;
	}
	return e;
}

enum err jws_read(const char *token, size_t n, unsigned algs, size_t bytes_max,
	struct jws_memo *memo, struct jws *out, struct why *why)
{
	const char *end = token + n, *first, *second;

	if (n > bytes_max || n > JWS_BYTES_MAX)
		return FAIL(why, E_DENIED, "token of %zu bytes is too long", n);
	first = memchr(token, '.', n);
	second = first ? memchr(first + 1, '.', (size_t)(end - first - 1)) : NULL;
	if (!second || memchr(second + 1, '.', (size_t)(end - second - 1)))
		return FAIL(why, E_DENIED, "token does not have three parts");
	if (first == token || second == first + 1 || second + 1 == end)
		return FAIL(why, E_DENIED, "token has an empty part");
	if (header_take(token, (size_t)(first - token), algs, memo, &out->header, why) != OK)
		return E_DENIED;
	out->text = token;
	out->text_bytes = (size_t)(second - token);
	out->payload = first + 1;
	out->payload_bytes = (size_t)(second - first - 1);
	if (b64url_decode(second + 1, (size_t)(end - second - 1), out->signature,
		    sizeof(out->signature), &out->signature_bytes) != OK)
		return FAIL(why, E_DENIED, "signature: not strict base64url of at most %d bytes",
			JWS_SIGNATURE_MAX);
	return OK;
}

/* JOSE writes r and s side by side; OpenSSL wants them in DER. False: not 2 x 32 bytes. */
static bool signature_to_der(const struct jws *jws, uint8_t der[DER_SIGNATURE_MAX], size_t *bytes)
{
	ECDSA_SIG *sig = NULL;
	BIGNUM *r = NULL, *s = NULL;
	uint8_t *at = der;
	int n = -1;

	if (jws->signature_bytes != 2 * P256_BYTES)
		return false;
	sig = ECDSA_SIG_new();
	r = BN_bin2bn(jws->signature, P256_BYTES, NULL);
	s = BN_bin2bn(jws->signature + P256_BYTES, P256_BYTES, NULL);
	if (sig && r && s && ECDSA_SIG_set0(sig, r, s) == 1) {
		r = s = NULL; /* now sig's */
		n = i2d_ECDSA_SIG(sig, &at);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(sig);
	*bytes = n > 0 ? (size_t)n : 0;
	return n > 0;
}

static bool signature_good(const struct jws *jws, const struct jwk *key, const uint8_t *digest)
{
	uint8_t der[DER_SIGNATURE_MAX];
	const uint8_t *signature = jws->signature;
	size_t bytes = jws->signature_bytes;
	int slot = jws_alg_slot(jws->header.alg);

	if (jws->header.alg == JWS_ES256) {
		if (!signature_to_der(jws, der, &bytes))
			return false;
		signature = der;
	} else if (bytes != (size_t)EVP_PKEY_get_size(key->key)) {
		return false;
	}
	return EVP_PKEY_verify(key->verify[slot], signature, bytes, digest, JWS_DIGEST) == 1;
}

bool jws_digest(EVP_MD_CTX *ctx, const char *text, size_t n, uint8_t out[JWS_DIGEST])
{
	/* Fetching the digest takes longer than a short text; a context keeps it. */
	const EVP_MD *md = EVP_MD_CTX_get0_md(ctx) ? NULL : EVP_sha256();

	return EVP_DigestInit_ex2(ctx, md, NULL) == 1 && EVP_DigestUpdate(ctx, text, n) == 1 &&
	       EVP_DigestFinal_ex(ctx, out, NULL) == 1;
}

enum err jws_verify(const struct jws *jws, const uint8_t digest[JWS_DIGEST], const struct jwk *key,
	struct why *why)
{
	if (!(key->algs & jws->header.alg))
		return FAIL(why, E_DENIED, "signature: alg is not one its key may use");
	if (signature_good(jws, key, digest))
		return OK;
	/* Or the next library call that fails would report our stranger's signature. */
	ERR_clear_error();
	return FAIL(why, E_DENIED, "signature: wrong");
}
