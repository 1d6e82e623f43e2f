#include "graph/sim/jwt.h"

#include "bot/base/clean.h"
#include "bot/base/rng.h"
#include "bot/base/text.h"
#include "graph/sim/jwt_inside.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)
CLEAN_FN(EVP_MD_CTX_free, EVP_MD_CTX *)
CLEAN_FN(BN_free, BIGNUM *)
CLEAN_FN(fclose, FILE *)
CLEAN_FN(X509_free, X509 *)
CLEAN_FN(BIO_free, BIO *)

struct jwt_key {
	EVP_PKEY *rsa;
	char kid[33];
};

struct jwt_certificate {
	EVP_PKEY *rsa;
	char x5t[32], x5t_s256[64]; /* base64url thumbprints */
};

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

size_t jwt_b64(const uint8_t *in, size_t n, char *out)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)in[i] << 16 | (uint32_t)(i + 1 < n ? in[i + 1] : 0) << 8 |
			     (i + 2 < n ? in[i + 2] : 0);
		size_t digits = n - i >= 3 ? 4 : n - i + 1;

		for (size_t d = 0; d < digits; d++)
			out[at++] = alphabet[v >> (18 - 6 * d) & 63];
	}
	out[at] = '\0';
	return at;
}

long jwt_unb64(const char *in, size_t n, uint8_t *out, size_t room)
{
	uint32_t v = 0;
	unsigned bits = 0;
	size_t at = 0;

	if (n % 4 == 1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *p = in[i] ? strchr(alphabet, in[i]) : NULL;

		if (!p)
			return -1;
		v = v << 6 | (uint32_t)(p - alphabet);
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		if (at == room)
			return -1;
		out[at++] = (uint8_t)(v >> bits);
	}
	return (long)at;
}

struct jwt_key *jwt_key_new(void)
{
	struct jwt_key *k = calloc(1, sizeof(*k));
	uint8_t id[16];

	if (!k)
		return NULL;
	random_bytes(id, sizeof(id));
	text_hex(k->kid, sizeof(k->kid), id, sizeof(id));
	k->rsa = EVP_RSA_gen(2048);
	if (!k->rsa) {
		free(k);
		return NULL;
	}
	return k;
}

void jwt_key_free(struct jwt_key *k)
{
	if (!k)
		return;
	EVP_PKEY_free(k->rsa);
	free(k);
}

static char *b64_text(const char *text)
{
	char *out = malloc(strlen(text) * 4 / 3 + 4);

	if (out)
		jwt_b64((const uint8_t *)text, strlen(text), out);
	return out;
}

/* alg's header and the claims, with room for a signature; used is without it. */
static char *unsigned_token(const char *alg, const char *kid, const json_t *claims, size_t *used)
{
	CLEAN(free) char *payload = json_dumps(claims, JSON_COMPACT), *body = NULL, *head = NULL;
	char header[160], *token;

	snprintf(header, sizeof(header),
		"{\"alg\":\"%s\",\"kid\":\"%s\",\"x5t\":\"%s\",\"typ\":\"JWT\"}", alg, kid, kid);
	head = b64_text(header);
	body = payload ? b64_text(payload) : NULL;
	if (!head || !body)
		return NULL;
	*used = strlen(head) + 1 + strlen(body);
	token = malloc(*used + 1 + RSA_BYTES * 4 / 3 + 4);
	if (token)
		snprintf(token, *used + 1, "%s.%s", head, body);
	return token;
}

static char *sign_as(const struct jwt_key *k, const char *kid, const json_t *claims)
{
	CLEAN(EVP_MD_CTX_free) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t signature[RSA_BYTES];
	size_t n = sizeof(signature), used;
	char *token = ctx ? unsigned_token("RS256", kid, claims, &used) : NULL;

	if (!token)
		return NULL;
	if (EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, k->rsa) != 1 ||
		EVP_DigestSign(ctx, signature, &n, (const uint8_t *)token, used) != 1) {
		free(token);
		return NULL;
	}
	token[used] = '.';
	jwt_b64(signature, n, token + used + 1);
	return token;
}

char *jwt_sign(const struct jwt_key *k, const json_t *claims)
{
	return sign_as(k, k->kid, claims);
}

static const char *const evil_names[EVIL_KINDS] = { NULL, "none", "hs256", "wrong-aud", "no-tid",
	"expired", "unknown-kid", "foreign-tenant" };

const char *evil_name(enum evil kind)
{
	return kind < EVIL_KINDS ? evil_names[kind] : NULL;
}

enum evil evil_of(const char *name)
{
	for (int i = EVIL_NONE; i < EVIL_KINDS; i++)
		if (strcmp(evil_names[i], name) == 0)
			return (enum evil)i;
	return EVIL_NOT;
}

/* The classic confusion: the verifier's public key, which everybody has, as a shared secret. */
static char *sign_hmac(const struct jwt_key *k, const json_t *claims)
{
	CLEAN(BIO_free) BIO *pem = BIO_new(BIO_s_mem());
	uint8_t mac[EVP_MAX_MD_SIZE];
	size_t used;
	unsigned n = 0;
	char *secret, *token;
	long n_secret;

	if (!pem || PEM_write_bio_PUBKEY(pem, k->rsa) != 1)
		return NULL;
	n_secret = BIO_get_mem_data(pem, &secret);
	token = unsigned_token("HS256", k->kid, claims, &used);
	if (!token)
		return NULL;
	if (!HMAC(EVP_sha256(), secret, (int)n_secret, (const uint8_t *)token, used, mac, &n)) {
		free(token);
		return NULL;
	}
	token[used] = '.';
	jwt_b64(mac, n, token + used + 1);
	return token;
}

char *jwt_sign_evil(
	const struct jwt_key *k, const json_t *claims, enum evil kind, uint64_t now_unix)
{
	static const char nobody[] = "99999999-9999-4999-8999-999999999999";
	CLEAN(json_decref) json_t *c = json_copy((json_t *)(uintptr_t)claims);
	size_t used;
	char *token;

	if (kind == EVIL_WRONG_AUD)
		json_object_set_new(c, "aud", json_string(nobody));
	else if (kind == EVIL_NO_TID)
		json_object_del(c, "tid");
	else if (kind == EVIL_FOREIGN_TENANT)
		json_object_set_new(c, "tid", json_string(nobody));
	else if (kind == EVIL_EXPIRED) {
		json_object_set_new(c, "nbf", json_integer((json_int_t)now_unix - 7500));
		json_object_set_new(c, "exp", json_integer((json_int_t)now_unix - 3600));
	}
	if (kind == EVIL_HS256)
		return sign_hmac(k, c);
	if (kind == EVIL_UNKNOWN_KID)
		return sign_as(k, "0badc0de0badc0de0badc0de0badc0de", c);
	if (kind != EVIL_NONE)
		return sign_as(k, k->kid, c);
	token = unsigned_token("none", k->kid, c, &used);
	if (token) {
		token[used] = '.';
		token[used + 1] = '\0';
	}
	return token;
}

static json_t *number_of(const EVP_PKEY *rsa, const char *name)
{
	CLEAN(BN_free) BIGNUM *n = NULL;
	uint8_t bytes[RSA_BYTES];
	char text[RSA_BYTES * 4 / 3 + 4];

	if (EVP_PKEY_get_bn_param(rsa, name, &n) != 1 || BN_num_bytes(n) > RSA_BYTES)
		return NULL;
	jwt_b64(bytes, (size_t)BN_bn2bin(n, bytes), text);
	return json_string(text);
}

json_t *jwt_key_set(const struct jwt_key *k)
{
	return json_pack("{s[{ss, ss, ss, ss, ss, so, so, s[s]}]}", "keys", "kty", "RSA", "use",
		"sig", "kid", k->kid, "x5t", k->kid, "alg", "RS256", "n",
		number_of(k->rsa, OSSL_PKEY_PARAM_RSA_N), "e",
		number_of(k->rsa, OSSL_PKEY_PARAM_RSA_E), "endorsements", "msteams");
}

static json_t *part_json(const char *at, size_t n)
{
	uint8_t bytes[JWT_BYTES_MAX];
	long got = jwt_unb64(at, n, bytes, sizeof(bytes));
	json_error_t e;

	return got < 0 ? NULL
		       : json_loadb((const char *)bytes, (size_t)got, JSON_REJECT_DUPLICATES, &e);
}

enum err jwt_split(const char *token, struct jwt_parts *p, struct why *why)
{
	const char *first = strchr(token, '.'), *second = first ? strchr(first + 1, '.') : NULL;
	long n;

	*p = (struct jwt_parts){ 0 };
	if (!second || strchr(second + 1, '.') || strlen(token) > JWT_BYTES_MAX)
		return FAIL(why, E_DENIED, "The token is not a JWT.");
	n = jwt_unb64(second + 1, strlen(second + 1), p->signature, sizeof(p->signature));
	p->header = part_json(token, (size_t)(first - token));
	p->claims = part_json(first + 1, (size_t)(second - first - 1));
	p->signed_bytes = (size_t)(second - token);
	p->n_signature = n > 0 ? (size_t)n : 0;
	if (n <= 0 || !json_is_object(p->header) || !json_is_object(p->claims))
		return FAIL(why, E_DENIED, "The token is not a JWT.");
	return OK;
}

void jwt_parts_fini(struct jwt_parts *p)
{
	json_decref(p->header);
	json_decref(p->claims);
}

static const char *text_at(json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

bool jwt_signature_good(EVP_PKEY *rsa, bool pss, const char *token, const struct jwt_parts *p)
{
	CLEAN(EVP_MD_CTX_free) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *how;

	if (!ctx || EVP_DigestVerifyInit(ctx, &how, EVP_sha256(), NULL, rsa) != 1)
		return false;
	if (pss && (EVP_PKEY_CTX_set_rsa_padding(how, RSA_PKCS1_PSS_PADDING) != 1 ||
			   EVP_PKEY_CTX_set_rsa_pss_saltlen(how, RSA_PSS_SALTLEN_DIGEST) != 1))
		return false;
	return EVP_DigestVerify(ctx, p->signature, p->n_signature, (const uint8_t *)token,
		       p->signed_bytes) == 1;
}

static enum err ours(const struct jwt_key *k, const char *token, const struct jwt_parts *p,
	uint64_t now_unix, struct why *why)
{
	json_int_t nbf = json_integer_value(json_object_get(p->claims, "nbf"));
	json_int_t exp = json_integer_value(json_object_get(p->claims, "exp"));

	if (strcmp(text_at(p->header, "alg"), "RS256") != 0 ||
		strcmp(text_at(p->header, "kid"), k->kid) != 0 ||
		!jwt_signature_good(k->rsa, false, token, p))
		return FAIL(why, E_DENIED, "Access token validation failure. Invalid signature.");
	if (exp <= (json_int_t)now_unix)
		return FAIL(why, E_DENIED, "Lifetime validation failed, the token is expired.");
	if (nbf > (json_int_t)now_unix + 300)
		return FAIL(
			why, E_DENIED, "Lifetime validation failed, the token is not yet valid.");
	return OK;
}

enum err jwt_verify(const struct jwt_key *k, const char *token, uint64_t now_unix, json_t **claims,
	struct why *why)
{
	struct jwt_parts p;
	enum err e = jwt_split(token, &p, why);

	if (e == OK)
		e = ours(k, token, &p, now_unix, why);
	if (e == OK)
		*claims = TAKE(p.claims);
	jwt_parts_fini(&p);
	return e;
}

enum err jwt_certificate_load(const char *file, struct jwt_certificate **out, struct why *why)
{
	CLEAN(fclose) FILE *f = fopen(file, "re");
	CLEAN(X509_free) X509 *x = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
	uint8_t sha1[EVP_MAX_MD_SIZE], sha256[EVP_MAX_MD_SIZE];
	unsigned n1 = 0, n256 = 0;
	struct jwt_certificate *c;

	if (!x || X509_digest(x, EVP_sha1(), sha1, &n1) != 1 ||
		X509_digest(x, EVP_sha256(), sha256, &n256) != 1)
		return FAIL(why, E_ABSENT, "%s: want a certificate in PEM", file);
	c = calloc(1, sizeof(*c));
	if (!c)
		return FAIL(why, E_SYSTEM, "no memory");
	c->rsa = X509_get_pubkey(x);
	if (!c->rsa || EVP_PKEY_get_base_id(c->rsa) != EVP_PKEY_RSA ||
		EVP_PKEY_get_size(c->rsa) > RSA_BYTES) {
		jwt_certificate_free(c);
		return FAIL(why, E_ABSENT, "%s: want a certificate with an RSA key up to 4096 bits",
			file);
	}
	jwt_b64(sha1, n1, c->x5t);
	jwt_b64(sha256, n256, c->x5t_s256);
	*out = c;
	return OK;
}

void jwt_certificate_free(struct jwt_certificate *c)
{
	if (!c)
		return;
	EVP_PKEY_free(c->rsa);
	free(c);
}

enum err jwt_assertion(
	const struct jwt_certificate *c, const char *token, json_t **claims, struct why *why)
{
	struct jwt_parts p;
	enum err e = jwt_split(token, &p, why);
	bool pss = e == OK && strcmp(text_at(p.header, "alg"), "PS256") == 0;
	const char *thumb = pss ? "x5t#S256" : "x5t";

	if (e == OK && !pss && strcmp(text_at(p.header, "alg"), "RS256") != 0)
		e = FAIL(why, E_DENIED, "alg is neither PS256 nor RS256");
	else if (e == OK && strcmp(text_at(p.header, thumb), pss ? c->x5t_s256 : c->x5t) != 0)
		e = FAIL(why, E_DENIED, "%s is not the registered certificate's", thumb);
	else if (e == OK && !jwt_signature_good(c->rsa, pss, token, &p))
		e = FAIL(why, E_DENIED, "the signature is not the registered certificate's");
	if (e == OK)
		*claims = TAKE(p.claims);
	jwt_parts_fini(&p);
	return e;
}
