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

/* A client assertion: PS256 or RS256, x5t#S256 or x5t of the certificate, signature. The claims
 * are for the caller to judge. Otherwise as jwt_verify. */
enum err jwt_assertion(const struct jwt_certificate *c, const char *token, json_t **claims,
	struct why *why) MUST_CHECK;

#endif
