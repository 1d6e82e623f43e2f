#ifndef AUTH_JOSE_JWK_H
#define AUTH_JOSE_JWK_H

/*
 * Public keys as an issuer publishes them (a JWK set), made ready for verification.
 *
 * A key is dropped, not repaired: kty other than RSA or EC, a use that is not "sig",
 * key_ops without "verify", no kid or one above KID_MAX, RSA outside 2048..8192 bits,
 * an exponent that is even, below 3 or above 32 bits, a curve that is not P-256, a
 * point that is not on it. Symmetric keys are never loaded: no code here could use one.
 * One kid twice with the same key is one key; with different keys neither is believed.
 * Source: RFC 7517, RFC 7518 section 6, RFC 8725.
 */

#include "bot/base/err.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	KID_MAX = 128, /* bytes, without the NUL */
	RSA_BITS_MIN = 2048,
	RSA_BITS_MAX = 8192,
	JWKS_KEYS_MAX = 500, /* in one document */
	JWKS_BYTES_MAX = 256 * 1024,
	JWK_ISSUER_MAX = 160, /* with the NUL */
};

/* What may have signed. Bits, so that a set of them is an unsigned. */
enum jws_alg { JWS_RS256 = 1, JWS_PS256 = 2, JWS_ES256 = 4 };
enum { JWS_ALGS = 3 };

/* Where an alg's context stands in struct jwk. */
static inline int jws_alg_slot(enum jws_alg alg)
{
	return alg == JWS_RS256 ? 0 : alg == JWS_PS256 ? 1 : 2;
}

/* "RS256" and its like, exactly; 0: none of ours, NULL included. */
unsigned jws_alg_named(const char *name);

struct jwk {
	char kid[KID_MAX + 1];
	unsigned algs; /* what this key may have signed: by its type, narrowed by its "alg" */
	EVP_PKEY *key; /* owned */
	/* Contexts made once and used for each token: making them costs a good part of an RSA
	 * verification. They are why a struct jwk belongs to one thread. Owned. */
	EVP_PKEY_CTX *verify[JWS_ALGS]; /* by jws_alg_slot; NULL where not in algs */
	char issuer[JWK_ISSUER_MAX]; /* Entra's extra member, "" if absent; may hold "{tenantid}" */
	bool has_endorsements;       /* Bot Framework's extra member is there and not empty */
	bool endorses_msteams;       /* and holds "msteams" */
	uint8_t print[32];           /* SHA-256 of the public numbers: same key, same print */
};

struct jwks {
	struct jwk *item; /* owned; n of them */
	size_t n;
	size_t n_dropped;     /* keys of the document that are of no use, see above */
	size_t n_conflicting; /* kids that named different keys: worth an alarm */
};

/*
 * Read a whole JWK set document. Release with jwks_fini, also after a failure.
 *
 * OK           at least one usable key
 * E_MALFORMED  not a JWK set, or no key in it is usable: keep what you have
 * E_LIMIT      more than JWKS_BYTES_MAX or JWKS_KEYS_MAX: keep what you have
 *
 * Pure. Any thread; the result belongs to one.
 */
enum err jwks_read(const char *body, size_t n, struct jwks *out, struct why *why) MUST_CHECK;
void jwks_fini(struct jwks *set);

/* The key of that kid, compared byte by byte; NULL if there is none. */
const struct jwk *jwks_find(const struct jwks *set, const char *kid);

#endif
