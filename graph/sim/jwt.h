#ifndef GRAPH_SIM_JWT_H
#define GRAPH_SIM_JWT_H

/*
 * Signed tokens: RS256 with keys of our own, and the bot's client assertions by its certificate.
 * A key is read-only once made; any thread. Source: RFC 7515, 7517, 7519; RFC 7518 section 3.
 */

#include "bot/base/err.h"

#include <jansson.h>
#include <stdint.h>

enum { JWT_BYTES_MAX = 16384 };

struct jwt_key;

/* A fresh RSA key of 2048 bits; its kid is drawn. NULL: OpenSSL refused. */
struct jwt_key *jwt_key_new(void);
void jwt_key_free(struct jwt_key *k);
/* The token as heap text, or NULL. claims is borrowed. */
char *jwt_sign(const struct jwt_key *k, const json_t *claims);
/* Tokens nobody may accept. The names of the kinds are evil_name's. */
enum evil {
	EVIL_NOT,
	EVIL_NONE,           /* alg none, no signature */
	EVIL_HS256,          /* keyed by our own public key, as its PEM */
	EVIL_WRONG_AUD,      /* another application's */
	EVIL_NO_TID,         /* of no tenant */
	EVIL_EXPIRED,        /* an hour ago */
	EVIL_UNKNOWN_KID,    /* of a key nobody published */
	EVIL_FOREIGN_TENANT, /* of a tenant that is not the call's */
	EVIL_KINDS,
};
/* NULL for EVIL_NOT and what is none. */
const char *evil_name(enum evil kind);
/* EVIL_NOT: there is no such kind. */
enum evil evil_of(const char *name);
/* As jwt_sign, but spoilt; claims are those of a good one. */
char *jwt_sign_evil(
	const struct jwt_key *k, const json_t *claims, enum evil kind, uint64_t now_unix);
/* {"keys":[...]}: a new reference. */
json_t *jwt_key_set(const struct jwt_key *k);

/*
 * Is token ours, by alg, kid, signature, nbf and exp? E_DENIED: why says what is wrong.
 * claims is a new reference, on OK only.
 */
enum err jwt_verify(const struct jwt_key *k, const char *token, uint64_t now_unix, json_t **claims,
	struct why *why) MUST_CHECK;

struct jwt_certificate;

/* E_ABSENT: no certificate can be read from the PEM file. */
enum err jwt_certificate_load(
	const char *file, struct jwt_certificate **out, struct why *why) MUST_CHECK;
void jwt_certificate_free(struct jwt_certificate *c);

/*
 * A client assertion, in one of the two spellings Entra documents: PS256 with x5t#S256, as its
 * clients send today, or RS256 with x5t, as they did before and may still. The pairs are not mixed:
 * nothing says whether Entra would take that. The claims are for the caller to judge. Otherwise as
 * jwt_verify.
 */
enum err jwt_assertion(const struct jwt_certificate *c, const char *token, json_t **claims,
	struct why *why) MUST_CHECK;

/* What a token says, whoever signed it: for choosing whose keys to ask, and for no more. E_DENIED:
 * it is no JWT. */
enum err jwt_peek(const char *token, json_t **claims, struct why *why) MUST_CHECK;

/*
 * A token of somebody else, RS256 by a key of the JSON Web Key Set in file: as Entra reads the
 * first hundred keys of an issuer. The file is read each time, so that its keys may change.
 *
 * E_ABSENT  the file is no key set: why->text names it
 * E_DENIED  no such kid among them, or the signature is not its
 *
 * token NULL only asks whether the file can be read. claims is a new reference, on OK only.
 */
enum err jwt_foreign(
	const char *file, const char *token, json_t **claims, struct why *why) MUST_CHECK;

#endif
